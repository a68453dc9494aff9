// A reprocess run: what it starts, what it deletes, what it leaves, and when it ends.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { ReprocessConfig } from "../../../handlers/config";
import { createReprocess } from "../../../handlers/reprocess";
import { awsError } from "../../support/awsFakes";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../support/handlerRun";
import {
  BORN,
  declared,
  executionOf,
  ORDERS_ARN,
  recordBody,
  recordByReference,
  statusChangeEvent,
} from "../../support/records";

const NOW = Date.parse("2026-03-01T12:00:00.000Z");
const EARLIER = NOW - 60_000;
const nothing = { success: 0, alreadyStarted: 0, superseded: 0, skipped: 0, poisoned: 0, failed: 0 };

function setUp(changes: Partial<ReprocessConfig> = {}) {
  const clients = fakeClients();
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources: declared, maxRedrives: 3, ...changes };
  return {
    ...clients,
    run: (event: unknown = {}, seconds = 300) => finish(createReprocess(config, clients)(event, secondsLeft(seconds))),
    park: (body: unknown, sentAt = EARLIER) =>
      clients.sqs.put(SPOOL, typeof body === "string" ? body : JSON.stringify(body), { sentAt }),
    inputOf: (name: string) => clients.stepFunctions.executions.get(executionOf(name))?.input,
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("redriving", () => {
  it("starts the next generation with the caller's own input, then deletes the record", async () => {
    const { run, park, sqs, inputOf, reported } = setUp();
    park(recordBody("order-1"));
    park(recordBody(`order-2-redrive-2-${BORN}`, { input: 7 }));

    const result = await run();

    expect(result).toEqual({ ...nothing, success: 2, remaining: 0, stoppedBecause: "empty" });
    expect(inputOf(`order-1-redrive-1-${BORN}`)).toBe('{"order":"order-1"}');
    expect(inputOf(`order-2-redrive-3-${BORN}`)).toBe("7");
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(reported).toEqual([
      { queueUrl: SPOOL, unit: "Count", Redriven: 2, AlreadyStarted: 0, Poisoned: 0, RedriveFailed: 0 },
    ]);
  });

  it("redrives a failure once, whichever records there are of it", async () => {
    const { run, park, stepFunctions } = setUp();
    park(recordBody("order-1"));
    park(statusChangeEvent("order-1"));
    park(recordByReference("order-1"));

    const result = await run();

    expect(result).toMatchObject({ success: 1, alreadyStarted: 2, remaining: 0 });
    expect(stepFunctions.redrives()).toEqual([`order-1-redrive-1-${BORN}`]);
  });

  it("keeps two machines apart that share an execution's name", async () => {
    const { run, park, stepFunctions } = setUp();
    park(recordBody("order-1"));
    park(recordBody("order-1", { source: "parcels", execution: executionOf("order-1", "parcels") }));

    expect(await run()).toMatchObject({ success: 2 });
    expect([...stepFunctions.executions.keys()]).toEqual([
      executionOf(`order-1-redrive-1-${BORN}`),
      executionOf(`order-1-redrive-1-${BORN}`, "parcels"),
    ]);
  });

  it("reads the input of a record by reference from its execution", async () => {
    const { run, park, stepFunctions, inputOf } = setUp();
    stepFunctions.executions.set(executionOf("order-1"), { startDate: new Date(0), input: '{"large":1.0}' });
    park(recordByReference("order-1"));

    expect(await run()).toMatchObject({ success: 1 });
    expect(inputOf(`order-1-redrive-1-${BORN}`)).toBe('{"large":1.0}');
  });

  it("takes a start that somebody made before, running or ended, as done", async () => {
    const { run, park, sqs, stepFunctions } = setUp();
    const startDate = new Date(NOW - 1000);
    const input = '{"order":"order-1"}';
    stepFunctions.executions.set(executionOf(`order-1-redrive-1-${BORN}`), { startDate, input, status: "RUNNING" });
    stepFunctions.executions.set(executionOf(`order-2-redrive-1-${BORN}`), { startDate, status: "SUCCEEDED" });
    park(recordBody("order-1"));
    park(recordBody("order-2"));

    expect(await run()).toMatchObject({ success: 0, alreadyStarted: 2, failed: 0 });
    expect(sqs.in(SPOOL)).toEqual([]);
  });

  it("starts on a new machine what the old one may not be asked about", async () => {
    const { run, park, calls } = setUp();
    park(recordBody("order-1", { execution: executionOf("order-1", "orders-before") }));
    calls.failBefore("DescribeExecution", awsError("AccessDeniedException"));
    expect(await run()).toMatchObject({ success: 1, failed: 0 });
  });

  it("does not start on a new machine what was started on the one that it replaced", async () => {
    const { run, park, stepFunctions } = setUp();
    const startedBefore = executionOf(`order-1-redrive-1-${BORN}`, "orders-before");
    stepFunctions.executions.set(startedBefore, { startDate: new Date(0), status: "SUCCEEDED" });
    park(recordBody("order-1", { execution: executionOf("order-1", "orders-before") }));
    park(recordBody("order-2", { execution: executionOf("order-2", "orders-before") }));

    expect(await run()).toMatchObject({ success: 1, alreadyStarted: 1 });
    expect([...stepFunctions.executions.keys()]).toEqual([startedBefore, executionOf(`order-2-redrive-1-${BORN}`)]);
  });
});

describe("what stays in the spool", () => {
  it("is what cannot be started now, visible again when the run ends", async () => {
    const { run, park, sqs, calls, lines } = setUp();
    park(recordBody("order-1"));
    calls.failBefore("StartExecution", awsError("AccessDeniedException", "not allowed"));

    expect(await run()).toEqual({ ...nothing, failed: 1, remaining: 1, stoppedBecause: "empty" });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
    expect(lines).toContainEqual({
      level: "error",
      message: "redrive could not be started",
      details: expect.objectContaining({ id: "order-1", error: "AccessDeniedException" }),
    });
  });

  it("is a record by reference whose execution cannot be read", async () => {
    const { run, park, sqs } = setUp();
    park(recordByReference("order-1"));
    expect(await run()).toMatchObject({ failed: 1, poisoned: 0, remaining: 1 });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
  });

  it("is what failed after the run began", async () => {
    const { run, park } = setUp();
    park(recordBody("order-1"), NOW + 1);
    expect(await run()).toMatchObject({ success: 0, skipped: 1, remaining: 1, stoppedBecause: "empty" });
  });

  it("is not what was renewed meanwhile: a copy is as old as its failure", async () => {
    const { run, sqs } = setUp();
    const attributes = { respool: { DataType: "String", StringValue: JSON.stringify({ parkedAt: EARLIER }) } };
    sqs.put(SPOOL, JSON.stringify(recordBody("order-1")), { sentAt: NOW + 1, attributes });
    expect(await run()).toMatchObject({ success: 1 });
  });

  it("is what a filter leaves out", async () => {
    const { run, park, stepFunctions } = setUp();
    park(recordBody("order-1", { error: { name: "States.Timeout", cause: null } }));
    park(recordBody("order-2"));
    park(recordBody("order-3"));
    expect(await run({ filter: { error: "ProviderDown", id: ["order-2", "order-9"] } })).toMatchObject({
      success: 1,
      skipped: 2,
      remaining: 2,
    });
    expect(stepFunctions.redrives()).toEqual([`order-2-redrive-1-${BORN}`]);
  });

  it("is aborted work, unless somebody asks for it", async () => {
    const { run, park } = setUp();
    park(recordBody("order-1", { kind: "aborted" }));
    expect(await run()).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
    expect(await run({ includeAborted: true })).toMatchObject({ success: 1, remaining: 0 });
  });
});

describe("the poison queue", () => {
  it("gets what is unreadable or undeclared, byte for byte and with the reason, and the rest goes on", async () => {
    const { run, park, sqs } = setUp();
    park("no \u0001 json \ud83d\ude00");
    park(recordBody("order-1", { source: "refunds" }));
    park(recordBody("order-2"));

    expect(await run()).toMatchObject({ success: 1, poisoned: 2, remaining: 0 });
    const [unreadable, undeclared] = sqs.in(POISON);
    expect(unreadable?.body).toBe("no \u0001 json \ud83d\ude00");
    expect(JSON.parse(undeclared?.attributes.respool?.StringValue ?? "")).toEqual({
      reason: '[source] must be one that the stack declares (orders, parcels), got "refunds"',
      at: "2026-03-01T12:00:00.000Z",
      parkedAt: EARLIER,
    });
  });

  it("gets what has failed after maxRedrives redrives", async () => {
    const { run, park, sqs } = setUp({ maxRedrives: 2 });
    park(recordBody(`order-1-redrive-2-${BORN}`));
    park(recordBody(`order-2-redrive-1-${BORN}`));
    expect(await run()).toMatchObject({ success: 1, poisoned: 1 });
    expect(sqs.in(POISON)[0]?.attributes.respool?.StringValue).toContain(
      '"reason":"failed again after 2 redrives with ProviderDown, [maxRedrives] is 2"',
    );
  });

  it("does not get work that was held back without an attempt, however often", async () => {
    const { run, park } = setUp({ maxRedrives: 0 });
    park(recordBody(`order-1-redrive-2-${BORN}`, { kind: "held" }));
    expect(await run()).toMatchObject({ success: 1, poisoned: 0 });
  });

  it("gets an input that Step Functions refuses", async () => {
    const { run, park, sqs, calls } = setUp();
    park(recordBody("order-1"));
    calls.failBefore("StartExecution", awsError("InvalidExecutionInput", "Invalid State Machine Execution Input"));
    park(recordBody("order-2", { input: "x".repeat(262_144) }));
    expect(await run()).toMatchObject({ poisoned: 2, failed: 0, remaining: 0 });
    expect(sqs.in(POISON)[0]?.attributes.respool?.StringValue).toContain(
      "StartExecution refused the input: Invalid State",
    );
    expect(sqs.in(POISON)[1]?.attributes.respool?.StringValue).toContain(
      "[input] must have at most 262144 bytes, got 262146",
    );
  });

  it("out of reach leaves the message in the spool", async () => {
    const { run, park, sqs, calls } = setUp();
    park("no json");
    calls.failBefore("SendMessage", awsError("ServiceUnavailable"));
    expect(await run()).toMatchObject({ poisoned: 0, failed: 1, remaining: 1 });
    expect(sqs.visible(SPOOL).map(({ body }) => body)).toEqual(["no json"]);
  });

  it("has a message before the spool has lost it", async () => {
    const { run, park, calls } = setUp();
    park("no json");
    await run();
    expect(calls.made.indexOf("SendMessage")).toBeLessThan(calls.made.indexOf("DeleteMessageBatch"));
  });
});

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
    calls.crashAfter(crashAfter);
    run().catch(() => undefined);
    await vi.runAllTimersAsync();
    const made = calls.made.length;
    calls.recover();
    vi.advanceTimersByTime(400_000);
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

describe("a dry run", () => {
  it("counts and lists, and changes nothing", async () => {
    const { run, park, calls, sqs, reported } = setUp({ maxRedrives: 1 });
    park(recordBody("order-1"));
    park(recordBody(`order-2-redrive-1-${BORN}`));
    park("no json");
    park(recordBody("order-3", { kind: "aborted" }));

    const result = await run({ dryRun: true });

    expect(result).toMatchObject({ success: 1, poisoned: 2, skipped: 1, remaining: 4 });
    expect(result.planned).toEqual([
      {
        action: "start",
        id: "order-1",
        source: "orders",
        generation: 0,
        error: { name: "ProviderDown", cause: "503" },
      },
      {
        action: "poison",
        id: "order-2",
        source: "orders",
        generation: 1,
        reason: "failed again after 1 redrives with ProviderDown, [maxRedrives] is 1",
        error: { name: "ProviderDown", cause: "503" },
      },
      { action: "poison", reason: 'the message must be JSON, got "no json"' },
      {
        action: "skip",
        id: "order-3",
        source: "orders",
        generation: 0,
        reason: "aborted: redriven only with includeAborted",
        error: { name: "ProviderDown", cause: "503" },
      },
    ]);
    expect(sqs.visible(SPOOL)).toHaveLength(4);
    expect(reported).toEqual([]);
    expect(new Set(calls.made)).toEqual(
      new Set(["ReceiveMessage", "ChangeMessageVisibilityBatch", "GetQueueAttributes"]),
    );
  });

  it("shows the original error of a record by reference", async () => {
    const { run, park, stepFunctions } = setUp();
    const cause = `503 ${"long ".repeat(100)}`;
    park(recordByReference("order-1", { error: { name: "ProviderDown", cause: cause.slice(0, 20) } }));
    const event = (id: number, error: string, text: string) => ({
      id,
      type: "TaskFailed" as const,
      timestamp: new Date(0),
      taskFailedEventDetails: { error, cause: text, resource: "invoke", resourceType: "lambda" },
    });
    const history = [
      event(1, "ProviderDown", "other"),
      event(2, "ProviderDown", cause),
      event(3, "ProviderDown", "new"),
      event(4, "SQS.Down", "503"),
    ];
    stepFunctions.executions.set(executionOf("order-1"), { startDate: new Date(0), history });
    expect((await run({ dryRun: true })).planned?.[0]?.error).toEqual({ name: "ProviderDown", cause });
  });

  it("lists what a filter matches, and counts the rest as skipped", async () => {
    const { run, park } = setUp();
    for (let order = 0; order < 120; order++) park(recordBody(`order-${order}`));
    park(recordBody("wanted"));
    park(recordBody("stopped", { kind: "aborted" }));

    const filter = { id: ["wanted", "stopped"] };
    const { planned, success, skipped } = await run({ dryRun: true, filter, max: 1000 });

    expect(planned?.map(({ action, id, reason }) => ({ action, id, reason }))).toEqual([
      { action: "start", id: "wanted", reason: undefined },
      { action: "skip", id: "stopped", reason: "aborted: redriven only with includeAborted" },
    ]);
    expect({ success, skipped }).toEqual({ success: 1, skipped: 121 });
  });

  it("shows the record's own error where the history is gone", async () => {
    const { run, park } = setUp();
    park(recordByReference("order-1"));
    expect((await run({ dryRun: true })).planned?.[0]?.error).toEqual({ name: "ProviderDown", cause: "503" });
  });
});

describe("the configuration", () => {
  it.each([
    [{ maxRedrives: -1 }, "[maxRedrives] must be a whole number from 0 to 1000, got -1"],
    [{ max: 0 }, "[max] must be a whole number from 1 to 100000, got 0"],
    [{ rate: 0 }, "[rate] must be a number above 0, at most 1000, got 0"],
    [{ poisonUrl: "poison" }, '[poisonUrl] must be the URL of a queue, got "poison"'],
    [{ maxReceivesWithoutUse: 0 }, "[maxReceivesWithoutUse] must be a whole number from 1 to 100000, got 0"],
    [
      { sources: { orders: { stateMachineArn: "orders" } } },
      '[stateMachineArn] must be the ARN of a state machine, without version or alias, got "orders"',
    ],
    [
      { sources: { orders: { stateMachineArn: ORDERS_ARN }, again: { stateMachineArn: ORDERS_ARN } } },
      `[sources] must have a state machine of its own each, got ${ORDERS_ARN} for orders and again`,
    ],
  ])("%j is refused", (changes, message) => {
    const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources: declared, maxRedrives: 3, ...changes };
    expect(() => createReprocess(config, fakeClients())).toThrow(message);
  });
});
