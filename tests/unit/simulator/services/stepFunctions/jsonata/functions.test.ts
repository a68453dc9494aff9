import { describe, expect, it } from "vitest";
import { JsonataEngine } from "../../../../../../simulator/services/stepFunctions/jsonata/engine";

const engine = new JsonataEngine({ now: () => 0, random: () => 0.25, uuid: () => "the-uuid" });

function evaluate(text: string): unknown {
  const value = engine.evaluate(text, engine.bind("{}"));
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

describe("Step Functions' own functions", () => {
  it("$partition cuts an array into chunks", () => {
    expect(evaluate("$partition([1..5], 2)")).toEqual([[1, 2], [3, 4], [5]]);
    expect(() => evaluate("$partition([1], 0)")).toThrow("the chunk size of $partition must be at least 1, got 0");
  });

  it("$range counts both ends in, cuts fractions, and has no empty result", () => {
    expect(evaluate("$range(1, 8, 2)")).toEqual([1, 3, 5, 7]);
    expect(evaluate("$range(2.8, -1.2, -1.2)")).toEqual([2, 1, 0, -1]);
    expect(evaluate("$range(3, 3, 1)")).toBe(3);
    expect(evaluate("$range(3, 1, 1)")).toBeUndefined();
    expect(() => evaluate("$range('1', 3, 1)")).toThrow(
      'Argument 1 of function "range" does not match function signature',
    );
    expect(() => evaluate("$range(0, 100000, 1)")).toThrow("$range makes at most 100000 items, got 100001");
  });

  it("$hash hashes text as it is and other values as JSON", () => {
    expect(evaluate("$hash('input data', 'SHA-1')")).toBe("aaff4a450a104cd177d28d18d74485e8cae074b7");
    expect(evaluate("$hash({'a': 1}, 'MD5')")).toBe(evaluate("$hash('{\"a\":1}', 'MD5')"));
    expect(() => evaluate("$hash('a', 'CRC')")).toThrow(
      "the algorithm of $hash must be one of MD5, SHA-1, SHA-256, SHA-384, SHA-512, got CRC",
    );
  });

  it("$random is the host's, or the same for the same seed", () => {
    expect(evaluate("$random()")).toBe(0.25);
    expect(evaluate("$random(7) = $random(7)")).toBe(true);
    expect(evaluate("$random(7) = $random(8)")).toBe(false);
  });

  it("$uuid is the host's; $parse reads JSON", () => {
    expect(evaluate("$uuid()")).toBe("the-uuid");
    expect(evaluate("$parse('{\"a\":[1]}').a")).toEqual([1]);
    expect(() => evaluate("$parse('{')")).toThrow("the argument of $parse must be valid JSON");
  });

  it("$eval is gone", () => {
    expect(() => evaluate("$eval('1')")).toThrow("Attempted to invoke a non-function");
  });
});
