// A reprocess run: what it starts, what it deletes, and what it leaves.
import { describe, expect, it } from "vitest";
import { createReprocess } from "../../../handlers/reprocess";
import { awsError } from "../../support/awsFakes";
import { EARLIER, fixedTime, NOW } from "../../support/fixedTime";
import { fakeClients, POISON, SPOOL } from "../../support/handlerRun";
import {
  BORN,
  declared,
  executionOf,
  ORDERS_ARN,
  recordBody,
  recordByReference,
  statusChangeEvent,
} from "../../support/records";
import { nothing, setUp } from "../../support/reprocessRun";

fixedTime();

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
