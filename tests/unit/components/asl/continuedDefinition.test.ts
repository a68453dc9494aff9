// The states of work that goes on in its own execution, as definitions.
import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { spoolFailedState } from "../../../../components/asl/failStates";
import { longestExecutionSeconds } from "../../../../components/asl/longestExecution";
import { spoolState } from "../../../../components/asl/spoolState";
import { executionError } from "../../../../records/sources/recordError";
import { statesOf } from "./continuedWorld";
import { evaluate } from "./evaluate";

const definitionOf = (mode: "resume" | "park", holds?: boolean) =>
  ({ Comment: "Two steps", QueryLanguage: "JSONata", StartAt: "Reserve", States: statesOf(mode, holds) }) as const;

const spool = { source: "orders", queueUrl: "https://sqs/spool", failed: "SpoolFailed", after: { End: true } } as const;

describe.each(["resume", "park"] as const)("a definition with work to %s", (mode) => {
  it.each([true, false])("is valid Amazon States Language (held: %s)", (holds) => {
    expect(aslValidator(JSON.parse(JSON.stringify(definitionOf(mode, holds)))).errors).toEqual([]);
  });

  it("can take a year: it waits for somebody", () => {
    expect(longestExecutionSeconds(definitionOf(mode))).toBe(365 * 86_400);
  });
});

describe("a state that parks work", () => {
  it("says of held work so only where work may be held", () => {
    expect(JSON.stringify(spoolState(spool))).not.toContain("Held");
    expect(JSON.stringify(spoolState({ ...spool, holds: true }))).toContain("Held");
    expect(spoolState(spool)).toEqual(spoolState({ ...spool, mode: "restart", holds: false }));
  });

  it("waits below the retention of its message, and tries again only what is the spool's error", () => {
    expect(definitionOf("park").States["Charge: ErrorSpool"]).toMatchObject({
      TimeoutSeconds: 12 * 86_400,
      Retry: [{ ErrorEquals: expect.not.arrayContaining(["States.ALL", "States.Timeout", "Respool.Discarded"]) }],
      Catch: [
        { ErrorEquals: ["States.Timeout"], Next: "Charge: ErrorSpool" },
        { ErrorEquals: ["States.DataLimitExceeded", "States.Runtime"], Next: "Charge: SpoolFailedGate" },
        { ErrorEquals: expect.not.arrayContaining(["States.ALL"]), Next: "Charge: SpoolFailedGate" },
      ],
    });
  });
});

describe("the state for work that could not be recorded", () => {
  const variables = {
    failure: { Error: "Respool.Held", Cause: "open", Held: true },
    spoolFailure: { Error: "SQS.SdkClientException", Cause: null },
  };

  it("says that it was held, and the parser reads its error as ever", async () => {
    const cause = String(await evaluate(spoolFailedState({ holds: true }).Cause, { variables }));
    expect(JSON.parse(cause)).toMatchObject({ held: true });
    expect(executionError("Respool.SpoolFailed", cause)).toEqual({
      name: "Respool.Held",
      cause: "open",
      spoolError: { name: "SQS.SdkClientException", cause: null },
    });
    expect(String(await evaluate(spoolFailedState().Cause, { variables }))).not.toContain("held");
  });
});
