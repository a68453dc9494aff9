// How a copied message keeps its age, and a poisoned one its reason.
import { describe, expect, it } from "vitest";
import { copyOf, parkedAt, readAttribute } from "../../../records/attribute";

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

describe("copyOf", () => {
  it("keeps body and foreign attributes, and replaces its own", () => {
    const other = { DataType: "Binary", BinaryValue: new Uint8Array([1, 2]) };
    const copy = copyOf({ Body: " any\ttext ", MessageAttributes: { other, ...respool("1") } }, { parkedAt: 7 });
    expect(copy).toEqual({ MessageBody: " any\ttext ", MessageAttributes: { other, ...respool('{"parkedAt":7}') } });
  });

  it("leaves its own out where the message would become larger than SQS takes", () => {
    const full = 1024 * 1024;
    const own = Buffer.byteLength("respool") + Buffer.byteLength("String") + Buffer.byteLength('{"parkedAt":7}');
    expect(copyOf({ Body: "x".repeat(full - own) }, { parkedAt: 7 }).MessageAttributes).toEqual(
      respool('{"parkedAt":7}'),
    );
    expect(copyOf({ Body: "x".repeat(full - own + 1) }, { parkedAt: 7 }).MessageAttributes).toEqual({});
  });

  it("leaves its own out where a message has ten attributes of others", () => {
    const MessageAttributes = Object.fromEntries(
      Array.from({ length: 10 }, (_, n) => [`a${n}`, { DataType: "String", StringValue: "x" }]),
    );
    expect(copyOf({ Body: "x", MessageAttributes }, { parkedAt: 7 }).MessageAttributes).toEqual(MessageAttributes);
  });

  it("makes a reason of any text one that SQS accepts", () => {
    const copy = copyOf({ Body: "x" }, { reason: `\uffff\u0000é${"y".repeat(1000)}` });
    expect(copy.MessageAttributes.respool?.StringValue).toBe(`{"reason":"???${"y".repeat(397)}"}`);
  });
});
