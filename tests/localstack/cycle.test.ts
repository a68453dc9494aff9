// The failure-and-redrive cycle on an AWS endpoint: the cases of tests/cycle, each on a deployment of its own.
import { describe, expect, it } from "vitest";
import { caseGroups } from "../cycle/cases/cases";
import { withDeployment } from "./deployed";
import { reasonToSkip, skippedCases } from "./skipped";

describe.concurrent.each(caseGroups)("%s", (_group, cases) => {
  for (const entry of cases) {
    it(entry.name, async (context) => {
      const reason = reasonToSkip(entry);
      context.skip(reason !== undefined, reason);
      await withDeployment((cycle) => entry.run(cycle), { program: entry.program });
    });
  }
});

describe("the table of skipped cases", () => {
  it("names cases that exist", () => {
    const names = caseGroups.flatMap(([, cases]) => cases.map(({ name }) => name));
    expect(Object.keys(skippedCases).filter((name) => !names.includes(name))).toEqual([]);
  });
});
