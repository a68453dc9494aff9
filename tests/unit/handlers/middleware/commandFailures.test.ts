// What fails a command: for now, or for good, and what its status and its record tell.
import { describe, expect, it } from "vitest";
import { checkCommand } from "../../../../handlers/middleware/commandRejection";
import { COMMAND_ID, message } from "../../../support/commandFunctionWorld";
import { commandWorlds } from "../../../support/commandWorlds";

const current = commandWorlds();
const { worldWith, status } = current;
const declined = () => Object.assign(new Error("no funds on 4242"), { name: "CardDeclinedError", detail: "No funds." });
const begun = { id: COMMAND_ID, name: "placeOrder", source: "orders", time: "2026-01-01T00:00:00.000Z" };

describe("a failure", () => {
  const away = new Error("away");

  it("comes again while there are receives left, and the command runs", async () => {
    const { run } = worldWith(() => Promise.reject(away));
    expect(await current.world.deliver(message({ receiveCount: 2 }))).toMatchObject({ ended: "failed" });
    expect([current.world.spool, (await status())?.state]).toEqual([[], "running"]);
    expect(run.metrics.at(-1)).toEqual({ Failure: 1, Error: 1 });
  });

  it("at the last receive is recorded with its error, and the command is parked", async () => {
    const { run } = worldWith(() => Promise.reject(away));
    expect(await current.world.deliverAll()).toBe("done");
    const { receiptHandle: _, ...kept } = message({ receiveCount: 3 });
    expect(current.world.spool).toEqual([
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
    expect(await current.world.deliver(message(), { generation: 2 })).toMatchObject({ ended: "failed", error: away });
    expect([current.world.spool, (await status())?.state]).toEqual([[], "parked"]);
    expect(run.metrics.slice(-2)).toEqual([
      { command: "placeOrder", CommandsParked: 1 },
      { Failure: 1, Error: 1 },
    ]);
  });

  it("of idempotency's table at the last receive is recorded, too", async () => {
    const { handler } = worldWith();
    await current.world.statuses.accept({ ...begun, envelope: message().body });
    const fault = { call: 1, kind: "error", when: "before" } as const;
    expect(await current.world.deliver(message({ receiveCount: 3 }), { fault })).toMatchObject({ ended: "done" });
    expect(current.world.spool).toMatchObject([
      { kind: "failed", error: { name: "IdempotencyPersistenceLayerError" } },
    ]);
    expect([handler.mock.calls.length, (await status())?.state]).toEqual([0, "parked"]);
  });

  it("has a cause of at most 4 KB, which stays JSON", async () => {
    worldWith(() => Promise.reject(new Error("\u0000".repeat(100_000))));
    await current.world.deliverAll();
    const cause = current.world.spool[0]?.error.cause ?? "";
    expect(Buffer.byteLength(cause)).toBeLessThanOrEqual(4_096);
    expect(JSON.parse(cause)).toMatchObject({ errorType: "Error" });
  });
});

describe("a permanent failure", () => {
  it("ends the command at once, in words that harm nobody", async () => {
    const { run } = worldWith(() => Promise.reject(declined()));
    expect(await current.world.deliver(message())).toMatchObject({ ended: "done" });
    expect(current.world.spool).toMatchObject([
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
    expect(await current.world.deliver(message())).toMatchObject({ ended: "done" });
    expect(await status()).toMatchObject({ state: "failed", reason: { detail: "x".repeat(1_000) } });
  });

  it("is not done again when the message is, and a redrive begins it", async () => {
    const { handler } = worldWith(({ name }, { work }) => {
      if (work.generation === 0) throw declined();
      return name;
    });
    await current.world.deliver(message());
    expect(await current.world.deliver(message({ receiveCount: 2 }))).toMatchObject({ ended: "done" });
    expect([handler.mock.calls.length, current.world.spool.length]).toEqual([1, 1]);
    expect(await current.world.deliver(message(), { generation: 2 })).toMatchObject({ ended: "done" });
    const item = await status();
    expect([item?.state, item?.result, item?.reason]).toEqual(["succeeded", "placeOrder", undefined]);
  });

  it("in a replay is recorded with the generation after it, and the replay succeeds", async () => {
    worldWith(() => Promise.reject(declined()));
    await current.world.deliver(message());
    expect(await current.world.deliver(message(), { generation: 2 })).toMatchObject({ ended: "done" });
    expect(await current.world.deliver(message(), { generation: 2 })).toMatchObject({ ended: "done" });
    expect(current.world.spool).toMatchObject([{ generation: 1 }, { kind: "rejected", generation: 3 }]);
    expect(await status()).toMatchObject({ state: "failed", generation: 3 });
  });

  it("is left to a person, also where the function dies before SQS or the launcher learns of it", async () => {
    const { handler } = worldWith(() => Promise.reject(declined()));
    // What AWS records then is of the generation that failed: 0 a dead letter, 2 the launcher's.
    for (const [generation, redrive] of [
      [undefined, 1],
      [2, 3],
    ] as const) {
      await current.world.deliver(message({ receiveCount: 3 }), generation === undefined ? {} : { generation });
      const calls = handler.mock.calls.length;
      expect(await current.world.deliver(message(), { generation: redrive })).toMatchObject({ ended: "done" });
      expect([handler.mock.calls.length, (await status())?.state]).toEqual([calls, "failed"]);
      expect(current.world.spool.at(-1)).toMatchObject({ kind: "rejected", generation: redrive });
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
    expect(await current.world.deliver(message({ envelope }))).toMatchObject({ ended: "done" });
    expect(handler).not.toHaveBeenCalled();
    expect(current.world.spool).toMatchObject([{ kind: "rejected", error: { name } }]);
    expect(await status()).toMatchObject({ state: "failed", reason: { type: `urn:problem:${name}`, title } });
  });

  it("names what is wrong with its data, for its sender, who has no other answer", async () => {
    worldWith();
    await current.world.deliver(message({ envelope: { data: { copies: "x" } } }));
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
    await current.world.deliver(message({ envelope: { data: {} } }));
    const path = {
      ancestry: [
        { source: "orders", id: "a" },
        { source: "billing", id: "b" },
      ],
    };
    await current.world.deliver(message({ envelope: { ...path, id: "0190a8f0-0000-7000-8000-000000000002" } }));
    expect(current.world.spool.map(({ error }) => JSON.parse(error.cause ?? "").errorMessage)).toEqual([
      "[data] must fulfil the schema of placeOrder: /copies is required",
      "[ancestry] must not lead back to orders, got orders -> billing -> orders",
    ]);
  });

  it("is a message that nobody can read: named by the command's id, where there is one", async () => {
    const { run } = worldWith();
    const body = JSON.stringify({ respoolCommand: 1, id: COMMAND_ID, name: 7 });
    await current.world.statuses.accept({ ...begun, envelope: body });
    expect(await current.world.deliver(message({ body: "no JSON" }))).toMatchObject({ ended: "done" });
    expect(await current.world.deliver(message({ body }))).toMatchObject({ ended: "done" });
    expect(await current.world.deliver(message({ body }))).toMatchObject({ ended: "done" });
    expect(current.world.spool.map(({ kind, command }) => [kind, command])).toEqual([
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
    expect(await current.world.deliver(message({ receiveCount: 3 }), { fault })).toMatchObject({ ended: "failed" });
    expect(current.world.calls).toEqual(["lock", "update", "sendMessage", "unlock"]);
    expect(await status()).toMatchObject({ state: "running", last: true });
  });
});
