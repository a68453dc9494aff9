// Resuming: what becomes of a record, whatever its execution did meanwhile and whatever happens to the calls.
import { describe, expect, it, vi } from "vitest";
import { startNextGeneration } from "../../../../handlers/reprocess/start";
import { redriveName } from "../../../../records/executionName";
import { awsError } from "../../../support/awsFakes";
import { redriving, resumableRecord } from "../../../support/continuedRecords";
import { fixedTime, NOW } from "../../../support/fixedTime";
import { finish } from "../../../support/handlerRun";
import { BORN, executionOf } from "../../../support/records";

const execution = executionOf("order-1");

function setUp() {
  const made = redriving();
  return {
    ...made,
    redrive: (changes = {}) => finish(startNextGeneration(resumableRecord("order-1", changes), made.starter)),
  };
}

fixedTime();

describe("an execution that stands where its record says", () => {
  it("is redriven, under a token of the work and the generation", async () => {
    const { failed, redrive, stepFunctions, calls } = setUp();
    failed("order-1", { redriveCount: 2 });
    expect(await redrive({ generation: 2 })).toEqual({ outcome: "success", execution });
    expect(stepFunctions.redriven).toEqual(["order-1 order-1-redrive-3"]);
    expect(calls.made).toEqual(["DescribeExecution", "RedriveExecution"]);
  });

  it("is left alone where its source restarted it, before it resumed: the event of its failure may come late", async () => {
    const { failed, redrive, stepFunctions } = setUp();
    failed("order-1");
    failed(`order-1-redrive-1-${BORN}`, { status: "SUCCEEDED" });
    expect(await redrive({ attempts: undefined })).toEqual({ outcome: "superseded" });
    expect(stepFunctions.redriven).toEqual([]);
    const restarted = executionOf(`order-1-redrive-1-${BORN}`);
    failed(`order-1-redrive-1-${BORN}`);
    expect(await redrive({ attempts: undefined, execution: restarted })).toMatchObject({ outcome: "success" });
  });

  it("is redriven once, whoever else does so at the same time", async () => {
    const { failed, stepFunctions, starter } = setUp();
    failed("order-1");
    const both = [1, 2].map(() => startNextGeneration(resumableRecord("order-1"), starter));
    const outcomes = await finish(Promise.all(both));
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(["alreadyStarted", "success"].sort());
    expect(stepFunctions.redriven).toHaveLength(1);
  });

  it("counts as started before when the token was used before", async () => {
    const { failed, redrive, stepFunctions } = setUp();
    failed("order-1");
    await redrive();
    vi.setSystemTime(NOW + 60_000);
    // DescribeExecution is eventually consistent: it may still tell of the failure.
    failed("order-1");
    expect(await redrive()).toEqual({ outcome: "alreadyStarted", execution });
    expect(stepFunctions.redriven).toHaveLength(1);
  });

  it("is redriven although throttled, or at the limit of running executions, which slows down only", async () => {
    const { failed, redrive, calls } = setUp();
    failed("order-1");
    calls.failBefore("RedriveExecution", awsError("ExecutionLimitExceeded"), 3);
    calls.failBefore("DescribeExecution", awsError("ThrottlingException"), 2);
    expect(await redrive()).toEqual({ outcome: "success", execution });
  });

  it("waits for the next run when throttled until time is up", async () => {
    const { failed, redrive, calls } = setUp();
    failed("order-1");
    calls.failBefore("RedriveExecution", awsError("ThrottlingException"), 1000);
    expect(await redrive()).toEqual({ outcome: "outOfTime" });
  });
});

describe("an execution that has moved on", () => {
  it.each([
    ["redriven in this run", { status: "RUNNING", redriveCount: 1, redriveDate: new Date(NOW) }, "alreadyStarted"],
    [
      "redriven before this run",
      { status: "RUNNING", redriveCount: 1, redriveDate: new Date(NOW - 1000) },
      "superseded",
    ],
    ["redriven twice", { status: "FAILED", redriveCount: 2, redriveDate: new Date(NOW) }, "superseded"],
    ["succeeded", { status: "SUCCEEDED", redriveCount: 0 }, "superseded"],
    ["not failed yet", { status: "RUNNING", redriveCount: 0 }, "skipped"],
  ] as const)("since it was %s is not redriven", async (_what, changes, outcome) => {
    const { failed, redrive, stepFunctions } = setUp();
    failed("order-1", changes);
    expect(await redrive()).toMatchObject({ outcome });
    expect(stepFunctions.redriven).toEqual([]);
  });
});

describe("work that can never be resumed", () => {
  it.each(["Execution redrivable period exceeded", "Execution history event limit exceeded"])(
    "is poison, never restarted: %s",
    async (redriveStatusReason) => {
      const { failed, redrive, calls } = setUp();
      failed("order-1", { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason });
      expect(await redrive()).toEqual({
        outcome: "poison",
        reason: `its execution cannot be resumed: ${redriveStatusReason}`,
      });
      expect(calls.made).toEqual(["DescribeExecution"]);
    },
  );

  it("is poison when its execution is forgotten", async () => {
    expect(await setUp().redrive()).toEqual({
      outcome: "poison",
      reason:
        "its execution cannot be resumed: it does not exist any more: Step Functions forgets an execution 90 days after its end",
    });
  });

  it("is poison when only the call itself tells", async () => {
    const { failed, redrive, calls } = setUp();
    failed("order-1", { redriveStatus: undefined });
    calls.failBefore("RedriveExecution", awsError("ExecutionNotRedrivable", "too old"));
    expect(await redrive()).toEqual({ outcome: "poison", reason: "its execution cannot be resumed: too old" });
  });
});

describe("a call that fails", () => {
  it("after it took effect was made by this run all the same", async () => {
    const { failed, redrive, calls, stepFunctions } = setUp();
    failed("order-1");
    calls.failAfter("RedriveExecution", awsError("TimeoutError"));
    expect(await redrive()).toEqual({ outcome: "alreadyStarted", execution });
    expect(stepFunctions.redriven).toHaveLength(1);
  });

  it("since somebody else was faster leaves nothing to do", async () => {
    const { failed, redrive, stepFunctions } = setUp();
    failed("order-1");
    stepFunctions.redriveExecution = async () => {
      failed("order-1", { redriveCount: 2, redriveDate: new Date(NOW) });
      throw awsError("ExecutionNotRedrivable");
    };
    expect(await redrive()).toEqual({ outcome: "superseded" });
  });

  it.each(["DescribeExecution", "RedriveExecution"])("before it took effect leaves the record: %s", async (call) => {
    const { failed, redrive, calls, lines, stepFunctions } = setUp();
    failed("order-1");
    calls.failBefore(call, awsError("AccessDeniedException", "not allowed"));
    expect(await redrive()).toEqual({ outcome: "failed" });
    expect(stepFunctions.redriven).toEqual([]);
    expect(lines).toContainEqual({
      level: "error",
      message: "execution could not be resumed",
      details: expect.objectContaining({ id: "order-1", error: "AccessDeniedException", execution }),
    });
  });

  it("though the execution seems redrivable leaves the record, too", async () => {
    const { failed, redrive, calls } = setUp();
    failed("order-1");
    calls.failBefore("RedriveExecution", awsError("ExecutionNotRedrivable"));
    expect(await redrive()).toEqual({ outcome: "failed" });
  });
});

describe("work that was recorded before its source resumed", () => {
  const parked = { status: "SUCCEEDED" as const, output: '{"spooled":true,"id":"order-1","generation":3}' };

  it("is restarted as the next generation of its execution's name, not taken for done", async () => {
    const { redrive, stepFunctions } = setUp();
    const name = redriveName(resumableRecord("order-1").identity, 3);
    stepFunctions.executions.set(executionOf(name), { name, startDate: new Date(NOW - 60_000), ...parked });
    const next = redriveName(resumableRecord("order-1").identity, 4);
    expect(await redrive({ execution: executionOf(name) })).toEqual({
      outcome: "success",
      execution: executionOf(next),
    });
    expect(stepFunctions.redriven).toEqual([]);
    expect(await redrive({ execution: executionOf(name) })).toMatchObject({ execution: executionOf(next) });
    expect([...stepFunctions.executions.keys()]).toEqual([executionOf(name), executionOf(next)]);
  });
});
