// The middleware of commands: what a handler is given, what comes again, what is recorded, and what a status tells.
import { describe, expect, it, vi } from "vitest";
import type { Command } from "../../../../handlers/commands/command";
import { commandMiddleware, wrap } from "../../../../handlers/middleware/command";
import { COMMAND_ID, commandConfig, commandSchemas, message } from "../../../support/commandFunctionWorld";
import { Process } from "../../../support/commandProcess";
import { commandWorlds } from "../../../support/commandWorlds";
import { lambdaContext } from "../../../support/middlewareRun";

const current = commandWorlds();
const { worldWith, status } = current;
const declined = () => Object.assign(new Error("no funds on 4242"), { name: "CardDeclinedError", detail: "No funds." });
const begun = { id: COMMAND_ID, name: "placeOrder", source: "orders", time: "2026-01-01T00:00:00.000Z" };
const attempt = { generation: 0, until: Date.UTC(2026, 0, 1, 0, 15), last: false };

describe("a command", () => {
  it("is given with its id and time, and its status tells the result", async () => {
    const { handler, run } = worldWith(({ id }, { work }) => ({ order: id, work }));
    const envelope = { correlationId: "visit" };
    expect(await current.world.deliver(message({ envelope }))).toMatchObject({ ended: "done" });
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
    await current.world.deliver(message());
    expect(await current.world.deliver(message({ receiveCount: 2 }))).toMatchObject({ ended: "done" });
    // Idempotency's own memory may be gone, and the status still decides.
    current.world.idempotency.items.clear();
    expect(await current.world.deliver(message({ receiveCount: 3, envelope: { data: "now invalid" } }))).toMatchObject({
      ended: "done",
    });
    current.world.idempotency.items.clear();
    expect(await current.world.deliver(message(), { generation: 1 })).toMatchObject({ ended: "done" });
    expect(handler).toHaveBeenCalledOnce();
    expect(current.world.spool).toEqual([]);
    expect(run.metrics.slice(2)).toEqual([1, 2, 3].map(() => ({ Success: 1, Duplicate: 1 })));
  });

  it("that was cancelled is not begun, and needs no more receives", async () => {
    const { handler } = worldWith();
    await current.world.statuses.accept({ ...begun, envelope: message().body });
    await current.world.statuses.cancel(COMMAND_ID);
    expect(await current.world.deliver(message({ envelope: { data: "invalid" } }))).toMatchObject({ ended: "done" });
    expect(handler).not.toHaveBeenCalled();
    expect(current.world.spool).toEqual([]);
    expect((await status())?.state).toBe("cancelled");
  });

  it.each([
    ["cannot be read now", { body: JSON.stringify({ respoolCommand: 1, id: COMMAND_ID }) }, undefined],
    ["cannot be locked now", { receiveCount: 3 }, { call: 1, kind: "error", when: "before" } as const],
  ])("that was cancelled stays so where it %s: its record is all there is to do", async (_, sent, fault) => {
    worldWith();
    await current.world.statuses.accept({ ...begun, envelope: message().body });
    await current.world.statuses.cancel(COMMAND_ID);
    expect(await current.world.deliver(message(sent), { fault })).toMatchObject({ ended: "done" });
    expect([current.world.spool.length, (await status())?.state]).toEqual([1, "cancelled"]);
  });

  it("that another attempt works on comes again, and is recorded by nobody", async () => {
    const { handler, run } = worldWith();
    await current.world.deliver(message(), { fault: { call: 1, kind: "crash", when: "after" } });
    vi.setSystemTime(Date.UTC(2026, 0, 1, 0, 0, 20));
    expect(await current.world.deliver(message({ receiveCount: 3 }))).toMatchObject({ ended: "failed" });
    expect([handler.mock.calls.length, current.world.spool.length, await status()]).toEqual([0, 0, undefined]);
    expect(run.metrics).toEqual([{ Failure: 1, InProgress: 1 }]);
    expect(await current.world.deliver(message({ receiveCount: 3 }))).toMatchObject({ ended: "done" });
    expect((await status())?.state).toBe("succeeded");
  });

  it("that another attempt has taken over is left to that one", async () => {
    const { run } = worldWith(async () => {
      await current.world.statuses.begin({ ...begun, ...attempt, attempt: "another" });
      throw declined();
    });
    expect(await current.world.deliver(message({ receiveCount: 3 }))).toMatchObject({ ended: "failed" });
    expect(await status()).toMatchObject({ state: "running", attempt: "another" });
    expect(run.metrics.at(-1)).toEqual({ Failure: 1, Error: 1 });
  });

  it("writes nothing after another attempt has taken over", async () => {
    const { run } = worldWith(async (_, { progress }) => {
      await current.world.statuses.begin({ ...begun, ...attempt, attempt: "another" });
      await progress(0.9);
    });
    expect(await current.world.deliver(message({ receiveCount: 3 }))).toMatchObject({ ended: "failed" });
    expect(current.world.spool).toEqual([]);
    const item = await status();
    expect([item?.attempt, item?.state, item?.progress]).toEqual(["another", "running", undefined]);
    expect(run.metrics.at(-1)).toEqual({ Failure: 1, InProgress: 1 });
  });
});

describe("the lines of a command", () => {
  it("name it, those of its handler, too", async () => {
    const { run } = worldWith((_, { logger }) => logger.info("placed"));
    await current.world.deliver(message());
    expect(run.lines).toMatchObject([{ message: "placed", command_name: "placeOrder", work_id: COMMAND_ID }]);
  });

  it("tell what waits from what comes again", async () => {
    const { run } = worldWith(() => Promise.reject(new Error("away")));
    await current.world.deliverAll();
    expect(run.lines.map((line) => Reflect.get(line, "command_outcome"))).toEqual(["again", "again", "parked"]);
  });

  it("tell what failed for good, with its error", async () => {
    const { run } = worldWith(() => Promise.reject(declined()));
    await current.world.deliver(message());
    expect(run.lines).toMatchObject([
      { command_outcome: "rejected", command_name: "placeOrder", error_name: "CardDeclinedError" },
    ]);
  });

  it("have no name that the function does not know", async () => {
    const { run } = worldWith();
    await current.world.deliver(message({ envelope: { name: "made up" } }));
    expect(run.lines).toMatchObject([{ command_outcome: "rejected" }]);
    expect(run.lines[0]).not.toHaveProperty("command_name");
  });
});

describe("an effect", () => {
  const stock = (id: string) => ({
    Put: { TableName: "commands", Item: { id }, ConditionExpression: "attribute_not_exists(id)" },
  });

  it("is one transaction with the success", async () => {
    worldWith((_, { effect }) => effect([stock("book")], { sold: 1 }));
    expect(await current.world.deliver(message())).toMatchObject({ ended: "done" });
    expect(current.world.calls).toEqual(["lock", "update", "transactWrite", "keep"]);
    expect(await status()).toMatchObject({ state: "succeeded", result: { sold: 1 } });
  });

  it("that is refused is permanent where the program says so", async () => {
    worldWith((_, { effect }) => effect([stock("book"), stock("book 2")], {}));
    worldWith((_, { effect }) => effect([stock("book")], {}), {
      ...commandConfig,
      permanentErrors: { EffectRefused: { title: "Sold out" } },
    });
    await current.world.dynamoDb.put({ TableName: "commands", Item: { id: "book" } });
    expect(await current.world.deliver(message())).toMatchObject({ ended: "done" });
    expect(await status()).toMatchObject({ state: "failed", reason: { title: "Sold out" } });
  });

  it("comes again otherwise", async () => {
    worldWith((_, { effect }) => effect([stock("book")], {}));
    await current.world.dynamoDb.put({ TableName: "commands", Item: { id: "book" } });
    expect(await current.world.deliver(message())).toMatchObject({ ended: "failed" });
    expect((await status())?.state).toBe("running");
  });

  it("has at most 99 writes", async () => {
    const { run } = worldWith((_, { effect }) =>
      effect(
        Array.from({ length: 100 }, (_, n) => stock(`${n}`)),
        {},
      ),
    );
    expect(await current.world.deliver(message())).toMatchObject({ ended: "failed" });
    expect(run.lines.at(-1)).toMatchObject({ message: "[writes] must be at most 99, got 100" });
  });

  it("is told from a result that looks like one", async () => {
    worldWith(() => ({ writes: [], result: 1 }));
    await current.world.deliver(message());
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
    expect(await current.world.deliver(message(), { fault })).toMatchObject({ ended: "done" });
    expect(await status()).toMatchObject({ state: "succeeded", progress: 0.5, message: "half" });
  });

  it("is from 0 to 1", async () => {
    const { run } = worldWith((_, { progress }) => progress(7));
    expect(await current.world.deliver(message())).toMatchObject({ ended: "failed" });
    expect(run.lines.at(-1)).toMatchObject({ message: "[share] must be a number from 0 to 1, got 7" });
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
    const wrapped = commandMiddleware(
      handler,
      { schemas: commandSchemas },
      commandConfig,
      current.world.tools(new Process()),
    );
    expect(await wrapped(batch, lambdaContext())).toEqual({ batchItemFailures: [{ itemIdentifier: "m2" }] });
    expect(handler.mock.calls.map(([{ id }]) => id)).toEqual([COMMAND_ID, two]);
  });

  it("is no replay, since one id cannot mean all", async () => {
    worldWith();
    const handler = () => Promise.reject(new Error("away"));
    const wrapped = commandMiddleware(
      handler,
      { schemas: commandSchemas },
      commandConfig,
      current.world.tools(new Process()),
    );
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
