// What patterns match, and EventBridge's words for those that it does not take.
import { describe, expect, it } from "vitest";
import type { Json, JsonObject } from "../../../../../simulator/json";
import { testPattern } from "../../../../../simulator/services/eventBridge/eventPattern";

function matches(pattern: Json, event: JsonObject): boolean {
  return testPattern(JSON.stringify(pattern), event);
}

/** Whether a field's list takes a value. */
function takes(list: Json, value: Json): boolean {
  return matches({ detail: { field: list } }, { detail: { field: value } });
}

describe("plain values", () => {
  it.each<[Json, Json, boolean]>([
    [["FAILED", "TIMED_OUT"], "TIMED_OUT", true],
    [["FAILED"], "failed", false],
    [[5], 5.0, true],
    [[5], "5", false],
    [[null], null, true],
    [[true], "true", false],
    [["a"], ["b", "a"], true],
    [["a"], [], false],
    [["2001:db8::1"], "2001:0db8:0:0::1", true],
  ])("%j takes %j: %s", (list, value, expected) => {
    expect(takes(list, value)).toBe(expected);
  });

  it("of every field must fit", () => {
    const pattern = { source: ["aws.states"], detail: { status: ["FAILED"] } };
    expect(matches(pattern, { source: "aws.states", detail: { status: "FAILED", name: "x" } })).toBe(true);
    expect(matches(pattern, { source: "aws.states", detail: { status: "RUNNING" } })).toBe(false);
    expect(matches(pattern, { source: "aws.states" })).toBe(false);
  });
});

describe("match expressions", () => {
  it.each<[Json, Json, boolean]>([
    [[{ prefix: "order-" }], "order-1", true],
    [[{ prefix: { "equals-ignore-case": "ORDER-" } }], "order-1", true],
    [[{ suffix: ".png" }], "a.PNG", false],
    [[{ suffix: { "equals-ignore-case": ".png" } }], "a.PNG", true],
    [[{ "equals-ignore-case": "Failed" }], "FAILED", true],
    [[{ "anything-but": "a" }], "b", true],
    [[{ "anything-but": ["a", "b"] }], "b", false],
    [[{ "anything-but": [1, 2] }], 3, true],
    [[{ "anything-but": { prefix: "a" } }], "ab", false],
    [[{ "anything-but": { suffix: ["a", "b"] } }], "bc", true],
    [[{ "anything-but": { "equals-ignore-case": ["A"] } }], "a", false],
    [[{ "anything-but": { wildcard: "a*c" } }], "abc", false],
    [[{ numeric: [">", 0, "<=", 5] }], 5, true],
    [[{ numeric: [">", 0, "<=", 5] }], 0, false],
    [[{ numeric: ["=", 3.5] }], 3.5, true],
    [[{ numeric: ["<", 5] }], "4", false],
    [[{ exists: true }], null, true],
    [[{ exists: false }], "x", false],
    [[{ cidr: "10.0.0.0/24" }], "10.0.0.255", true],
    [[{ cidr: "10.0.0.0/24" }], "10.0.1.0", false],
    [[{ cidr: "2001:db8::/32" }], "2001:db8:1::1", true],
    [[{ wildcard: "dir/*/a*.png" }], "dir/x/y/abc.png", true],
    [[{ wildcard: "a*a" }], "a", false],
    [[{ wildcard: "a\\*b" }], "a*b", true],
    [["x", { prefix: "y" }], "yes", true],
  ])("%j takes %j: %s", (list, value, expected) => {
    expect(takes(list, value)).toBe(expected);
  });

  it("exists: false holds for a field that is missing, at any depth", () => {
    expect(matches({ detail: { error: { code: [{ exists: false }] } } }, { detail: { name: "x" } })).toBe(true);
  });
});

describe("$or", () => {
  it("takes an event that fits one alternative, and all that stands around it", () => {
    const pattern = {
      source: ["shop"],
      detail: { $or: [{ total: [{ numeric: [">", 100] }] }, { vip: [true] }], kind: ["order"] },
    };
    const event = (detail: JsonObject) => ({ source: "shop", detail: { kind: "order", ...detail } });
    expect(matches(pattern, event({ total: 5, vip: true }))).toBe(true);
    expect(matches(pattern, event({ total: 101 }))).toBe(true);
    expect(matches(pattern, event({ total: 5 }))).toBe(false);
    expect(matches(pattern, { ...event({ vip: true }), source: "other" })).toBe(false);
    expect(matches(pattern, event({ vip: true, kind: "refund" }))).toBe(false);
  });
});

describe("arrays of objects", () => {
  const pattern = { detail: { lines: { sku: ["book"], count: [2] } } };

  it("need one element that satisfies all fields", () => {
    const lines = (...elements: JsonObject[]) => ({ detail: { lines: elements } });
    expect(matches(pattern, lines({ sku: "pen", count: 1 }, { sku: "book", count: 2 }))).toBe(true);
    expect(matches(pattern, lines({ sku: "pen", count: 2 }, { sku: "book", count: 1 }))).toBe(false);
  });

  it("of different names are independent", () => {
    const two = { detail: { a: { x: [1] }, b: { y: [2] } } };
    expect(matches(two, { detail: { a: [{ x: 0 }, { x: 1 }], b: [{ y: 2 }, { y: 3 }] } })).toBe(true);
  });
});

describe("a pattern that is not valid", () => {
  const place = (text: string, column: number) => `\n at [Source: (String)"${text}"; line: 1, column: ${column}]`;

  it.each([
    ["[]", "Filter is not an object", 2],
    ["{}", "Empty objects are not allowed", 3],
    ['{"a": []}', "Empty arrays are not allowed", 9],
    ['{"a": "b"}', '"a" must be an object or an array', 8],
    ['{"a": [[1]]}', "Match value must be String, number, true, false, or null", 9],
    ['{"a": [{"like": "b"}]}', "Unrecognized match type like", 18],
    ['{"a": [{"prefix": 5}]}', "prefix match pattern must be a string", 20],
    ['{"a": [{"prefix": "b", "suffix": "c"}]}', "Only one key allowed in match expression", 35],
    ['{"a": [{"exists": "yes"}]}', "exists match pattern must be either true or false.", 20],
    ['{"a": [{"numeric": ["~", 5]}]}', "Unrecognized numeric range operator: ~", 24],
    ['{"a": [{"numeric": ["=", "5"]}]}', "Value of equals must be numeric", 27],
    ['{"a": [{"numeric": ["<", 5, ">", 1]}]}', "Too many elements in numeric expression", 30],
    ['{"a": [{"anything-but": true}]}', "Value of anything-but must be an array or single string/number value.", 29],
    ['{"$or": [{"a": [1]}]}', "There must have at least 2 Objects in $or relationship.", 21],
    [
      '{"a": [1] "b": [2]}',
      "Unexpected character ('\"' (code 34)): was expecting comma to separate Object entries",
      11,
    ],
  ])("%s", (text, reason, column) => {
    const message = `Event pattern is not valid. Reason: ${reason}${place(text, column)}`;
    expect(() => testPattern(text, {})).toThrow(
      expect.objectContaining({ code: "InvalidEventPatternException", message }),
    );
  });

  it("names the place of an error within a list twice", () => {
    const text = '{"a": [{"anything-but": [1, "b"]}]}';
    const inside = '{"a": [{"anything-but": [null]}]}';
    expect(() => testPattern(text, {})).toThrow("either all values are number or string, mixed type is not supported");
    expect(() => testPattern(inside, {})).toThrow(
      `Inside anything but list, start|null|boolean is not supported.${place(inside, 30)}${place(inside, 30)}`,
    );
  });

  it.each([
    ["10.0.0.0", "Malformed CIDR, one '/' required"],
    ["10.0.0.0/x", "Malformed CIDR, mask bits must be an integer"],
    ["10.0.0.0/32", "IPv4 mask bits must be < 32"],
    ["ten/8", "Nonstandard IP address: ten"],
  ])("with the CIDR %s", (cidr, reason) => {
    expect(() => takes([{ cidr }], "x")).toThrow(`Event pattern is not valid. Reason: ${reason}`);
  });

  it("with two wildcards in a row", () => {
    expect(() => takes([{ wildcard: "a**" }], "x")).toThrow("Consecutive wildcard characters at pos 1");
    expect(() => takes([{ wildcard: "a\\b" }], "x")).toThrow("Invalid escape character at pos 1");
  });
});
