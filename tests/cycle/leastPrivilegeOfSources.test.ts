// Every Allow that the components of the other invocation types and the launcher create is needed, as leastPrivilege.test.ts tries it for state machines.
import type { EvaluatedProgram } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { sourceGroups } from "./cases/cases";
import { type Candidate, candidates, survivors } from "./coverage";
import { type Mutant, withoutOnePermission } from "./mutants";

/** Quick cases that between them use all that the others use. */
const looking = new RegExp(
  [
    "waits, and is redriven once",
    "is delivered once",
    "could not deliver",
    "whose replay is repeated",
    "queue of 300 KB",
    "adopted queue",
    "a failure whose redrive was started",
    "its function and the replay function log",
    "executions of the launcher are",
    "queue that fails again on redrive",
    "invocation that fails again on redrive",
    "recorded by the reconciler",
    "with an edited payload",
    "an edited payload of a queue",
  ].join("|"),
);

/** What AWS, or a library, asks for where the simulator has no need of it; nothing else may be left over. */
const unnoticed: readonly RegExp[] = [
  // Powertools reads a result only where DynamoDB did not return it with the refusal of a condition.
  /: dynamodb:GetItem /,
  // Without it a failed attempt's mark stays until its function must have ended. Retries of streams, which come at once, notice.
  /^(notify|queued|ordered|recent|yearly)-policy: dynamodb:DeleteItem /,
  // In AWSLambdaKinesisExecutionRole, and no action that Lambda's errors name.
  /: kinesis:DescribeStreamSummary /,
  // Lambda asks for it when the destination is set; the library's functions have it so that an object that is gone is not taken for a
  // permission that is missing.
  /: s3:ListBucket /,
  // For records by reference, which the launcher writes only where its spool has no bucket.
  /^reprocess-policy: states:GetExecutionHistory .*launcher/,
];

const cases = sourceGroups.flatMap(([, group]) => group).filter(({ name }) => looking.test(name));

/** Of the library's own functions: what is there without a launcher, too, is tried beside state machines. */
const isOfLauncher = ({ name }: Mutant) => /launcher|dead-letters|s3:/.test(name);

/** Beginnings of the names of what carries a policy, and which of its permissions are tried here. */
const owners: Readonly<Record<string, (mutant: Mutant) => boolean>> = {
  "spool-policy": () => true,
  "notify-": () => true,
  "changes-policy": () => true,
  "clicks-policy": () => true,
  "recent-policy": () => true,
  "queued-policy": () => true,
  "ordered-policy": () => true,
  "yearly-trigger-0-policy": () => true,
  "reprocess-launcher-": () => true,
  "reprocess-policy": isOfLauncher,
  "reprocess-reconciler-policy": isOfLauncher,
  "reprocess-renewer-policy": isOfLauncher,
  "reprocess-edit-policy": isOfLauncher,
};

let program: EvaluatedProgram;
let mutants: readonly Mutant[];
let tried: readonly Candidate[];

beforeAll(async () => {
  program = await cycleProgram("sources.ts");
  mutants = withoutOnePermission(program.resources);
  tried = await candidates(program, cases);
}, 180_000);

describe("every Allow is needed", () => {
  it.each(Object.entries(owners))(
    "of %s",
    async (owner, isTried) => {
      const isUnnoticed = ({ name }: Mutant) => unnoticed.some((known) => known.test(name));
      const own = mutants.filter((one) => one.name.startsWith(owner) && isTried(one) && !isUnnoticed(one));
      expect(own).not.toEqual([]);
      expect(await survivors(program, own, tried)).toEqual([]);
    },
    180_000,
  );
});
