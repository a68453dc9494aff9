// DynamoDB's typed values as JavaScript's own.
import type { AttributeValue } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { attributesOf } from "../../../../handlers/middleware/attributeValue";

describe("the attributes of an item", () => {
  it.each<{ value: AttributeValue; plain: unknown }>([
    { value: { S: "" }, plain: "" },
    { value: { N: "-12.5" }, plain: -12.5 },
    { value: { N: "9007199254740991" }, plain: 9_007_199_254_740_991 },
    { value: { N: "9007199254740993" }, plain: 9_007_199_254_740_993n },
    { value: { N: "1E+40" }, plain: 1e40 },
    { value: { BOOL: false }, plain: false },
    { value: { NULL: true }, plain: null },
    { value: { B: "AQI=" }, plain: "AQI=" },
    { value: { SS: ["a", "b"] }, plain: new Set(["a", "b"]) },
    { value: { NS: ["1", "9007199254740993"] }, plain: new Set([1, 9_007_199_254_740_993n]) },
    { value: { BS: ["AQI="] }, plain: new Set(["AQI="]) },
    { value: { L: [{ S: "a" }, { M: {} }] }, plain: ["a", {}] },
    { value: { M: { lines: { L: [{ N: "1" }] } } }, plain: { lines: [1] } },
  ])("are plain: $value", ({ value, plain }) => {
    expect(attributesOf({ it: value })).toEqual({ it: plain });
  });

  it("may have any name", () => {
    const item = JSON.parse('{"__proto__":{"S":"a"},"constructor":{"S":"b"}}');
    expect(Object.entries(attributesOf(item))).toEqual([
      ["__proto__", "a"],
      ["constructor", "b"],
    ]);
  });

  it("are of the kinds that DynamoDB has", () => {
    const item = JSON.parse('{"it":{"X":"a"}}');
    expect(() => attributesOf(item)).toThrow(
      new Error("[value] must be a value of DynamoDB (S, N, B, BOOL, NULL, M, L, SS, NS or BS), got X"),
    );
  });
});
