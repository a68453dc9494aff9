import { describe, expect, it } from "vitest";
import { Payload, payloadLimit } from "../../../../../simulator/services/stepFunctions/payload";

describe("Payload", () => {
  it("keeps its text as it came, and parses it", () => {
    const payload = new Payload('{ "a": 1.0 }');
    expect(payload.text).toBe('{ "a": 1.0 }');
    expect(payload.value).toEqual({ a: 1 });
  });

  it("counts bytes of UTF-8, quotes included", () => {
    expect(Payload.of("a".repeat(payloadLimit - 2)).exceedsLimit).toBe(false);
    expect(Payload.of("a".repeat(payloadLimit - 1)).exceedsLimit).toBe(true);
    expect(Payload.of("é".repeat(payloadLimit / 2 - 1)).exceedsLimit).toBe(false);
    expect(Payload.of("é".repeat(payloadLimit / 2)).exceedsLimit).toBe(true);
  });
});
