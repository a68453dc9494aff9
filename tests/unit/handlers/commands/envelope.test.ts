// The body of a command's message, and the ids in it.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { envelopeText, readEnvelope } from "../../../../handlers/commands/envelope";
import { childCommandId, keyedCommandId, newCommandId } from "../../../../handlers/commands/ids";
import type { CommandEnvelope } from "../../../../records/command";

const id = "019b76da-a800-7000-8000-000000000000";
const envelope = { respoolCommand: 1 as const, id, name: "placeOrder", time: "2026-01-01T00:00:00.000Z", data: null };

describe("an envelope", () => {
  it("is read as it was written", () => {
    const ancestor = fc.record({ source: fc.string(), id: fc.uuid() });
    const any: fc.Arbitrary<CommandEnvelope> = fc.record(
      {
        respoolCommand: fc.constant(1 as const),
        id: fc.uuid(),
        name: fc.string({ minLength: 1 }),
        time: fc.date({ noInvalidDate: true, min: new Date(0), max: new Date(4e12) }).map((date) => date.toISOString()),
        data: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value))),
        correlationId: fc.string(),
        hops: fc.nat(),
        ancestry: fc.array(ancestor),
      },
      { requiredKeys: ["respoolCommand", "id", "name", "time", "data"] },
    );
    fc.assert(fc.property(any, (one) => void expect(readEnvelope(envelopeText(one))).toEqual(one)));
  });

  it("has no character that SQS refuses", () => {
    const text = envelopeText({ ...envelope, data: "\ufffe \uffff \u0000 \ud800 \u2028" });
    expect(text).not.toMatch(/[^\t\n\r -\ud7ff\ue000-\ufffd]/);
    expect(readEnvelope(text).data).toBe("\ufffe \uffff \u0000 \ud800 \u2028");
  });

  it.each([
    { body: "no JSON", message: '[message] must be a JSON object, got "no JSON"' },
    { body: "[]", message: '[message] must be a JSON object, got "[]"' },
    { body: { ...envelope, id: "1" }, message: '[id] must be a UUID, got "1"' },
    { body: { ...envelope, respoolCommand: 2 }, message: "[respoolCommand] must be 1, got 2", id },
    { body: { ...envelope, name: "" }, message: '[name] must be a text that is not empty, got ""', id },
    { body: { ...envelope, time: "soon" }, message: '[time] must be a time of ISO 8601, got "soon"', id },
    { body: { ...envelope, data: undefined }, message: "[data] must be there, got nothing", id },
    { body: { ...envelope, correlationId: 1 }, message: "[correlationId] must be a text, got 1", id },
    { body: { ...envelope, hops: -1 }, message: "[hops] must be a whole number from 0, got -1", id },
    { body: { ...envelope, ancestry: [{}] }, message: "[ancestry] must be a list of { source, id }, got [{}]", id },
  ])("is refused: $message", ({ body, message, id: known }) => {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const error: unknown = (() => {
      try {
        return readEnvelope(text);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toMatchObject({ name: "CommandUnreadable", message });
    expect(error).toHaveProperty("id", known);
  });
});

describe("ids", () => {
  it("that are new are UUIDs of version 7, each another one", () => {
    const ids = Array.from({ length: 100 }, newCommandId);
    expect(new Set(ids).size).toBe(100);
    for (const one of ids) expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it("of the same parts are the same for ever, of others never", () => {
    expect(keyedCommandId("a", "b")).toBe("8499eea2-b139-57fe-b015-cbac06340306");
    expect(keyedCommandId("ab")).not.toBe(keyedCommandId("a", "b"));
    expect(childCommandId("1", "orders", "k")).toBe(childCommandId("1", "orders", "k"));
    const others = [
      childCommandId("2", "orders", "k"),
      childCommandId("1", "cards", "k"),
      childCommandId("1", "orders", "l"),
    ];
    expect(others).not.toContain(childCommandId("1", "orders", "k"));
  });
});
