// How a copied message keeps its age, and a poisoned one its reason.
import { describe, expect, it } from "vitest";
import { carriedBy, copyOf, parkedAt, readAttribute, senderAttributes } from "../../../records/attribute";

const respool = (StringValue: string) => ({ respool: { DataType: "String", StringValue } });
const message = (StringValue?: string) => ({
  Body: "{}",
  Attributes: { SentTimestamp: "5000" },
  MessageAttributes: StringValue === undefined ? undefined : respool(StringValue),
});

describe("parkedAt", () => {
  it("is when SQS took a fresh record, with or without attribute", () => {
    expect(parkedAt(message())).toBe(5000);
    expect(parkedAt(message("1"))).toBe(5000);
  });

  it("is what a copy carries", () => {
    expect(parkedAt(message('{"parkedAt":1000}'))).toBe(1000);
  });

  it.each(['{"parkedAt":6000}', '{"parkedAt":-1}', '{"parkedAt":"1000"}', "{", "null"])(
    "is not made up by %s",
    (text) => {
      expect(parkedAt(message(text))).toBe(5000);
    },
  );
});

describe("readAttribute", () => {
  it("gives what it knows and drops the rest", () => {
    expect(readAttribute(message('{"parkedAt":1,"reason":"r","at":"t","other":2}'))).toEqual({
      parkedAt: 1,
      reason: "r",
      at: "t",
    });
  });
});

describe("a generation", () => {
  it.each([0, 1, 9_999])("may be %s", (generation) => {
    expect(readAttribute(message(JSON.stringify({ generation })))).toEqual({ generation });
  });

  it.each([-1, 10_000, 1.5, "1", null])("is not %j", (generation) => {
    expect(readAttribute(message(JSON.stringify({ generation })))).toEqual({});
  });
});

describe("copyOf", () => {
  it("keeps body and foreign attributes, and replaces its own", () => {
    const other = { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) };
    const copy = copyOf({ Body: " any\ttext ", MessageAttributes: { other, ...respool("1") } }, { parkedAt: 7 });
    expect(copy).toEqual({ MessageBody: " any\ttext ", MessageAttributes: { other, ...respool('{"parkedAt":7}') } });
  });

  it("leaves its own out where the message would become larger than SQS takes", () => {
    const full = 1024 * 1024;
    const own = Buffer.byteLength("respool") + Buffer.byteLength("String") + Buffer.byteLength('{"parkedAt":7}');
    const copy = copyOf({ Body: "x".repeat(full - own) }, { parkedAt: 7 });
    expect(copy?.MessageAttributes).toEqual(respool('{"parkedAt":7}'));
    expect(copyOf({ Body: "x".repeat(full - own + 1) }, { parkedAt: 7 })?.MessageAttributes).toEqual({});
  });

  it("gives up the reason, never whose failure it is", () => {
    const full = 1024 * 1024;
    const identity = { messageId: "m-1", from: "arn:aws:sqs:eu-west-1:123456789012:orders" };
    const own = Buffer.byteLength(`respoolString${JSON.stringify(identity)}`);
    const told = { ...identity, reason: "r", at: "t" };
    expect(copyOf({ Body: "x".repeat(full - own) }, told)?.MessageAttributes).toEqual(
      respool(JSON.stringify(identity)),
    );
    expect(copyOf({ Body: "x".repeat(full - own + 1) }, told)).toBeUndefined();
  });

  it("makes room where the sender used all ten attributes, and loses none of them, however often it is copied", () => {
    const BinaryValue = new Uint8Array([1, 255]);
    const small = { DataType: "Binary", BinaryValue };
    const MessageAttributes = {
      small,
      ...Object.fromEntries(
        Array.from({ length: 9 }, (_, n) => [`a${n}`, { DataType: "String", StringValue: "long ".repeat(20) }]),
      ),
    };
    const original = { Body: "x", MessageAttributes };
    const copy = copyOf(original, { parkedAt: 7 });
    const again = copyOf({ Body: copy?.MessageBody, MessageAttributes: copy?.MessageAttributes }, { parkedAt: 7 });
    for (const copied of [copy?.MessageAttributes ?? {}, again?.MessageAttributes ?? {}]) {
      expect(Object.keys(copied)).toHaveLength(10);
      expect(JSON.parse(copied.respool?.StringValue ?? "")).toEqual({
        parkedAt: 7,
        displaced: { small: { DataType: "Binary", BinaryValue: "Af8=" } },
      });
      expect(senderAttributes({ MessageAttributes: copied })).toEqual(senderAttributes(original));
    }
  });

  it("makes a reason of any text one that SQS accepts", () => {
    const copy = copyOf({ Body: "x" }, { reason: `\uffff\u0000é${"y".repeat(1000)}` });
    expect(copy?.MessageAttributes.respool?.StringValue).toBe(`{"reason":"???${"y".repeat(397)}"}`);
  });
});

describe("what a copy carries", () => {
  const fifoQueue = { url: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-dead.fifo", source: "orders" };
  const from = "arn:aws:sqs:eu-west-1:123456789012:orders";

  it("is nothing but its age where the body says what failed", () => {
    expect(carriedBy({ MessageId: "m-1", ...message('{"parkedAt":1}') })).toEqual({});
  });

  it("is the first id of a dead letter, and where it failed, through all copies", () => {
    const first = carriedBy({ MessageId: "m-1", Attributes: { DeadLetterQueueSourceArn: from } });
    expect(first).toEqual({ messageId: "m-1", from });
    expect(carriedBy({ MessageId: "m-2", ...message(JSON.stringify(first)) })).toEqual(first);
  });

  it("is the place in its FIFO queue, and the generation of a message that was sent back before", () => {
    const Attributes = { MessageGroupId: "g", MessageDeduplicationId: "d", SequenceNumber: "17" };
    const first = carriedBy({ ...message('{"id":"m-0","generation":2}'), MessageId: "m-1", Attributes }, fifoQueue);
    expect(first).toEqual({
      id: "m-0",
      generation: 2,
      messageId: "m-1",
      source: "orders",
      fifo: { groupId: "g", deduplicationId: "d", sequenceNumber: "17" },
    });
    expect(carriedBy({ MessageId: "m-2", ...message(JSON.stringify(first)) })).toEqual(first);
  });

  it("is no group of a standard queue, where groups have no order", () => {
    const queue = { ...fifoQueue, url: fifoQueue.url.replace(".fifo", "") };
    expect(carriedBy({ MessageId: "m-1", Attributes: { MessageGroupId: "g" } }, queue)).toEqual({
      messageId: "m-1",
      source: "orders",
    });
  });
});
