// The cycle cases notice what is wrong with a program: controls that each make some of them fail.
import { describe, expect, it } from "vitest";
import { redriveCases } from "../cycle/cases/redrive";
import type { Change } from "../support/awsBackend/deployment";
import { reprocessDeletesFirst, withoutCatch, withoutRetryLimit } from "./controls";
import { withDeployment } from "./deployed";

/** A control, and what it makes each case find instead of what it expects. */
const controls: readonly (readonly [string, Change, Readonly<Record<string, unknown>>])[] = [
  [
    "a definition without its Catch",
    withoutCatch,
    { "failure waits in the spool with its input and error, and is redriven once": { status: "FAILED" } },
  ],
  [
    "a definition without its retry limit",
    withoutRetryLimit,
    { "a permanent error goes to the spool without a retry": 4, "a timeout goes to the spool without a retry": 4 },
  ],
  [
    "a reprocess function that deletes first",
    reprocessDeletesFirst,
    {
      "a dry run tells what would be done, and does nothing": { success: 2, remaining: 0 },
      "a filter leaves the rest where it is": { success: 1, skipped: 1, remaining: 0 },
    },
  ],
];

describe.concurrent.each(controls)("%s", (_control, change, cases) => {
  it.each(Object.entries(cases))("fails: %s", async (name, actual) => {
    const found = redriveCases.find((entry) => entry.name === name);
    if (found === undefined) throw new Error(`no case is named ${name}`);
    const run = withDeployment((cycle) => found.run(cycle), { change });
    await expect(run).rejects.toMatchObject({ name: "AssertionError", actual });
  });
});
