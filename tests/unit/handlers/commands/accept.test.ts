// Accepting a command: its status and its message, whatever crashes between them.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { acceptCommand, type CommandToAccept } from "../../../../handlers/commands/accept";
import { readEnvelope } from "../../../../handlers/commands/envelope";
import { keyedCommandId } from "../../../../handlers/commands/ids";
import { type CommandTarget, sendCommand } from "../../../../handlers/commands/sendCommand";
import { COMMANDS, CommandWorld } from "../../../support/commandWorld";

let world: CommandWorld;
beforeEach(async () => {
  world = await CommandWorld.open();
});
afterEach(() => world.close());

const accept = (more: Partial<CommandToAccept> = {}) =>
  acceptCommand(world.tools, {
    target: { source: "orders", queueUrl: world.queueUrl },
    name: "placeOrder",
    data: { isbn: "1" },
    ...more,
  });
const keyed = { id: keyedCommandId("orders", "key"), fingerprint: "f" };
const lost = { name: "InternalServerError" };

describe("a command that is accepted", () => {
  it("has a status and one message with its id, time and data", async () => {
    const { id, acceptedAt, created } = await accept();
    expect(created).toBe(true);
    const [message, ...others] = world.messages();
    expect(others).toEqual([]);
    expect(message).not.toHaveProperty("correlationId");
    expect(readEnvelope(message?.body ?? "")).toEqual({
      respoolCommand: 1,
      id,
      name: "placeOrder",
      time: acceptedAt,
      data: { isbn: "1" },
    });
    expect(await world.statuses.read(id)).toMatchObject({ state: "accepted", acceptedAt, sentAt: expect.any(String) });
  });

  it("carries where it comes from", async () => {
    const ancestry = [
      { source: "shop", id: "1" },
      { source: "orders", id: "2" },
    ];
    await accept({ correlationId: "c", ancestry, time: "2026-01-01T00:00:00Z", owner: "ann" });
    const [message] = world.messages();
    expect(message?.correlationId).toBe("c");
    expect(readEnvelope(message?.body ?? "")).toMatchObject({
      time: "2026-01-01T00:00:00Z",
      correlationId: "c",
      hops: 2,
      ancestry,
    });
  });

  it("arrives with any text, also where SQS would refuse a character", async () => {
    const data = { text: "\ufffe\uffff\u0000\ud800\u{1f4d6}" };
    await accept({ data, correlationId: "\uffff" });
    const [message] = world.messages();
    expect(message).not.toHaveProperty("correlationId");
    expect(readEnvelope(message?.body ?? "")).toMatchObject({ data, correlationId: "\uffff" });
    await expect(accept({ data: "\uffff".repeat(80_000) })).rejects.toMatchObject({ name: "CommandTooLarge" });
  });

  it("under the key of another command, or of another function's, is refused", async () => {
    await accept(keyed);
    const reused = { name: "CommandKeyReused" };
    await expect(accept({ ...keyed, name: "cancelOrder" })).rejects.toMatchObject(reused);
    const target = { source: "billing", queueUrl: world.queueUrl };
    await expect(accept({ ...keyed, target })).rejects.toMatchObject(reused);
  });

  it("under the same key is the same one, and is not sent again", async () => {
    const first = await accept(keyed);
    world.advance(5_000);
    const second = await accept(keyed);
    expect(second).toMatchObject({ id: first.id, acceptedAt: first.acceptedAt, created: false });
    expect(world.messages()).toHaveLength(1);
  });

  it("under the same key with other data is refused, and is not sent", async () => {
    await accept(keyed);
    await expect(accept({ ...keyed, data: 2, fingerprint: "g" })).rejects.toMatchObject({
      name: "CommandKeyReused",
      id: keyed.id,
      message: `the command ${keyed.id} was accepted under the same key with other data`,
    });
    expect(world.messages()).toHaveLength(1);
  });

  it("is too large with data over 256 KiB of JSON: nothing is written", async () => {
    await accept({ data: "x".repeat(256 * 1024 - 2) });
    await expect(accept({ ...keyed, data: "x".repeat(256 * 1024 - 1) })).rejects.toMatchObject({
      name: "CommandTooLarge",
      message: "[data] must be at most 262144 bytes of JSON, got 262145",
    });
    await expect(accept({ data: undefined })).rejects.toThrow("[data] must be a value of JSON, got undefined");
    expect(world.stored(keyed.id)).toBeUndefined();
  });
});

describe("a crash", () => {
  it("before SendMessage: who accepts the key again sends the message of the first", async () => {
    world.fault("SendMessage", "errorBefore");
    await expect(accept(keyed)).rejects.toMatchObject(lost);
    expect(world.messages()).toEqual([]);
    world.advance(60_000);
    const { created, acceptedAt } = await accept(keyed);
    expect(created).toBe(false);
    const sent = world.messages();
    expect(sent).toHaveLength(1);
    expect(readEnvelope(sent[0]?.body ?? "").time).toBe(acceptedAt);
  });

  it("after SendMessage: the message is there twice, with one id, and no more often", async () => {
    world.fault("SendMessage", "errorAfter");
    await expect(accept(keyed)).rejects.toMatchObject(lost);
    await accept(keyed);
    await accept(keyed);
    const sent = world.messages();
    expect(sent).toHaveLength(2);
    expect(sent[0]).toEqual(sent[1]);
  });

  it.each(["errorBefore", "errorAfter"] as const)("at the mark (%s) is no failure", async (kind) => {
    world.fault("UpdateItem", kind);
    await accept(keyed);
    await accept(keyed);
    expect(world.messages()).toHaveLength(kind === "errorBefore" ? 2 : 1);
  });

  it("before the mark, when the command has begun since: nothing is left to send", async () => {
    world.fault("UpdateItem", "errorBefore");
    await accept(keyed);
    expect(world.messages()).toHaveLength(1);
    await world.begin(keyed.id, "a");
    const { item } = await accept(keyed);
    expect(item.state).toBe("running");
    world.advance(60_000);
    expect(world.messages()).toHaveLength(1);
  });

  it("before SendMessage, when the command was cancelled since: it is not sent", async () => {
    world.fault("SendMessage", "errorBefore");
    await expect(accept(keyed)).rejects.toMatchObject(lost);
    await world.statuses.cancel(keyed.id);
    expect((await accept(keyed)).item.state).toBe("cancelled");
    expect(world.messages()).toEqual([]);
  });

  it("at PutItem: nothing is sent before the status is there", async () => {
    world.fault("PutItem", "errorBefore");
    await expect(accept(keyed)).rejects.toMatchObject(lost);
    expect(world.messages()).toEqual([]);
  });
});

describe("sendCommand", () => {
  interface Orders {
    readonly placeOrder: { readonly isbn: string; readonly copies?: number };
    readonly cancelOrder: string;
  }
  const target = (): CommandTarget<Orders> => ({
    source: "orders",
    queueUrl: world.queueUrl,
    tableName: COMMANDS,
    expiresAfterSeconds: 60,
    commands: ["placeOrder", "cancelOrder"],
  });

  it("sends another command each time, the same one under a key", async () => {
    const order = { name: "placeOrder", data: { isbn: "1" } } as const;
    const [a, b] = [await sendCommand(target(), order, world.tools), await sendCommand(target(), order, world.tools)];
    expect(a.id).not.toBe(b.id);
    const send = (data: Orders["placeOrder"]) =>
      sendCommand(target(), { ...order, data, idempotencyKey: "k", correlationId: "c" }, world.tools);
    const c = await send({ isbn: "1", copies: 2 });
    expect(await send({ copies: 2, isbn: "1" })).toEqual(c);
    expect(c.id).toBe(keyedCommandId("sendCommand", "orders", "placeOrder", "k"));
    await expect(send({ isbn: "2" })).rejects.toMatchObject({ name: "CommandKeyReused" });
    expect(world.messages()).toHaveLength(3);
  });

  it("refuses a key that is empty, under which all would be one command", async () => {
    const command = { name: "placeOrder", data: { isbn: "1" }, idempotencyKey: "" } as const;
    await expect(sendCommand(target(), command, world.tools)).rejects.toThrow(
      '[idempotencyKey] must be a text that is not empty, got ""',
    );
  });

  it("refuses a command that the function does not know", async () => {
    const names: CommandTarget = { ...target(), commands: ["placeOrder"], dataTypes: undefined };
    await expect(sendCommand(names, { name: "burn", data: 1 }, world.tools)).rejects.toThrow(
      '[name] must be one of placeOrder, got "burn"',
    );
  });
});
