// The data of a command within the payload that is replayed.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { commandDataIn } from "../../../../handlers/edit/commandData";
import { COMMAND_ID, commandMessage, envelopeOf } from "../../../support/commandFailures";

const payloadOf = (...bodies: readonly string[]) =>
  JSON.stringify({ Records: bodies.map((body) => ({ ...commandMessage(body), receiptHandle: "respool" })) });

describe("the data of a command", () => {
  it("is as its sender wrote it", () => {
    const data = '{ "n": 12345678901234567890, "r": 1.0 }';
    expect(commandDataIn(payloadOf(envelopeOf(data)), COMMAND_ID)?.text).toBe(data);
  });

  it("is all that another payload differs in, but for the body's digest", () => {
    const ancestry = [{ source: "web", id: COMMAND_ID, n: 1 }];
    const payload = payloadOf(envelopeOf('{"isbn":"1"}', { ancestry }));
    const edited = commandDataIn(payload, COMMAND_ID)?.payloadWith('{"isbn":98765432109876543210}') ?? "";
    const body = envelopeOf('{"isbn":98765432109876543210}', { ancestry });
    expect(JSON.parse(edited)).toEqual(JSON.parse(payloadOf(body)));
    expect(JSON.parse(edited).Records[0].md5OfBody).toBe(createHash("md5").update(body).digest("hex"));
  });

  it.each([
    ["another work's", payloadOf(envelopeOf("{}", { id: COMMAND_ID.replace("0199", "0200") }))],
    ["several messages'", payloadOf(envelopeOf(), envelopeOf())],
    ["no command's", payloadOf('{"isbn":"1"}')],
    ["a command's without data", payloadOf(JSON.stringify({ respoolCommand: 1, id: COMMAND_ID }))],
    ["no message's", '{"Records":[]}'],
    ["no batch's", '{"Records":{}}'],
    ["a list's", "[1]"],
  ])("is not taken from a payload that is %s", (_whose, payload) => {
    expect(commandDataIn(payload, COMMAND_ID)).toBeUndefined();
  });
});
