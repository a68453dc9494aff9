// The middleware of commands: what a handler is given, what comes again, what is recorded, and what a status tells.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Command } from "../../../../handlers/commands/command";
import { commandMiddleware, wrap } from "../../../../handlers/middleware/command";
import { checkCommand } from "../../../../handlers/middleware/commandRejection";
import {
  COMMAND_ID,
  CommandFunctionWorld,
  commandConfig,
  commandSchemas,
  message,
  type WorldHandler,
} from "../../../support/commandFunctionWorld";
import { Process } from "../../../support/commandProcess";
import { lambdaContext } from "../../../support/middlewareRun";

let world: CommandFunctionWorld;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.UTC(2026, 0, 1) });
});

afterEach(() => {
  world?.close();
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** A world with this handler, whose calls are counted. */
function worldWith(handle: WorldHandler = () => undefined) {
  const handler = vi.fn(handle);
  world = new CommandFunctionWorld(handler);
  return { handler, run: world.run };
}

const status = () => world.statuses.read(COMMAND_ID);
const declined = () => Object.assign(new Error("no funds on 4242"), { name: "CardDeclinedError", detail: "No funds." });
const notCarriedOut = { type: "about:blank", title: "The command could not be carried out" };
const begun = { id: COMMAND_ID, name: "placeOrder", source: "orders", time: "2026-01-01T00:00:00.000Z" };
const attempt = { generation: 0, until: Date.UTC(2026, 0, 1, 0, 15), last: false };

describe("a command", () => {
  it("is given with its id and time, and its status tells the result", async () => {
    const { handler, run } = worldWith(({ id }, { work }) => ({ order: id, work }));
    const envelope = { correlationId: "visit" };
    expect(await world.deliver(message({ envelope }))).toMatchObject({ ended: "done" });
    const command = {
      id: COMMAND_ID,
      name: "placeOrder",
      time: "2026-01-01T00:00:00.000Z",
      data: { copies: 1 },
      correlationId: "visit",
    };
    expect(handler.mock.calls[0]?.[0]).toEqual(command);
    expect(await status()).toMatchObject({
      state: "succeeded",
      attempts: 1,
      source: "orders",
      acceptedAt: command.time,
      result: { order: COMMAND_ID, work: { id: COMMAND_ID, correlationId: "visit", generation: 0 } },
    });
    expect(run.metrics).toEqual([{ command: "placeOrder", CommandDuration: 0 }, { Success: 1 }]);
  });

  it("that succeeded is not begun again, whoever brings it", async () => {
    const { handler, run } = worldWith();
    await world.deliver(message());
    expect(await world.deliver(message({ receiveCount: 2 }))).toMatchObject({ ended: "done" });
    // Idempotency's own memory may be gone, and the status still decides.
    world.idempotency.items.clear();
    expect(await world.deliver(message({ receiveCount: 3, envelope: { data: "now invalid" } }))).toMatchObject({
      ended: "done",
    });
    world.idempotency.items.clear();
    expect(await world.deliver(message(), { generation: 1 })).toMatchObject({ ended: "done" });
    expect(handler).toHaveBeenCalledOnce();
    expect(world.spool).toEqual([]);
    expect(run.metrics.slice(2)).toEqual([1, 2, 3].map(() => ({ Success: 1, Duplicate: 1 })));
  });

  it("that was cancelled is not begun, and needs no more receives", async () => {
    const { handler } = worldWith();
    await world.statuses.accept({ ...begun, envelope: message().body });
    await world.statuses.cancel(COMMAND_ID);
    expect(await world.deliver(message({ envelope: { data: "invalid" } }))).toMatchObject({ ended: "done" });
    expect(handler).not.toHaveBeenCalled();
    expect(world.spool).toEqual([]);
    expect((await status())?.state).toBe("cancelled");
  });

  it.each([
    ["cannot be read now", { body: JSON.stringify({ respoolCommand: 1, id: COMMAND_ID }) }, undefined],
    ["cannot be locked now", { receiveCount: 3 }, { call: 1, kind: "error", when: "before" } as const],
  ])("that was cancelled stays so where it %s: its record is all there is to do", async (_, sent, fault) => {
    worldWith();
    await world.statuses.accept({ ...begun, envelope: message().body });
    await world.statuses.cancel(COMMAND_ID);
    expect(await world.deliver(message(sent), { fault })).toMatchObject({ ended: "done" });
    expect([world.spool.length, (await status())?.state]).toEqual([1, "cancelled"]);
  });

  it("that another attempt works on comes again, and is recorded by nobody", async () => {
    const { handler, run } = worldWith();
    await world.deliver(message(), { fault: { call: 1, kind: "crash", when: "after" } });
    vi.setSystemTime(Date.UTC(2026, 0, 1, 0, 0, 20));
    expect(await world.deliver(message({ receiveCount: 3 }))).toMatchObject({ ended: "failed" });
    expect([handler.mock.calls.length, world.spool.length, await status()]).toEqual([0, 0, undefined]);
    expect(run.metrics).toEqual([{ Failure: 1, InProgress: 1 }]);
    expect(await world.deliver(message({ receiveCount: 3 }))).toMatchObject({ ended: "done" });
    expect((await status())?.state).toBe("succeeded");
  });

  it("that another attempt has taken over is left to that one", async () => {
    const { run } = worldWith(async () => {
      await world.statuses.begin({ ...begun, ...attempt, attempt: "another" });
      throw declined();
    });
    expect(await world.deliver(message({ receiveCount: 3 }))).toMatchObject({ ended: "failed" });
    expect(await status()).toMatchObject({ state: "running", attempt: "another" });
    expect(run.metrics.at(-1)).toEqual({ Failure: 1, Error: 1 });
  });

  it("writes nothing after another attempt has taken over", async () => {
    const { run } = worldWith(async (_, { progress }) => {
      await world.statuses.begin({ ...begun, ...attempt, attempt: "another" });
      await progress(0.9);
    });
    expect(await world.deliver(message({ receiveCount: 3 }))).toMatchObject({ ended: "failed" });
    expect(world.spool).toEqual([]);
    const item = await status();
    expect([item?.attempt, item?.state, item?.progress]).toEqual(["another", "running", undefined]);
    expect(run.metrics.at(-1)).toEqual({ Failure: 1, InProgress: 1 });
  });
});

describe("a failure", () => {
  const away = new Error("away");

  it("comes again while there are receives left, and the command runs", async () => {
    const { run } = worldWith(() => Promise.reject(away));
    expect(await world.deliver(message({ receiveCount: 2 }))).toMatchObject({ ended: "failed" });
    expect([world.spool, (await status())?.state]).toEqual([[], "running"]);
    expect(run.metrics.at(-1)).toEqual({ Failure: 1, Error: 1 });
  });

  it("at the last receive is recorded with its error, and the command is parked", async () => {
    const { run } = worldWith(() => Promise.reject(away));
    expect(await world.deliverAll()).toBe("done");
    const { receiptHandle: _, ...kept } = message({ receiveCount: 3 });
    expect(world.spool).toEqual([
      {
        respool: 1,
        kind: "failed",
        source: "orders",
        command: { id: COMMAND_ID, name: "placeOrder" },
        generation: 0,
        attempts: 3,
        failedAt: "2026-01-01T00:06:00.000Z",
        error: {
          name: "Error",
          cause: expect.stringContaining('{"errorType":"Error","errorMessage":"away","trace":["Error: away"'),
        },
        message: kept,
      },
    ]);
    expect(await status()).toMatchObject({ state: "parked", attempts: 3 });
    expect(run.metrics.slice(-2)).toEqual([
      { command: "placeOrder", CommandsParked: 1 },
      { Failure: 1, Error: 1 },
    ]);
  });

  it("in a replay is thrown for the launcher to record, and the command is parked again", async () => {
    const { run } = worldWith(() => Promise.reject(away));
    expect(await world.deliver(message(), { generation: 2 })).toMatchObject({ ended: "failed", error: away });
    expect([world.spool, (await status())?.state]).toEqual([[], "parked"]);
    expect(run.metrics.slice(-2)).toEqual([
      { command: "placeOrder", CommandsParked: 1 },
      { Failure: 1, Error: 1 },
    ]);
  });

  it("of idempotency's table at the last receive is recorded, too", async () => {
    const { handler } = worldWith();
    await world.statuses.accept({ ...begun, envelope: message().body });
    const fault = { call: 1, kind: "error", when: "before" } as const;
    expect(await world.deliver(message({ receiveCount: 3 }), { fault })).toMatchObject({ ended: "done" });
    expect(world.spool).toMatchObject([{ kind: "failed", error: { name: "IdempotencyPersistenceLayerError" } }]);
    expect([handler.mock.calls.length, (await status())?.state]).toEqual([0, "parked"]);
  });

  it("has a cause of at most 4 KB, which stays JSON", async () => {
    worldWith(() => Promise.reject(new Error("\u0000".repeat(100_000))));
    await world.deliverAll();
    const cause = world.spool[0]?.error.cause ?? "";
    expect(Buffer.byteLength(cause)).toBeLessThanOrEqual(4_096);
    expect(JSON.parse(cause)).toMatchObject({ errorType: "Error" });
  });
});

describe("the lines of a command", () => {
  it("name it, those of its handler, too", async () => {
    const { run } = worldWith((_, { logger }) => logger.info("placed"));
    await world.deliver(message());
    expect(run.lines).toMatchObject([{ message: "placed", command_name: "placeOrder", work_id: COMMAND_ID }]);
  });

  it("tell what waits from what comes again", async () => {
    const { run } = worldWith(() => Promise.reject(new Error("away")));
    await world.deliverAll();
    expect(run.lines.map((line) => Reflect.get(line, "command_outcome"))).toEqual(["again", "again", "parked"]);
  });

  it("tell what failed for good, with its error", async () => {
    const { run } = worldWith(() => Promise.reject(declined()));
    await world.deliver(message());
    expect(run.lines).toMatchObject([
      { command_outcome: "rejected", command_name: "placeOrder", error_name: "CardDeclinedError" },
    ]);
  });

  it("have no name that the function does not know", async () => {
    const { run } = worldWith();
    await world.deliver(message({ envelope: { name: "made up" } }));
    expect(run.lines).toMatchObject([{ command_outcome: "rejected" }]);
    expect(run.lines[0]).not.toHaveProperty("command_name");
  });
});

describe("a permanent failure", () => {
  it("ends the command at once, in words that harm nobody", async () => {
    const { run } = worldWith(() => Promise.reject(declined()));
    expect(await world.deliver(message())).toMatchObject({ ended: "done" });
    expect(world.spool).toMatchObject([
      { kind: "rejected", generation: 1, attempts: 1, error: { name: "CardDeclinedError" } },
    ]);
    expect(await status()).toMatchObject({
      state: "failed",
      reason: { type: "urn:problem:CardDeclinedError", title: "Card declined", detail: "No funds." },
    });
    expect(run.metrics).toEqual([
      { command: "placeOrder", CommandDuration: 0 },
      { command: "placeOrder", CommandsRejected: 1 },
      { ClientError: 1 },
    ]);
  });

  it("is told in no more words than the status has room for", async () => {
    worldWith(() => Promise.reject(Object.assign(declined(), { detail: "x".repeat(500_000) })));
    expect(await world.deliver(message())).toMatchObject({ ended: "done" });
    expect(await status()).toMatchObject({ state: "failed", reason: { detail: "x".repeat(1_000) } });
  });

  it("is not done again when the message is, and a redrive begins it", async () => {
    const { handler } = worldWith(({ name }, { work }) => {
      if (work.generation === 0) throw declined();
      return name;
    });
    await world.deliver(message());
    expect(await world.deliver(message({ receiveCount: 2 }))).toMatchObject({ ended: "done" });
    expect([handler.mock.calls.length, world.spool.length]).toEqual([1, 1]);
    expect(await world.deliver(message(), { generation: 2 })).toMatchObject({ ended: "done" });
    const item = await status();
    expect([item?.state, item?.result, item?.reason]).toEqual(["succeeded", "placeOrder", undefined]);
  });

  it("in a replay is recorded with the generation after it, and the replay succeeds", async () => {
    worldWith(() => Promise.reject(declined()));
    await world.deliver(message());
    expect(await world.deliver(message(), { generation: 2 })).toMatchObject({ ended: "done" });
    expect(await world.deliver(message(), { generation: 2 })).toMatchObject({ ended: "done" });
    expect(world.spool).toMatchObject([{ generation: 1 }, { kind: "rejected", generation: 3 }]);
    expect(await status()).toMatchObject({ state: "failed", generation: 3 });
  });

  it("is left to a person, also where the function dies before SQS or the launcher learns of it", async () => {
    const { handler } = worldWith(() => Promise.reject(declined()));
    // What AWS records then is of the generation that failed: 0 a dead letter, 2 the launcher's.
    for (const [generation, redrive] of [
      [undefined, 1],
      [2, 3],
    ] as const) {
      await world.deliver(message({ receiveCount: 3 }), generation === undefined ? {} : { generation });
      const calls = handler.mock.calls.length;
      expect(await world.deliver(message(), { generation: redrive })).toMatchObject({ ended: "done" });
      expect([handler.mock.calls.length, (await status())?.state]).toEqual([calls, "failed"]);
      expect(world.spool.at(-1)).toMatchObject({ kind: "rejected", generation: redrive });
    }
  });

  it.each([
    ["an unknown command", { name: "burnOrder" }, "Respool.UnknownCommand", "There is no such command"],
    ["a name of Object's own", { name: "constructor" }, "Respool.UnknownCommand", "There is no such command"],
    ["invalid data", { data: { copies: "x" } }, "Respool.InvalidCommand", "The command's data is not valid"],
    ["too many hops", { hops: 9 }, "Respool.TooManyHops", "Too many commands led to this one"],
    [
      "a command that comes back",
      {
        hops: 2,
        ancestry: [
          { source: "orders", id: "a" },
          { source: "billing", id: "b" },
        ],
      },
      "Respool.CommandLoop",
      "The command came back to where it came from",
    ],
  ])("is %s", async (_, envelope, name, title) => {
    const { handler } = worldWith();
    expect(await world.deliver(message({ envelope }))).toMatchObject({ ended: "done" });
    expect(handler).not.toHaveBeenCalled();
    expect(world.spool).toMatchObject([{ kind: "rejected", error: { name } }]);
    expect(await status()).toMatchObject({ state: "failed", reason: { type: `urn:problem:${name}`, title } });
  });

  it("names what is wrong with its data, for its sender, who has no other answer", async () => {
    worldWith();
    await world.deliver(message({ envelope: { data: { copies: "x" } } }));
    expect(await status()).toMatchObject({ reason: { detail: "/copies must be integer" } });
  });

  it("names as much of that as the status has room for", () => {
    const rules = {
      source: "orders",
      maxHops: 8,
      names: ["placeOrder"],
      violations: () => [1, 2].map((place) => ({ path: `/${String(place).repeat(900)}`, detail: "is required" })),
    };
    const envelope = {
      respoolCommand: 1,
      id: "a",
      name: "placeOrder",
      time: "2026-01-05T08:00:00.000Z",
      data: {},
    } as const;
    const rejected = (): unknown => {
      try {
        return checkCommand(envelope, rules);
      } catch (error) {
        return error;
      }
    };
    expect(rejected()).toMatchObject({
      name: "Respool.InvalidCommand",
      reason: { detail: `/${"1".repeat(900)} is required; /${"2".repeat(84)}` },
    });
  });

  it("names what is wrong, for operators", async () => {
    worldWith();
    await world.deliver(message({ envelope: { data: {} } }));
    const path = {
      ancestry: [
        { source: "orders", id: "a" },
        { source: "billing", id: "b" },
      ],
    };
    await world.deliver(message({ envelope: { ...path, id: "0190a8f0-0000-7000-8000-000000000002" } }));
    expect(world.spool.map(({ error }) => JSON.parse(error.cause ?? "").errorMessage)).toEqual([
      "[data] must fulfil the schema of placeOrder: /copies is required",
      "[ancestry] must not lead back to orders, got orders -> billing -> orders",
    ]);
  });

  it("is a message that nobody can read: named by the command's id, where there is one", async () => {
    const { run } = worldWith();
    const body = JSON.stringify({ respoolCommand: 1, id: COMMAND_ID, name: 7 });
    await world.statuses.accept({ ...begun, envelope: body });
    expect(await world.deliver(message({ body: "no JSON" }))).toMatchObject({ ended: "done" });
    expect(await world.deliver(message({ body }))).toMatchObject({ ended: "done" });
    expect(await world.deliver(message({ body }))).toMatchObject({ ended: "done" });
    expect(world.spool.map(({ kind, command }) => [kind, command])).toEqual([
      ["rejected", { id: "m1" }],
      ["rejected", { id: COMMAND_ID }],
      ["rejected", { id: COMMAND_ID }],
    ]);
    expect(await status()).toMatchObject({ state: "failed", reason: { title: "The command cannot be read" } });
    expect(run.metrics[0]).toEqual({ command: "unknown", CommandsRejected: 1 });
  });

  it("comes again where its record cannot be written, and is left to SQS at the last receive", async () => {
    worldWith(() => Promise.reject(declined()));
    const fault = { call: 3, kind: "error", when: "before" } as const;
    expect(await world.deliver(message({ receiveCount: 3 }), { fault })).toMatchObject({ ended: "failed" });
    expect(world.calls).toEqual(["lock", "update", "sendMessage", "unlock"]);
    expect(await status()).toMatchObject({ state: "running", last: true });
  });
});

describe("an effect", () => {
  const stock = (id: string) => ({
    Put: { TableName: "commands", Item: { id }, ConditionExpression: "attribute_not_exists(id)" },
  });

  it("is one transaction with the success", async () => {
    worldWith((_, { effect }) => effect([stock("book")], { sold: 1 }));
    expect(await world.deliver(message())).toMatchObject({ ended: "done" });
    expect(world.calls).toEqual(["lock", "update", "transactWrite", "keep"]);
    expect(await status()).toMatchObject({ state: "succeeded", result: { sold: 1 } });
  });

  it("that is refused is permanent where the program says so", async () => {
    worldWith((_, { effect }) => effect([stock("book"), stock("book 2")], {}));
    world = new CommandFunctionWorld((_, { effect }) => effect([stock("book")], {}), {
      ...commandConfig,
      permanentErrors: { EffectRefused: { title: "Sold out" } },
    });
    await world.dynamoDb.put({ TableName: "commands", Item: { id: "book" } });
    expect(await world.deliver(message())).toMatchObject({ ended: "done" });
    expect(await status()).toMatchObject({ state: "failed", reason: { title: "Sold out" } });
  });

  it("comes again otherwise", async () => {
    worldWith((_, { effect }) => effect([stock("book")], {}));
    await world.dynamoDb.put({ TableName: "commands", Item: { id: "book" } });
    expect(await world.deliver(message())).toMatchObject({ ended: "failed" });
    expect((await status())?.state).toBe("running");
  });

  it("has at most 99 writes", async () => {
    const { run } = worldWith((_, { effect }) =>
      effect(
        Array.from({ length: 100 }, (_, n) => stock(`${n}`)),
        {},
      ),
    );
    expect(await world.deliver(message())).toMatchObject({ ended: "failed" });
    expect(run.lines.at(-1)).toMatchObject({ message: "[writes] must be at most 99, got 100" });
  });

  it("is told from a result that looks like one", async () => {
    worldWith(() => ({ writes: [], result: 1 }));
    await world.deliver(message());
    expect((await status())?.result).toEqual({ writes: [], result: 1 });
  });
});

describe("progress", () => {
  it("is told, and the work goes on where it cannot be written", async () => {
    worldWith(async (_, { progress }) => {
      await progress(0.5, "half");
      await progress(0.8, "more");
    });
    const fault = { call: 4, kind: "error", when: "before" } as const;
    expect(await world.deliver(message(), { fault })).toMatchObject({ ended: "done" });
    expect(await status()).toMatchObject({ state: "succeeded", progress: 0.5, message: "half" });
  });

  it("is from 0 to 1", async () => {
    const { run } = worldWith((_, { progress }) => progress(7));
    expect(await world.deliver(message())).toMatchObject({ ended: "failed" });
    expect(run.lines.at(-1)).toMatchObject({ message: "[share] must be a number from 0 to 1, got 7" });
  });
});

describe("what a command sends", () => {
  it("is one command in all attempts, with those who led to it, and the status names it first", async () => {
    let runs = 0;
    worldWith(async (_, { send }) => {
      const { id } = await send("billing", { name: "charge", data: { amount: 1 } });
      runs += 1;
      if (runs === 1) throw new Error("away");
      return id;
    });
    const first = { source: "cart", id: "0190a8f0-0000-7000-8000-000000000009" };
    const envelope = { ancestry: [first], hops: 1 };
    await world.deliver(message({ envelope }));
    await world.deliver(message({ envelope, receiveCount: 2 }));
    const item = await status();
    const id = String(item?.result);
    expect(item?.children).toMatchObject([{ key: "charge", id }]);
    expect(world.sent).toHaveLength(1);
    expect(world.sent[0]).toMatchObject({
      QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/billing",
      MessageAttributes: { correlationId: { StringValue: COMMAND_ID } },
    });
    expect(JSON.parse(world.sent[0]?.MessageBody ?? "")).toMatchObject({
      id,
      name: "charge",
      data: { amount: 1 },
      correlationId: COMMAND_ID,
      hops: 2,
      ancestry: [first, { source: "orders", id: COMMAND_ID }],
    });
  });

  it("is one execution of a task", async () => {
    worldWith(async (_, { send }) => {
      await send("receipts", { name: "receipt", data: { to: "a" }, key: "first" });
      return send("receipts", { name: "receipt", data: { to: "a" }, key: "first" });
    });
    await world.deliver(message());
    const item = await status();
    const [[name, input] = []] = world.started;
    expect([input, item?.result]).toEqual(['{"to":"a"}', { id: name }]);
    const execution = `arn:aws:states:eu-west-1:123456789012:execution:receipts:${name}`;
    expect(item?.children).toMatchObject([{ key: "first", execution }]);
  });

  it.each([
    ["stock", "charge", "[to] must be one of billing, receipts, got stock"],
    ["toString", "charge", "[to] must be one of billing, receipts, got toString"],
    ["billing", "refund", "[name] must be one of charge, got refund"],
  ])("must be known below: %s %s", async (to, name, text) => {
    const { run } = worldWith((_, { send }) => send(to, { name, data: {} }));
    expect(await world.deliver(message())).toMatchObject({ ended: "done" });
    expect(run.lines.at(-1)).toMatchObject({ message: text, error_name: "CommandRefusedError" });
    expect(world.spool).toMatchObject([{ kind: "rejected", error: { name: "CommandRefusedError" } }]);
    const item = await status();
    expect([item?.state, item?.reason, item?.children]).toEqual(["failed", notCarriedOut, undefined]);
  });

  it("is at most 250, with keys of at most 100 characters, so that the status has room for them", async () => {
    const { run } = worldWith(async (_, { send }) => {
      for (let at = 0; at <= 250; at++) await send("receipts", { name: "receipt", data: 1, key: `${at}` });
    });
    expect(await world.deliver(message())).toMatchObject({ ended: "done" });
    expect(run.lines.at(-1)).toMatchObject({
      error_name: "CommandRefusedError",
      message: "a command must send at most 250 others, got another with the key 250: send some that send on",
    });
    expect([(await status())?.children?.length, world.started.size]).toEqual([250, 250]);
    for (const key of ["", "x".repeat(101)]) {
      const other = worldWith((_, { send }) => send("receipts", { name: "receipt", data: 1, key }));
      await world.deliver(message());
      const text = `[key] must have 1 to 100 characters, got ${key.length}`;
      expect(other.run.lines.at(-1)).toMatchObject({ message: text });
    }
  });

  it.each([["billing"], ["receipts"]])("has another key where its data is another: %s", async (to) => {
    const { run } = worldWith(async (_, { send }) => {
      await send(to, { name: "charge", data: 1 });
      await send(to, { name: "charge", data: 2 });
    });
    expect(await world.deliver(message())).toMatchObject({ ended: "done" });
    expect(run.lines.at(-1)).toMatchObject({ error_name: "CommandKeyReused" });
    expect(await status()).toMatchObject({ state: "failed", reason: notCarriedOut });
  });

  it("has data of at most 256 KiB, and ends the command that sends more", async () => {
    worldWith((_, { send }) => send("billing", { name: "charge", data: "x".repeat(262_144) }));
    expect(await world.deliver(message())).toMatchObject({ ended: "done" });
    expect(world.spool).toMatchObject([{ kind: "rejected", error: { name: "CommandTooLarge" } }]);
    expect(await status()).toMatchObject({ state: "failed", reason: notCarriedOut });
  });

  it("does not end the command where the handler catches that it is refused", async () => {
    worldWith((_, { send }) => send("stock", { name: "charge", data: 1 }).catch(() => "without"));
    await world.deliver(message());
    expect(await status()).toMatchObject({ state: "succeeded", result: "without" });
  });

  it("ends the command with the program's own title, where it declares the error", async () => {
    world = new CommandFunctionWorld((_, { send }) => send("stock", { name: "charge", data: 1 }), {
      ...commandConfig,
      permanentErrors: { CommandRefusedError: { title: "Not sold here" } },
    });
    await world.deliver(message());
    expect(await status()).toMatchObject({ state: "failed", reason: { title: "Not sold here" } });
  });

  it("has the same data in each attempt", async () => {
    let runs = 0;
    const { run } = worldWith(async (_, { send }) => {
      runs += 1;
      await send("billing", { name: "charge", data: runs });
      throw new Error("away");
    });
    await world.deliver(message());
    await world.deliver(message({ receiveCount: 2 }));
    expect(run.lines).toContainEqual(expect.objectContaining({ error_name: "CommandKeyReused" }));
    expect(await status()).toMatchObject({ state: "failed", attempts: 2, reason: notCarriedOut });
    expect(world.sent).toHaveLength(1);
  });
});

describe("a batch", () => {
  const two = "0190a8f0-0000-7000-8000-000000000002";
  const batch = {
    Records: [message(), message({ messageId: "m2" }), message({ messageId: "m3", envelope: { id: two } })],
  };

  it("is decided all at once; two messages of one command are not", async () => {
    worldWith();
    const handler = vi.fn((_command: Command) => undefined);
    const wrapped = commandMiddleware(handler, { schemas: commandSchemas }, commandConfig, world.tools(new Process()));
    expect(await wrapped(batch, lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "m2" }] });
    expect(handler.mock.calls.map(([{ id }]) => id)).toEqual([COMMAND_ID, two]);
  });

  it("is no replay, since one id cannot mean all", async () => {
    worldWith();
    const handler = () => Promise.reject(new Error("away"));
    const wrapped = commandMiddleware(handler, { schemas: commandSchemas }, commandConfig, world.tools(new Process()));
    const respool = { id: COMMAND_ID, source: "orders", generation: 1 };
    const { batchItemFailures } = await wrapped(batch, lambdaContext({ respool }));
    expect(batchItemFailures).toHaveLength(3);
    expect((await status())?.generation).toBe(0);
  });
});

describe("the packaged middleware", () => {
  it("reads its configuration, and is given the schemas", async () => {
    const { run } = worldWith();
    vi.stubEnv("AWS_REGION", "eu-west-1");
    vi.stubEnv("RESPOOL_MIDDLEWARE", JSON.stringify({ ...commandConfig, idempotency: undefined }));
    const wrapped = wrap(() => undefined, { schemas: commandSchemas });
    expect(await wrapped({ Records: [] }, lambdaContext())).toEqual({ batchItemFailures: [] });
    expect(run.metrics).toEqual([]);
  });
});
