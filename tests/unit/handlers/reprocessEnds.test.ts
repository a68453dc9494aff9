// How a reprocess run goes and ends, whatever fails on its way and whoever else redrives.
import { describe, expect, it, vi } from "vitest";
import { createReprocess } from "../../../handlers/reprocess";
import { awsError } from "../../support/awsFakes";
import { EARLIER, fixedTime, NOW } from "../../support/fixedTime";
import { crash, fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../support/handlerRun";
import { BORN, declared, executionOf, recordBody, recordByReference } from "../../support/records";
import { nothing, setUp } from "../../support/reprocessRun";

fixedTime();

describe("a run ends", () => {
  it("after max starts, and never receives more than are still wanted", async () => {
    const { run, park, sqs } = setUp();
    for (let order = 0; order < 25; order++) park(recordBody(`order-${order}`));
    expect(await run()).toEqual({ ...nothing, success: 10, remaining: 15, stoppedBecause: "max" });
    expect(await run({ max: 12 })).toMatchObject({ success: 12, remaining: 3, stoppedBecause: "max" });
    expect(sqs.receiveInputs.map((input) => input.MaxNumberOfMessages)).toEqual([10, 10, 2]);
  });

  it("after max refusals", async () => {
    const { run, park, calls } = setUp();
    for (let order = 0; order < 25; order++) park(recordBody(`order-${order}`));
    calls.failBefore("StartExecution", awsError("AccessDeniedException"), 1000);
    expect(await run({ max: 5 })).toEqual({ ...nothing, failed: 5, remaining: 25, stoppedBecause: "max" });
  });

  it("after max poisoned messages, so that a first careful run cannot poison everything", async () => {
    const { run, park, sqs } = setUp();
    for (let order = 0; order < 5; order++) park(recordBody(`order-${order}-redrive-3-${BORN}`));
    expect(await run({ max: 1, dryRun: true })).toMatchObject({ poisoned: 1, stoppedBecause: "max" });
    expect(await run({ max: 1 })).toEqual({ ...nothing, poisoned: 1, remaining: 4, stoppedBecause: "max" });
    expect(sqs.in(POISON)).toHaveLength(1);
  });

  it("not after empty long polls between which there was something", async () => {
    const { run, park } = setUp();
    park(recordBody("order-1")).visibleAt = NOW + 4_500;
    park(recordBody("order-2")).visibleAt = NOW + 9_500;
    expect(await run()).toMatchObject({ success: 2, stoppedBecause: "empty" });
  });

  it("after three empty long polls", async () => {
    const { run, calls, sqs } = setUp();
    expect(await run()).toMatchObject({ success: 0, stoppedBecause: "empty" });
    expect(calls.made).toEqual(["ReceiveMessage", "ReceiveMessage", "ReceiveMessage", "GetQueueAttributes"]);
    expect(sqs.receiveInputs[0]?.WaitTimeSeconds).toBeGreaterThan(0);
  });

  it("after receives that led to nothing", async () => {
    const { run, park } = setUp({ maxReceivesWithoutUse: 2 });
    for (let order = 0; order < 25; order++) park(recordBody(`order-${order}`));
    expect(await run({ filter: { id: "order-24" } })).toMatchObject({
      success: 0,
      skipped: 20,
      stoppedBecause: "noUse",
    });
  });

  it("in time before Lambda ends the function, and gives everything back", async () => {
    const { run, park, sqs } = setUp();
    for (let order = 0; order < 25; order++) park(recordBody(`order-${order}`));
    const result = await run({ max: 25, rate: 1 }, 20);
    expect(result).toMatchObject({ success: 16, failed: 0, remaining: 9, stoppedBecause: "deadline" });
    expect(Date.now() - NOW).toBeLessThan(20_000);
    expect(sqs.visible(SPOOL)).toHaveLength(9);
  });

  it("by throttling only when time is up", async () => {
    const { run, park, sqs, calls } = setUp();
    park(recordBody("order-1"));
    calls.failBefore("StartExecution", awsError("ThrottlingException"), 1000);
    expect(await run({}, 60)).toEqual({ ...nothing, remaining: 1, stoppedBecause: "deadline" });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
  });
});

describe("a run on somebody's behalf", () => {
  const behalf = "arn:aws:states:eu-west-1:123456789012:execution:recover:run-1";
  const running = { startDate: new Date(0), status: "RUNNING" as const };

  it("lists what it started, and not what somebody had started before", async () => {
    const { run, park, stepFunctions } = setUp();
    const before = { startDate: new Date(0), status: "SUCCEEDED" as const };
    stepFunctions.executions.set(executionOf(`order-2-redrive-1-${BORN}`), before);
    park(recordBody(`order-1-redrive-2-${BORN}`));
    park(recordBody("order-2"));

    expect((await run({ report: true })).started).toEqual([
      {
        execution: executionOf(`order-1-redrive-3-${BORN}`),
        source: "orders",
        id: "order-1",
        generation: 2,
        mode: "restart",
      },
    ]);
    expect(await run({})).not.toHaveProperty("started");
  });

  it("leaves alone what was parked after the moment that the request names", async () => {
    const { run, park, stepFunctions } = setUp();
    park(recordBody("order-1"), EARLIER);
    park(recordBody("order-2"), EARLIER + 1);

    expect(await run({ parkedBefore: EARLIER })).toMatchObject({ success: 1, skipped: 1 });
    expect(stepFunctions.redrives()).toEqual([`order-1-redrive-1-${BORN}`]);
  });

  it("ends at its next batch when the execution that asked runs no longer", async () => {
    const { run, park, stepFunctions, sqs } = setUp();
    stepFunctions.executions.set(behalf, running);
    for (let at = 0; at < 30; at++) park(recordBody(`order-${at}`));
    setTimeout(() => stepFunctions.executions.set(behalf, { ...running, status: "ABORTED" }), 12_000);

    // Ten a batch, one a second: the second batch is under way.
    expect(await run({ max: 30, rate: 1, run: behalf })).toMatchObject({ success: 20, stoppedBecause: "stopped" });
    expect(sqs.visible(SPOOL)).toHaveLength(10);
  });

  it("starts nothing for an execution that has ended before", async () => {
    const { run, park, stepFunctions } = setUp();
    stepFunctions.executions.set(behalf, { ...running, status: "SUCCEEDED" });
    park(recordBody("order-1"));
    expect(await run({ run: behalf })).toMatchObject({ success: 0, remaining: 1, stoppedBecause: "stopped" });
  });

  it("asks at most once a second, and goes on where it gets no answer", async () => {
    const { run, park, stepFunctions, calls, lines } = setUp();
    stepFunctions.executions.set(behalf, running);
    calls.failBefore("DescribeExecution", awsError("AccessDeniedException"));
    calls.failBefore("DescribeExecution", awsError("ThrottlingException"));
    for (let at = 0; at < 60; at++) park(recordBody(`order-${at}`));

    expect(await run({ max: 60, run: behalf, rate: 20 })).toMatchObject({ success: 60, stoppedBecause: "max" });
    expect(calls.made.filter((call) => call === "DescribeExecution").length).toBeLessThanOrEqual(4);
    expect(lines.filter(({ level }) => level === "error")).toMatchObject([
      { message: "cannot tell whether the execution that asked still runs", details: { run: behalf } },
    ]);
  });
});

describe("throttling", () => {
  it.each(["ReceiveMessage", "SendMessage", "DescribeExecution"])(
    "of %s until time is up is no failure either",
    async (call) => {
      const { run, park, sqs, calls } = setUp();
      park(call === "SendMessage" ? "no json" : recordByReference("order-1"));
      calls.failBefore(call, awsError("ThrottlingException"), 1000);
      expect(await run({}, 60)).toEqual({ ...nothing, remaining: 1, stoppedBecause: "deadline" });
      expect(sqs.visible(SPOOL)).toHaveLength(1);
    },
  );

  it("slows down and is no failure", async () => {
    const { run, park, calls } = setUp();
    for (let order = 0; order < 10; order++) park(recordBody(`order-${order}`));
    calls.failBefore("StartExecution", awsError("ThrottlingException"), 15);
    calls.failBefore("ReceiveMessage", awsError("RequestThrottled"), 2);
    expect(await run()).toMatchObject({ success: 10, failed: 0, remaining: 0 });
  });
});

describe("the rate", () => {
  it("spreads starts evenly", async () => {
    const { run, park, stepFunctions } = setUp();
    for (let order = 0; order < 20; order++) park(recordBody(`order-${order}`));
    await run({ max: 20, rate: 2 });
    const starts = [...stepFunctions.executions.values()].map(({ startDate }) => startDate.getTime() - NOW);
    expect(starts).toEqual(Array.from({ length: 20 }, (_, index) => index * 500));
  });

  it("keeps messages invisible for as long as the function can work on them", async () => {
    const { run, sqs } = setUp();
    await run({ rate: 0.1 }, 90);
    expect(sqs.receiveInputs[0]).toMatchObject({ VisibilityTimeout: 95, MaxNumberOfMessages: 9 });
  });
});

describe("deleting", () => {
  it("tries again what SQS refuses", async () => {
    const { run, park, sqs, calls } = setUp();
    for (let order = 0; order < 4; order++) park(recordBody(`order-${order}`));
    sqs.refusedDeletes.push([0, 2], [1]);
    expect(await run()).toMatchObject({ success: 4, remaining: 0 });
    expect(calls.made.filter((call) => call === "DeleteMessageBatch")).toHaveLength(3);
  });

  it("that fails for good leaves a record that the next run finds done", async () => {
    const { run, park, calls, lines, stepFunctions } = setUp();
    park(recordBody("order-1"));
    calls.failBefore("DeleteMessageBatch", awsError("InternalError"), 3);
    expect(await run()).toMatchObject({ success: 1, remaining: 1 });
    expect(lines).toContainEqual({
      level: "warn",
      message: "messages could not be deleted and will be delivered again",
      details: { count: 1, reason: "InternalError" },
    });
    vi.advanceTimersByTime(400_000);
    expect(await run()).toMatchObject({ success: 0, alreadyStarted: 1, remaining: 0 });
    expect(stepFunctions.redrives()).toHaveLength(1);
  });
});

describe("a crash after any call", () => {
  async function runUntilCall(crashAfter: number) {
    const { run, park, calls, stepFunctions, sqs } = setUp();
    park(recordBody("order-1"));
    park("no json");
    const made = await crash(run, calls, crashAfter);
    const { remaining } = await run();
    const poison = new Set(sqs.in(POISON).map(({ body }) => body));
    return { made, remaining, redrives: stepFunctions.redrives(), poison: [...poison] };
  }

  it("neither loses a record nor starts one twice", async () => {
    const { made: callsOfARun } = await runUntilCall(1000);
    expect(callsOfARun).toBeGreaterThan(6);
    for (let call = 0; call < callsOfARun; call++) {
      const { made, ...after } = await runUntilCall(call);
      expect({ call, made, ...after }).toEqual({
        call,
        made: call + 1,
        remaining: 0,
        redrives: [`order-1-redrive-1-${BORN}`],
        poison: ["no json"],
      });
    }
  });
});

describe("two operators at once", () => {
  it("start each failure once between them", async () => {
    const clients = fakeClients();
    for (let order = 0; order < 30; order++)
      clients.sqs.put(SPOOL, JSON.stringify(recordBody(`order-${order}`)), { sentAt: EARLIER });
    const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources: declared, maxRedrives: 3, max: 100 };
    const operator = () => createReprocess(config, clients)({}, secondsLeft(300));
    const [one, other] = await finish(Promise.all([operator(), operator()]));
    expect(one.success + other.success).toBe(30);
    expect(clients.stepFunctions.redrives()).toHaveLength(30);
    expect(clients.sqs.in(SPOOL)).toEqual([]);
  });
});
