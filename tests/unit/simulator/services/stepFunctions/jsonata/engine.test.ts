import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { JsonataEngine } from "../../../../../../simulator/services/stepFunctions/jsonata/engine";

function engine(parts: { now?: () => number; random?: () => number } = {}): JsonataEngine {
  return new JsonataEngine({ now: () => 0, random: () => 0.5, uuid: () => "uuid", ...parts });
}

function evaluate(text: string, variables: object = {}, with_ = engine()): unknown {
  const value = with_.evaluate(text, with_.bind(JSON.stringify(variables)));
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

describe("JsonataEngine", () => {
  it("answers at once, however many steps the expression takes", () => {
    const variables = { items: [{ n: 3 }, { n: 9 }] };
    expect(evaluate("$items.n", variables)).toEqual([3, 9]);
    expect(evaluate("$sum($map($items, function($item) { $item.n * 2 }))", variables)).toBe(24);
    expect(evaluate("($f := function($n) { $n < 1 ? 0 : 1 + $f($n - 1) }; $f(500))")).toBe(500);
  });

  it("has no context item: only variables", () => {
    expect(evaluate("$", { items: 1 })).toBeUndefined();
    expect(evaluate("$missing")).toBeUndefined();
  });

  it("does not carry the variables of one evaluation into the next", () => {
    const one = engine();
    expect(evaluate("$a := 1", {}, one)).toBe(1);
    expect(evaluate("$a", {}, one)).toBeUndefined();
  });

  it("takes the time and all chance from the host", () => {
    const one = engine({ now: () => Date.UTC(2026, 4, 5), random: () => 0 });
    expect(evaluate("$now()", {}, one)).toBe("2026-05-05T00:00:00.000Z");
    expect(evaluate("$millis()", {}, one)).toBe(Date.UTC(2026, 4, 5));
    expect(evaluate("$shuffle([1, 2, 3])", {}, one)).toEqual([3, 1, 2]);
    expect(evaluate("$fromMillis(0)", {}, one)).toBe("1970-01-01T00:00:00.000Z");
  });

  it("throws JSONata's code and message", () => {
    expect(() => evaluate("1 + 'a'")).toThrow(
      expect.objectContaining({
        name: "JsonataError",
        code: "T2002",
        message: 'The right side of the "+" operator must evaluate to a number',
      }),
    );
    expect(() => evaluate("1 +")).toThrow(
      expect.objectContaining({ code: "S0207", message: "Unexpected end of expression" }),
    );
  });

  it("leaves out three hooks of the package, which a new version of it may call otherwise", () => {
    const source = readFileSync(require.resolve("jsonata"), "utf8");
    expect(source.match(/\.lookup\(Symbol\.for\('jsonata\./g)).toHaveLength(3);
  });

  it("works after a failure as before", () => {
    const one = engine();
    expect(() => evaluate("$error('no')", {}, one)).toThrow("no");
    expect(evaluate("1 + 1", {}, one)).toBe(2);
  });

  it("encodes and decodes without a browser", () => {
    expect(evaluate("$base64decode($base64encode('äö'))")).toBe("äö");
    expect(evaluate("$encodeUrlComponent('a b')")).toBe("a%20b");
  });
});
