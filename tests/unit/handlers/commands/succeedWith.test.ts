// A command's success and its effect in one transaction: both or neither, and what each refusal means.
import type { TransactWriteCommandInput } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newCommandId } from "../../../../handlers/commands/ids";
import { StatusStore } from "../../../../handlers/commands/statusStore";
import { COMMANDS, CommandWorld, ORDERS } from "../../../support/commandWorld";

let world: CommandWorld;
let id: string;

beforeEach(async () => {
  world = await CommandWorld.open();
  id = newCommandId();
  await world.begin(id, "a");
});
afterEach(() => {
  vi.useRealTimers();
  return world.close();
});

const order = (key: string) => ({
  Put: { TableName: ORDERS, Item: { id: key, note: undefined }, ConditionExpression: "attribute_not_exists(id)" },
});
const ordered = async (key: string) =>
  (await world.dynamoDb.get({ TableName: ORDERS, Key: { id: key } })).Item !== undefined;
const state = async () => (await world.statuses.read(id))?.state;

describe("succeed with writes", () => {
  it("writes all at once", async () => {
    await world.statuses.succeed(id, "a", { order: 1 }, [order("1"), order("2")]);
    expect(await world.statuses.read(id)).toMatchObject({ state: "succeeded", result: { order: 1 } });
    expect([await ordered("1"), await ordered("2")]).toEqual([true, true]);
  });

  it("tells which of the handler's conditions did not hold; nothing is written", async () => {
    await world.dynamoDb.put({ TableName: ORDERS, Item: { id: "2" } });
    await expect(world.statuses.succeed(id, "a", 1, [order("1"), order("2")])).rejects.toMatchObject({
      name: "EffectRefused",
      index: 1,
      message: "the condition of the effect's write 1 (counted from 0) did not hold",
    });
    expect(await ordered("1")).toBe(false);
    expect(await state()).toBe("running");
  });

  it("is refused to an attempt that was outlived, whatever else would not hold", async () => {
    await world.begin(id, "b");
    await world.dynamoDb.put({ TableName: ORDERS, Item: { id: "2" } });
    for (const key of ["1", "2"])
      await expect(world.statuses.succeed(id, "a", 1, [order(key)])).rejects.toMatchObject({ name: "AttemptLost" });
    expect(await ordered("1")).toBe(false);
    expect(await state()).toBe("running");
  });

  it("is done already where only the reply was lost, though the effect's condition holds no more", async () => {
    world.fault("TransactWriteItems", "errorAfter");
    await expect(world.statuses.succeed(id, "a", 1, [order("1")])).rejects.toMatchObject({
      name: "InternalServerError",
    });
    expect(await state()).toBe("succeeded");
    await world.statuses.succeed(id, "a", 1, [order("1")]);
    expect(await world.begin(id, "b")).toMatchObject({ begun: false });
  });

  it("gives AWS's error as it is where nothing is known of a condition", async () => {
    world.fault("TransactWriteItems", "errorBefore", { code: "ThrottlingException" });
    await expect(world.statuses.succeed(id, "a", 1, [order("1")])).rejects.toMatchObject({
      name: "ThrottlingException",
    });
    await world.statuses.succeed(id, "a", 1, [order("1")]);
    expect(await ordered("1")).toBe(true);
  });

  it.each([
    {
      what: "the command's own item is in another transaction",
      codes: ["ConditionalCheckFailed", "TransactionConflict"],
    },
    { what: "a write's item is in another transaction", codes: ["TransactionConflict", "None"] },
    { what: "there are no reasons", codes: [] },
  ])("gives AWS's error as it is where $what", async ({ codes }) => {
    const CancellationReasons = codes.map((Code) => ({ Code }));
    const cancelled = Object.assign(new Error("cancelled"), {
      name: "TransactionCanceledException",
      CancellationReasons,
    });
    const transactWrite = vi.fn(async () => Promise.reject(cancelled));
    const config = { tableName: COMMANDS, expiresAfterSeconds: 1 };
    const statuses = new StatusStore(config, { ...world.dynamoDb, transactWrite });
    vi.useFakeTimers();
    const refused = expect(statuses.succeed(id, "a", 1, [order("1")])).rejects.toBe(cancelled);
    await vi.advanceTimersByTimeAsync(2_000);
    await refused;
    expect(transactWrite).toHaveBeenCalledTimes(codes.includes("TransactionConflict") ? 8 : 1);
  });

  it("is tried again at once where another transaction had an item", async () => {
    const conflict = Object.assign(new Error("cancelled"), {
      name: "TransactionCanceledException",
      CancellationReasons: [{ Code: "TransactionConflict" }, { Code: "None" }],
    });
    const transactWrite = vi.fn(world.dynamoDb.transactWrite).mockRejectedValueOnce(conflict);
    const statuses = new StatusStore(
      { tableName: COMMANDS, expiresAfterSeconds: 1 },
      { ...world.dynamoDb, transactWrite },
    );
    await statuses.succeed(id, "a", 1, [order("1")]);
    expect([transactWrite.mock.calls.length, await ordered("1"), await state()]).toEqual([2, true, "succeeded"]);
  });

  it("takes 99 writes, since the status is one, too", async () => {
    const made: number[] = [];
    const transactWrite = async ({ TransactItems = [] }: TransactWriteCommandInput) => made.push(TransactItems.length);
    const config = { tableName: COMMANDS, expiresAfterSeconds: 1 };
    const statuses = new StatusStore(config, { ...world.dynamoDb, transactWrite });
    const writes = Array.from({ length: 100 }, (_, key) => order(String(key)));
    await statuses.succeed(id, "a", 1, writes.slice(1));
    expect(made).toEqual([100]);
    await expect(statuses.succeed(id, "a", 1, writes)).rejects.toThrow("[writes] must be at most 99, got 100");
  });
});
