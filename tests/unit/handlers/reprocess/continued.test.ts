// A whole run over resumable and parked work: what it deletes, what it poisons, and that a crash loses and doubles nothing.
import { describe, expect, it, vi } from "vitest";
import { createReprocess } from "../../../../handlers/reprocess";
import type { DeclaredSources } from "../../../../records/record";
import { awsError } from "../../../support/awsFakes";
import { redriving, resumes } from "../../../support/continuedRecords";
import { fixedTime, NOW } from "../../../support/fixedTime";
import { crash, finish, POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";
import { BORN, executionOf, ORDERS_ARN, recordBody } from "../../../support/records";

const resumable = { mode: "resume", generation: 0, attempts: 1 };
const parked = (name: string) => ({ mode: "park", generation: 0, attempts: 1, taskToken: `token-of-${name}` });

function setUp(sources: DeclaredSources = resumes) {
  const made = redriving();
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources, maxRedrives: 3 };
  const put = (name: string, changes: object) =>
    made.sqs.put(SPOOL, JSON.stringify(recordBody(name, { ...changes })), { sentAt: NOW - 60_000 });
  return {
    ...made,
    run: (event = {}) => finish(createReprocess(config, made)(event, secondsLeft(300))),
    resumable: (name: string, changes: object = {}) => {
      made.failed(name);
      put(name, { ...resumable, ...changes });
    },
    parked: (name: string, changes: object = {}) => {
      made.stepFunctions.tasks.set(`token-of-${name}`, { closed: false });
      put(name, { ...parked(name), ...changes });
    },
    put,
    answerTo: (name: string) => made.stepFunctions.tasks.get(`token-of-${name}`)?.answer,
  };
}

fixedTime();

describe("a run", () => {
  it("resumes and releases what waits, then deletes its records", async () => {
    const { run, resumable, parked, stepFunctions, answerTo, sqs, calls } = setUp();
    resumable("order-1");
    parked("order-2");
    expect(await run()).toMatchObject({ success: 2, superseded: 0, failed: 0, remaining: 0 });
    expect(stepFunctions.redriven).toEqual(["order-1 order-1-redrive-1"]);
    expect(answerTo("order-2")).toEqual({ output: '{"generation":1}' });
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(calls.made).not.toContain("StartExecution");
  });

  it("makes one redrive of two records of one failure", async () => {
    const { run, resumable, parked, put, stepFunctions } = setUp();
    resumable("order-1");
    resumable("order-1");
    parked("order-2");
    put("order-2", { mode: "park", generation: 0, attempts: 1, taskToken: "token-of-order-2" });
    expect(await run()).toMatchObject({ success: 2, alreadyStarted: 2, remaining: 0 });
    expect(stepFunctions.redriven).toHaveLength(1);
  });

  it("resumes what was restarted before its source began to resume, beside the record that restarted it", async () => {
    const { run, put, resumable, stepFunctions, sqs } = setUp();
    const restarted = `order-1-redrive-1-${BORN}`;
    put("order-1", {});
    resumable(restarted);
    expect(await run()).toMatchObject({ success: 1, alreadyStarted: 1, remaining: 0 });
    expect(stepFunctions.redriven).toEqual([`${restarted} order-1-redrive-1`]);
    expect(sqs.in(SPOOL)).toEqual([]);
  });

  it("restarts what its state machine recorded before it began to resume: that execution has succeeded", async () => {
    const { run, put, failed, stepFunctions, sqs } = setUp();
    failed("order-1", { status: "SUCCEEDED", output: '{"spooled":true}', redriveStatus: "NOT_REDRIVABLE" });
    put("order-1", {});
    expect(await run()).toMatchObject({ success: 1, superseded: 0, remaining: 0 });
    expect(stepFunctions.redrives()).toEqual([`order-1-redrive-1-${BORN}`]);
    expect(sqs.in(SPOOL)).toEqual([]);
  });

  it("resumes and releases what its state machine recorded before it began to restart", async () => {
    const { run, resumable, parked, stepFunctions, answerTo, calls } = setUp({
      orders: { stateMachineArn: ORDERS_ARN },
    });
    resumable("order-1");
    parked("order-2");
    expect(await run()).toMatchObject({ success: 2, remaining: 0 });
    expect(stepFunctions.redriven).toEqual(["order-1 order-1-redrive-1"]);
    expect(answerTo("order-2")).toEqual({ output: '{"generation":1}' });
    expect(calls.made).not.toContain("StartExecution");
  });

  it("answers the live token of work that has parked anew, whichever record comes first", async () => {
    const { run, parked, put, stepFunctions, answerTo } = setUp();
    stepFunctions.tasks.set("expired", { closed: true });
    put("order-1", { mode: "park", generation: 0, attempts: 1, taskToken: "expired" });
    parked("order-1");
    expect(await run()).toMatchObject({ success: 1, superseded: 1, remaining: 0 });
    expect(answerTo("order-1")).toEqual({ output: '{"generation":1}' });
  });

  it("keeps two steps of one execution apart that are parked at once", async () => {
    const { run, parked, stepFunctions, put, answerTo } = setUp();
    parked("order-1", { step: "Charge" });
    stepFunctions.tasks.set("other", { closed: false });
    put("order-1", { mode: "park", generation: 0, attempts: 1, taskToken: "other", step: "Ship" });
    expect(await run()).toMatchObject({ success: 2, remaining: 0 });
    expect(answerTo("order-1")).toBeDefined();
    expect(stepFunctions.tasks.get("other")?.answer).toBeDefined();
  });

  it("deletes what goes on without its record, and leaves what has not failed yet", async () => {
    const { run, failed, put, sqs } = setUp();
    failed("order-1", { status: "SUCCEEDED", redriveCount: 1, redriveDate: new Date(0) });
    put("order-1", resumable);
    failed("order-2", { status: "RUNNING" });
    put("order-2", resumable);
    expect(await run()).toMatchObject({ superseded: 1, skipped: 1, success: 0, remaining: 1 });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
  });
});

describe("the poison queue", () => {
  it("gets what can never be resumed, with AWS's reason, and nothing is started", async () => {
    const { run, failed, put, sqs, calls } = setUp();
    failed("order-1", { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: "Execution redrivable period exceeded" });
    put("order-1", resumable);
    expect(await run()).toMatchObject({ poisoned: 1, remaining: 0 });
    expect(sqs.in(POISON)[0]?.attributes.respool?.StringValue).toContain("Execution redrivable period exceeded");
    expect(calls.made).not.toContain("StartExecution");
  });

  it("gets parked work that failed too often, and its execution ends: the copy first, the record last", async () => {
    const { run, parked, answerTo, calls, sqs } = setUp();
    parked("order-1", { generation: 3, attempts: 4 });
    expect(await run()).toMatchObject({ poisoned: 1, remaining: 0 });
    const reason = "failed again after 3 redrives with ProviderDown, [maxRedrives] is 3";
    expect(answerTo("order-1")).toEqual({ error: "Respool.Discarded", cause: reason });
    expect(sqs.in(POISON)).toHaveLength(1);
    const order = ["SendMessage", "SendTaskFailure", "DeleteMessageBatch"];
    expect(calls.made.filter((call) => order.includes(call))).toEqual(order);
  });

  it("leaves the record in the spool while its execution cannot be ended", async () => {
    const { run, parked, calls, answerTo } = setUp();
    parked("order-1", { generation: 3, attempts: 4 });
    calls.failBefore("SendTaskFailure", awsError("AccessDeniedException"));
    expect(await run()).toMatchObject({ poisoned: 0, failed: 1, remaining: 1 });
    expect(await run()).toMatchObject({ poisoned: 1, remaining: 0 });
    expect(answerTo("order-1")).toMatchObject({ error: "Respool.Discarded" });
  });

  it("gets an unreadable record without an answer to anybody", async () => {
    const { run, put, calls } = setUp();
    put("order-1", { mode: "park", generation: 0, attempts: 1 });
    expect(await run()).toMatchObject({ poisoned: 1 });
    expect(calls.made).not.toContain("SendTaskFailure");
  });
});

describe("a crash after any call", () => {
  async function runUntilCall(crashAfter: number) {
    const made = setUp();
    const { run, calls, stepFunctions, sqs, answerTo } = made;
    made.resumable("order-1");
    made.parked("order-2");
    made.parked("order-3", { generation: 3, attempts: 4 });
    const callsMade = await crash(run, calls, crashAfter);
    const { remaining } = await run();
    const poison = new Set(sqs.in(POISON).map(({ body }) => JSON.parse(body).name));
    return {
      callsMade,
      remaining,
      poison: [...poison],
      redriven: stepFunctions.redriven,
      status: stepFunctions.executions.get(executionOf("order-1"))?.redriveCount,
      answers: [answerTo("order-2"), answerTo("order-3")?.error],
    };
  }

  it("neither loses work, nor redrives it twice, nor ends an execution whose record lies nowhere", async () => {
    const { callsMade: callsOfARun } = await runUntilCall(1000);
    expect(callsOfARun).toBeGreaterThan(8);
    for (let call = 0; call < callsOfARun; call++) {
      vi.setSystemTime(NOW);
      const { callsMade, ...after } = await runUntilCall(call);
      expect({ call, ...after }).toEqual({
        call,
        remaining: 0,
        poison: ["order-3"],
        redriven: ["order-1 order-1-redrive-1"],
        status: 1,
        answers: [{ output: '{"generation":1}' }, "Respool.Discarded"],
      });
    }
  });
});

describe("two operators at once", () => {
  it("resume and release each piece of work once between them", async () => {
    const made = setUp();
    for (let order = 0; order < 10; order++) {
      made.resumable(`order-${order}`);
      made.resumable(`order-${order}`);
      made.parked(`parcel-${order}`);
    }
    const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources: resumes, maxRedrives: 3, max: 100 };
    const operator = () => createReprocess(config, made)({}, secondsLeft(300));
    const [one, other] = await finish(Promise.all([operator(), operator()]));
    expect(one.success + other.success).toBe(20);
    expect(made.stepFunctions.redriven).toHaveLength(10);
    expect(made.sqs.in(SPOOL)).toEqual([]);
  });
});
