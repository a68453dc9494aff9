// The status of a command: which writes are taken, and which item refuses the others.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { CommandDynamoDb } from "../../../../handlers/commands/dynamoDb";
import { newCommandId } from "../../../../handlers/commands/ids";
import { StatusStore } from "../../../../handlers/commands/statusStore";
import { COMMANDS, CommandWorld } from "../../../support/commandWorld";

let world: CommandWorld;
let id: string;

beforeEach(async () => {
  world = await CommandWorld.open();
  id = newCommandId();
});
afterEach(() => world.close());

const failed = { type: "urn:problem:card-declined", title: "Card declined" };
const state = async () => (await world.statuses.read(id))?.state;

describe("accept", () => {
  it("makes the item, and gives it back to whoever accepts the same id again", async () => {
    const accept = { id, name: "placeOrder", source: "orders", time: "2026-01-01T00:00:00.000Z", envelope: "first" };
    const { created, item } = await world.statuses.accept({ ...accept, fingerprint: "f", owner: "ann" });
    expect(created).toBe(true);
    expect(item).toEqual({
      id,
      name: "placeOrder",
      source: "orders",
      state: "accepted",
      acceptedAt: "2026-01-01T00:00:00.000Z",
      attempts: 0,
      generation: 0,
      envelope: "first",
      fingerprint: "f",
      owner: "ann",
    });
    const again = await world.statuses.accept({ ...accept, envelope: "second" });
    expect(again).toEqual({ created: false, item });
    expect(await world.statuses.read(id)).toEqual(item);
  });

  it("takes an item that has expired for none, though DynamoDB has not deleted it yet", async () => {
    await world.accepted(id);
    await world.statuses.cancel(id);
    world.advance(86_402_000);
    expect(await world.statuses.read(id)).toBeUndefined();
    expect((await world.statuses.readMany([id])).size).toBe(0);
    expect(
      (await world.statuses.accept({ id, name: "n", source: "s", time: world.time(), envelope: "e" })).created,
    ).toBe(true);
    expect(await state()).toBe("accepted");
  });

  it("is repeated after a lost reply without harm", async () => {
    world.fault("PutItem", "errorAfter");
    await expect(world.accepted(id)).rejects.toMatchObject({ name: "InternalServerError" });
    await world.accepted(id);
    expect(await state()).toBe("accepted");
  });
});

describe("begin", () => {
  it("begins what was accepted: the message is not kept any longer", async () => {
    await world.accepted(id);
    const { begun, item } = await world.begin(id, "a", { until: 5, last: true });
    expect(begun).toBe(true);
    expect(item).toMatchObject({ state: "running", attempts: 1, attempt: "a", generation: 0, until: 5, last: true });
    expect(item.startedAt).toBeDefined();
    expect(item.envelope).toBeUndefined();
  });

  it("makes the item of a message that nobody accepted here", async () => {
    const { begun, item } = await world.begin(id, "a", { time: "2025-12-31T00:00:00.000Z" });
    expect(begun).toBe(true);
    expect(item).toMatchObject({ id, name: "placeOrder", source: "orders", acceptedAt: "2025-12-31T00:00:00.000Z" });
  });

  it("counts the attempts, and keeps when the first one began", async () => {
    const first = await world.begin(id, "a", { last: true });
    world.advance(1_000);
    const { item } = await world.begin(id, "b");
    expect(item).toMatchObject({ attempts: 2, attempt: "b", startedAt: first.item.startedAt });
    expect(item.last).toBeUndefined();
  });

  it("is the same attempt when its reply was lost", async () => {
    world.fault("UpdateItem", "errorAfter");
    await expect(world.begin(id, "a")).rejects.toMatchObject({ name: "InternalServerError" });
    const { begun, item } = await world.begin(id, "a");
    expect(begun).toBe(true);
    expect(item.attempts).toBe(1);
  });

  it("is refused where the command has succeeded, with its result", async () => {
    await world.succeeded(id, [], { order: 1 });
    expect(await world.begin(id, "b", { generation: 7 })).toMatchObject({
      begun: false,
      item: { state: "succeeded", result: { order: 1 } },
    });
  });

  it("is refused where the command failed in this generation or a later one, and begins in the next", async () => {
    await world.begin(id, "a", { generation: 2 });
    await world.statuses.fail(id, "a", failed, 2);
    for (const generation of [0, 1, 2])
      expect(await world.begin(id, "b", { generation })).toMatchObject({ begun: false, item: { state: "failed" } });
    const { begun, item } = await world.begin(id, "b", { generation: 3 });
    expect(begun).toBe(true);
    expect(item).not.toHaveProperty("reason");
    expect(item).not.toHaveProperty("finishedAt");
  });

  it("carries on with what was parked", async () => {
    await world.begin(id, "a");
    await world.statuses.park(id, "a");
    expect(await world.statuses.read(id)).toMatchObject({ state: "parked", parkedAt: expect.any(String) });
    const { begun, item } = await world.begin(id, "b", { generation: 1 });
    expect(begun).toBe(true);
    expect(item).not.toHaveProperty("parkedAt");
  });

  it("is refused where a later redrive has begun: that one may have had other data", async () => {
    await world.begin(id, "a", { generation: 2 });
    await world.statuses.park(id, "a");
    expect(await world.begin(id, "b", { generation: 1 })).toMatchObject({ begun: false, item: { state: "parked" } });
    expect(await world.begin(id, "c", { generation: 2 })).toMatchObject({ begun: true });
  });
});

describe("cancel", () => {
  it("and begin are conditional on each other: whichever is first", async () => {
    const step = fc.constantFrom("begin" as const, "cancel" as const);
    const loses = fc.boolean();
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(step, loses), { minLength: 2, maxLength: 5 }), async (steps) => {
        id = newCommandId();
        await world.accepted(id);
        const first = steps[0]?.[0];
        for (const [at, [what, lost]] of steps.entries()) {
          if (lost) world.fault("UpdateItem", "errorAfter");
          const made = what === "begin" ? world.begin(id, `a${at}`) : world.statuses.cancel(id);
          const answer = await made.catch(() => undefined);
          if (answer === undefined) continue;
          expect("begun" in answer ? answer.begun : answer.cancelled).toBe(what === first);
        }
        expect(await state()).toBe(first === "begin" ? "running" : "cancelled");
      }),
      { numRuns: 30 },
    );
  });

  it("takes the message away, and says when", async () => {
    await world.accepted(id);
    const { cancelled, item } = await world.statuses.cancel(id);
    expect(cancelled).toBe(true);
    expect(item).toMatchObject({ state: "cancelled", finishedAt: expect.any(String) });
    expect(item).not.toHaveProperty("envelope");
  });

  it("knows no command that was never accepted", async () => {
    expect(await world.statuses.cancel(id)).toEqual({ cancelled: false });
    expect(world.stored(id)).toBeUndefined();
  });
});

describe("an attempt that was outlived", () => {
  beforeEach(async () => {
    await world.accepted(id);
    await world.begin(id, "old");
    await world.begin(id, "new");
  });

  const writes: readonly [string, (attempt: string) => Promise<void>][] = [
    ["progress", (attempt) => world.statuses.progress(id, attempt, 0.5)],
    ["addChild", (attempt) => world.statuses.addChild(id, attempt, { key: "k", id: "c" })],
    ["succeed", (attempt) => world.statuses.succeed(id, attempt, 1)],
    ["fail", (attempt) => world.statuses.fail(id, attempt, failed, 0)],
    ["park", (attempt) => world.statuses.park(id, attempt)],
  ];

  it.each(writes)("changes nothing by %s", async (_, write) => {
    const before = world.stored(id);
    await expect(write("old")).rejects.toMatchObject({
      name: "AttemptLost",
      message: `the command ${id} went on without this attempt: it is running`,
    });
    expect(world.stored(id)).toEqual(before);
    await write("new");
    expect(world.stored(id)).not.toEqual(before);
  });

  it.each(writes)("is told so by %s when the other has succeeded", async (_, write) => {
    await world.statuses.succeed(id, "new", 1);
    await expect(write("old")).rejects.toThrow(`the command ${id} went on without this attempt: it is succeeded`);
  });
});

describe("a write whose reply was lost", () => {
  it.each<{ what: string; write: () => Promise<void>; to: string }>([
    { what: "succeed", write: () => world.statuses.succeed(id, "a", 1), to: "succeeded" },
    { what: "fail", write: () => world.statuses.fail(id, "a", failed, 0), to: "failed" },
    { what: "park", write: () => world.statuses.park(id, "a"), to: "parked" },
  ])("may be repeated: $what", async ({ write, to }) => {
    await world.begin(id, "a");
    world.fault("UpdateItem", "errorAfter");
    await expect(write()).rejects.toMatchObject({ name: "InternalServerError" });
    await write();
    expect(await state()).toBe(to);
  });

  it("is no success of another kind: who parked it has not succeeded", async () => {
    await world.begin(id, "a");
    await world.statuses.park(id, "a");
    await expect(world.statuses.succeed(id, "a", 1)).rejects.toMatchObject({ name: "AttemptLost" });
  });
});

describe("where no attempt could begin", () => {
  it("the command fails, or is parked, all the same, and again without harm", async () => {
    await world.accepted(id);
    await world.statuses.park(id, undefined);
    await world.statuses.park(id, undefined);
    expect(await state()).toBe("parked");
    await world.statuses.fail(id, undefined, failed, 1);
    await world.statuses.fail(id, undefined, { ...failed, title: "Another" }, 1);
    expect(await world.statuses.read(id)).toMatchObject({ state: "failed", reason: failed, generation: 1 });
    await world.statuses.park(id, undefined);
    expect(await state()).toBe("failed");
    await world.statuses.fail(id, undefined, { ...failed, title: "Another" }, 2);
    expect(await world.statuses.read(id)).toMatchObject({ reason: { title: "Another" }, generation: 2 });
  });

  it("nothing is written of a command that was never accepted", async () => {
    await world.statuses.fail(id, undefined, failed, 0);
    await world.statuses.park(id, undefined);
    expect(world.stored(id)).toBeUndefined();
  });

  it.each(["succeeded", "cancelled"])("a command that has %s stays so", async (end) => {
    if (end === "succeeded") await world.succeeded(id);
    else {
      await world.accepted(id);
      await world.statuses.cancel(id);
    }
    await expect(world.statuses.fail(id, undefined, failed, 9)).rejects.toMatchObject({ name: "AttemptLost" });
    await expect(world.statuses.park(id, undefined)).rejects.toMatchObject({ name: "AttemptLost" });
    expect(await state()).toBe(end);
  });
});

describe("what is kept", () => {
  beforeEach(async () => {
    await world.begin(id, "a");
  });

  it("is the progress told last", async () => {
    await world.statuses.progress(id, "a", 0.25, "a quarter");
    expect(await world.statuses.read(id)).toMatchObject({ progress: 0.25, message: "a quarter" });
    await world.statuses.progress(id, "a", 1);
    const item = await world.statuses.read(id);
    expect(item).toMatchObject({ progress: 1 });
    expect(item).not.toHaveProperty("message");
  });

  it("is no progress that is none", async () => {
    await expect(world.statuses.progress(id, "a", 1.5)).rejects.toThrow(
      "[share] must be a number from 0 to 1, got 1.5",
    );
    await expect(world.statuses.progress(id, "a", Number.NaN)).rejects.toThrow(
      "[share] must be a number from 0 to 1, got NaN",
    );
    await expect(world.statuses.progress(id, "a", 1, "m".repeat(1025))).rejects.toThrow(
      "[message] must be at most 1024 characters long, got 1025",
    );
  });

  it("is each child once, in the order in which they were sent, over all attempts", async () => {
    const [z, y, x] = [
      { key: "z", id: "3" },
      { key: "y", execution: "arn" },
      { key: "x", id: "1" },
    ];
    for (const child of [z, y]) {
      await world.statuses.addChild(id, "a", child);
      world.advance(10);
    }
    await world.begin(id, "b");
    for (const child of [x, z]) {
      await world.statuses.addChild(id, "b", child);
      world.advance(10);
    }
    expect((await world.statuses.read(id))?.children).toMatchObject([z, y, x]);
  });

  it.each<{ what: string; result: unknown; kept: object }>([
    {
      what: "a value",
      result: { when: new Date(0), none: undefined, list: [1.5, ""] },
      kept: { result: { when: "1970-01-01T00:00:00.000Z", list: [1.5, ""] } },
    },
    { what: "null", result: null, kept: { result: null } },
    { what: "128 KiB", result: "x".repeat(128 * 1024 - 2), kept: { result: "x".repeat(128 * 1024 - 2) } },
    { what: "more than 128 KiB", result: "x".repeat(128 * 1024), kept: { resultOmitted: true } },
    { what: "no JSON", result: 1n, kept: { resultOmitted: true } },
    { what: "a function", result: () => 1, kept: { resultOmitted: true } },
  ])("of a result that is $what", async ({ result, kept }) => {
    await world.statuses.succeed(id, "a", result);
    expect(await world.statuses.read(id)).toMatchObject({ state: "succeeded", ...kept });
  });

  it("of nothing is nothing", async () => {
    await world.statuses.succeed(id, "a", undefined);
    const item = await world.statuses.read(id);
    expect(item).not.toHaveProperty("result");
    expect(item).not.toHaveProperty("resultOmitted");
  });

  it("lives from its last change on", async () => {
    world.advance(80_000_000);
    await world.statuses.progress(id, "a", 0.5);
    world.advance(80_000_000);
    expect(await state()).toBe("running");
  });
});

describe("many items", () => {
  it("that DynamoDB left out are asked for again, with pauses, and not for ever", async () => {
    vi.spyOn(Math, "random").mockReturnValue(0);
    await world.accepted(id);
    let left = 2;
    const batchGet: CommandDynamoDb["batchGet"] = async (input) =>
      left-- > 0 ? { UnprocessedKeys: input.RequestItems } : world.dynamoDb.batchGet(input);
    const config = { tableName: COMMANDS, expiresAfterSeconds: 1 };
    const statuses = new StatusStore(config, { ...world.dynamoDb, batchGet }, () => world.simulation.clock.now);
    expect([...(await statuses.readMany([id])).keys()]).toEqual([id]);
    left = 1_000;
    await expect(statuses.readMany([id])).rejects.toMatchObject({
      name: "ThrottlingException",
      message: "DynamoDB left out 1 items in each of 8 calls",
    });
    vi.restoreAllMocks();
  });

  it("are read in batches, and absent ones not at all", async () => {
    const ids = Array.from({ length: 103 }, newCommandId);
    for (const one of ids) await world.accepted(one);
    const found = await world.statuses.readMany([...ids, newCommandId(), ...ids]);
    expect([...found.keys()].sort()).toEqual([...ids].sort());
    expect(found.get(ids[0] ?? "")).toMatchObject({ id: ids[0], state: "accepted" });
  });
});

describe("a message that no attempt could begin with", () => {
  it("leaves a command alone while another attempt is at it", async () => {
    const until = Date.parse(world.time()) + 30_000;
    await world.begin(id, "a", { until });
    for (const write of [world.statuses.park(id, undefined), world.statuses.fail(id, undefined, failed, 1)])
      await expect(write).rejects.toMatchObject({ name: "AttemptLost" });
    expect(await world.statuses.read(id)).toMatchObject({ state: "running", attempt: "a" });
    world.advance(40_000);
    await world.statuses.park(id, undefined);
    expect(await world.statuses.read(id)).toMatchObject({ state: "parked" });
    await world.statuses.fail(id, undefined, failed, 1);
    expect(await world.statuses.read(id)).toMatchObject({ state: "failed" });
  });
});

describe("an item", () => {
  it("has room for the most children, all that is known of them, and the largest result", async () => {
    const execution = (at: number, name: string) =>
      `arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:${"m".repeat(80)}:${at}${name}`;
    const children = Array.from({ length: 250 }, (_, at) => ({
      key: `${at}${"\u20ac".repeat(97)}`,
      execution: execution(at, "x".repeat(33)),
    }));
    await world.begin(id, "a");
    for (const child of children) await world.statuses.addChild(id, "a", child);
    await world.statuses.progress(id, "a", 1, "\u20ac".repeat(1_024));
    await world.statuses.succeed(id, "a", "x".repeat(128 * 1024 - 2));
    const known = {
      state: "parked",
      at: world.time(),
      born: 1_767_225_600,
      execution: execution(0, "x".repeat(76)),
    } as const;
    await world.statuses.keepDecided(
      id,
      children.map((child) => ({ ...child, known })),
    );
    const item = await world.statuses.read(id);
    expect(item?.children?.every((child) => child.known !== undefined)).toBe(true);
    expect([item?.children?.length, String(item?.result).length]).toEqual([250, 131_070]);
  });
});
