// Commands that a command sends to functions below its own.
import { describe, expect, it } from "vitest";
import { COMMAND_ID, commandConfig, message } from "../../../support/commandFunctionWorld";
import { commandWorlds } from "../../../support/commandWorlds";

const current = commandWorlds();
const { worldWith, status } = current;
const notCarriedOut = { type: "about:blank", title: "The command could not be carried out" };

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
    await current.world.deliver(message({ envelope }));
    await current.world.deliver(message({ envelope, receiveCount: 2 }));
    const item = await status();
    const id = String(item?.result);
    expect(item?.children).toMatchObject([{ key: "charge", id }]);
    expect(current.world.sent).toHaveLength(1);
    expect(current.world.sent[0]).toMatchObject({
      QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/billing",
      MessageAttributes: { correlationId: { StringValue: COMMAND_ID } },
    });
    expect(JSON.parse(current.world.sent[0]?.MessageBody ?? "")).toMatchObject({
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
    await current.world.deliver(message());
    const item = await status();
    const [[name, input] = []] = current.world.started;
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
    expect(await current.world.deliver(message())).toMatchObject({ ended: "done" });
    expect(run.lines.at(-1)).toMatchObject({ message: text, error_name: "CommandRefusedError" });
    expect(current.world.spool).toMatchObject([{ kind: "rejected", error: { name: "CommandRefusedError" } }]);
    const item = await status();
    expect([item?.state, item?.reason, item?.children]).toEqual(["failed", notCarriedOut, undefined]);
  });

  it("is at most 250, with keys of at most 100 characters, so that the status has room for them", async () => {
    const { run } = worldWith(async (_, { send }) => {
      for (let at = 0; at <= 250; at++) await send("receipts", { name: "receipt", data: 1, key: `${at}` });
    });
    expect(await current.world.deliver(message())).toMatchObject({ ended: "done" });
    expect(run.lines.at(-1)).toMatchObject({
      error_name: "CommandRefusedError",
      message: "a command must send at most 250 others, got another with the key 250: send some that send on",
    });
    expect([(await status())?.children?.length, current.world.started.size]).toEqual([250, 250]);
    for (const key of ["", "x".repeat(101)]) {
      const other = worldWith((_, { send }) => send("receipts", { name: "receipt", data: 1, key }));
      await current.world.deliver(message());
      const text = `[key] must have 1 to 100 characters, got ${key.length}`;
      expect(other.run.lines.at(-1)).toMatchObject({ message: text });
    }
  });

  it.each([["billing"], ["receipts"]])("has another key where its data is another: %s", async (to) => {
    const { run } = worldWith(async (_, { send }) => {
      await send(to, { name: "charge", data: 1 });
      await send(to, { name: "charge", data: 2 });
    });
    expect(await current.world.deliver(message())).toMatchObject({ ended: "done" });
    expect(run.lines.at(-1)).toMatchObject({ error_name: "CommandKeyReused" });
    expect(await status()).toMatchObject({ state: "failed", reason: notCarriedOut });
  });

  it("has data of at most 256 KiB, and ends the command that sends more", async () => {
    worldWith((_, { send }) => send("billing", { name: "charge", data: "x".repeat(262_144) }));
    expect(await current.world.deliver(message())).toMatchObject({ ended: "done" });
    expect(current.world.spool).toMatchObject([{ kind: "rejected", error: { name: "CommandTooLarge" } }]);
    expect(await status()).toMatchObject({ state: "failed", reason: notCarriedOut });
  });

  it("does not end the command where the handler catches that it is refused", async () => {
    worldWith((_, { send }) => send("stock", { name: "charge", data: 1 }).catch(() => "without"));
    await current.world.deliver(message());
    expect(await status()).toMatchObject({ state: "succeeded", result: "without" });
  });

  it("ends the command with the program's own title, where it declares the error", async () => {
    worldWith((_, { send }) => send("stock", { name: "charge", data: 1 }), {
      ...commandConfig,
      permanentErrors: { CommandRefusedError: { title: "Not sold here" } },
    });
    await current.world.deliver(message());
    expect(await status()).toMatchObject({ state: "failed", reason: { title: "Not sold here" } });
  });

  it("has the same data in each attempt", async () => {
    let runs = 0;
    const { run } = worldWith(async (_, { send }) => {
      runs += 1;
      await send("billing", { name: "charge", data: runs });
      throw new Error("away");
    });
    await current.world.deliver(message());
    await current.world.deliver(message({ receiveCount: 2 }));
    expect(run.lines).toContainEqual(expect.objectContaining({ error_name: "CommandKeyReused" }));
    expect(await status()).toMatchObject({ state: "failed", attempts: 2, reason: notCarriedOut });
    expect(current.world.sent).toHaveLength(1);
  });
});
