// Parked work: what becomes of a record when its task token is answered, and how its execution ends with it.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { answerTask, discardParked } from "../../../../handlers/reprocess/park";
import { startNextGeneration } from "../../../../handlers/reprocess/start";
import { awsError } from "../../../support/awsFakes";
import { parkedRecord, redriving, resumableRecord } from "../../../support/continuedRecords";
import { finish } from "../../../support/handlerRun";
import { executionOf } from "../../../support/records";

const execution = executionOf("order-1");
const token = "token-of-order-1";

function setUp() {
  const made = redriving();
  made.stepFunctions.tasks.set(token, { closed: false });
  return {
    ...made,
    redrive: (changes = {}) => finish(startNextGeneration(parkedRecord("order-1", changes), made.starter)),
    answer: () => made.stepFunctions.tasks.get(token)?.answer,
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("a task token", () => {
  it("is answered with the next generation", async () => {
    const { redrive, answer } = setUp();
    expect(await redrive({ generation: 4 })).toEqual({ outcome: "success", execution });
    expect(answer()).toEqual({ output: '{"generation":5}' });
  });

  it.each(["TaskTimedOut", "TaskDoesNotExist"])("that is closed (%s) supersedes its record", async (error) => {
    const { redrive, calls } = setUp();
    calls.failBefore("SendTaskSuccess", awsError(error));
    expect(await redrive()).toEqual({ outcome: "superseded" });
  });

  it("is answered once, though its reply was lost or its record is a duplicate", async () => {
    const { redrive, calls, answer } = setUp();
    calls.failAfter("SendTaskSuccess", awsError("TimeoutError"));
    expect(await redrive()).toEqual({ outcome: "failed" });
    expect(await redrive()).toEqual({ outcome: "superseded" });
    expect(answer()).toEqual({ output: '{"generation":1}' });
  });

  it.each(["InvalidToken", "InvalidOutput", "ValidationException"])("that is refused is poison: %s", async (error) => {
    const { redrive, calls } = setUp();
    calls.failBefore("SendTaskSuccess", awsError(error, "no such token"));
    expect(await redrive()).toEqual({
      outcome: "poison",
      reason: "SendTaskSuccess refused the answer: no such token",
    });
  });

  it("is answered although throttled, and not at all when AWS does not allow it", async () => {
    const { redrive, calls, lines } = setUp();
    calls.failBefore("SendTaskSuccess", awsError("KmsThrottlingException"), 2);
    calls.failBefore("SendTaskSuccess", awsError("AccessDeniedException"));
    expect(await redrive()).toEqual({ outcome: "failed" });
    expect(lines.map(({ message }) => message)).toEqual(["parked work could not be released"]);
    expect(await redrive()).toMatchObject({ outcome: "success" });
  });

  it("waits for the next run when time is up", async () => {
    const { redrive, calls } = setUp();
    calls.failBefore("SendTaskSuccess", awsError("ThrottlingException"), 1000);
    expect(await redrive()).toEqual({ outcome: "outOfTime" });
  });
});

describe("work that was sent back from the poison queue", () => {
  const discarded = { status: "FAILED", error: "Respool.Discarded", redriveCount: 2 } as const;

  function sentBack() {
    const made = setUp();
    made.stepFunctions.tasks.set(token, { closed: true });
    const redrive = () => finish(answerTask(parkedRecord("order-1"), { ...made.starter, sentBack: true }));
    return { ...made, redrive };
  }

  it("parks again, once: its execution is redriven, and writes a record of its own", async () => {
    const { failed, redrive, stepFunctions } = sentBack();
    failed("order-1", discarded);
    expect(await redrive()).toEqual({ outcome: "superseded" });
    expect(await redrive()).toEqual({ outcome: "superseded" });
    expect(stepFunctions.redriven).toEqual(["order-1 order-1-parked-3"]);
  });

  it.each([
    ["runs", { status: "RUNNING" }],
    ["failed in another way", { status: "FAILED", error: "States.Runtime" }],
  ] as const)("is superseded where its execution %s", async (_what, changes) => {
    const { failed, redrive, stepFunctions } = sentBack();
    failed("order-1", changes);
    expect(await redrive()).toEqual({ outcome: "superseded" });
    expect(stepFunctions.redriven).toEqual([]);
  });

  it("goes back there when its execution cannot be redriven any more", async () => {
    const { failed, redrive } = sentBack();
    expect(await redrive()).toEqual({
      outcome: "poison",
      reason: "its execution was ended, and does not exist any more",
    });
    failed("order-1", { ...discarded, redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: "too late" });
    expect(await redrive()).toEqual({ outcome: "poison", reason: "its execution cannot be resumed: too late" });
  });

  it("stays while AWS does not allow it", async () => {
    const { failed, redrive, calls } = sentBack();
    failed("order-1", discarded);
    calls.failBefore("RedriveExecution", awsError("AccessDeniedException"));
    expect(await redrive()).toEqual({ outcome: "failed" });
  });

  it("is not what any other record of it says", async () => {
    const { failed, redrive, stepFunctions } = setUp();
    stepFunctions.tasks.set(token, { closed: true });
    failed("order-1", discarded);
    expect(await redrive()).toEqual({ outcome: "superseded" });
    expect(stepFunctions.redriven).toEqual([]);
  });
});

describe("discarding", () => {
  it("ends the execution with a name that the safety net knows, and the reason", async () => {
    const { starter, answer } = setUp();
    await finish(discardParked(parkedRecord("order-1"), "failed too often", starter));
    expect(answer()).toEqual({ error: "Respool.Discarded", cause: "failed too often" });
  });

  it.each(["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])("has nothing to end after %s", async (error) => {
    const { starter, calls } = setUp();
    calls.failBefore("SendTaskFailure", awsError(error));
    await expect(finish(discardParked(parkedRecord("order-1"), "why", starter))).resolves.toBeUndefined();
  });

  it("says so when AWS does not allow it", async () => {
    const { starter, calls } = setUp();
    calls.failBefore("SendTaskFailure", awsError("AccessDeniedException", "not allowed"));
    await expect(finish(discardParked(parkedRecord("order-1"), "why", starter))).rejects.toThrow("not allowed");
  });

  it("leaves other work alone", async () => {
    const { starter, calls } = setUp();
    await finish(discardParked(resumableRecord("order-1"), "why", starter));
    expect(calls.made).toEqual([]);
  });
});
