// Condition expressions.
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../simulator/service";
import { dynamoDbWorld, key, values } from "./dynamoDbWorld";

const order = {
  total: { N: "10" },
  text: { S: "hello" },
  tags: { SS: ["a", "b"] },
  positions: { L: [{ M: { sku: { S: "x" } } }, { N: "7" }] },
  paid: { BOOL: true },
};

/** Whether a write under a condition goes through. */
function holds(
  ConditionExpression: string,
  given: Parameters<typeof values>[0] = {},
  names?: Record<string, string>,
): boolean {
  const { call } = dynamoDbWorld(order);
  const placeholders = {
    ...(Object.keys(given).length === 0 ? {} : values(given)),
    ...(names === undefined ? {} : { ExpressionAttributeNames: names }),
  };
  try {
    call("DeleteItem", { Key: key, ConditionExpression, ...placeholders });
    return true;
  } catch (error) {
    if (error instanceof AwsError && error.code === "ConditionalCheckFailedException") return false;
    throw error;
  }
}

const total = { "#t": "total" };

describe("condition expressions", () => {
  it("compare", () => {
    expect(holds("#t = :v", { v: { N: "10.0" } }, total)).toBe(true);
    expect(holds("#t <> :v", { v: 10 }, total)).toBe(false);
    expect(holds("#t < :v", { v: 9.5 }, total)).toBe(false);
    expect(holds("#t >= :v AND #t <= :v", { v: 10 }, total)).toBe(true);
    expect(holds("#t < :v", { v: "9" }, total)).toBe(false);
    expect(holds("nothing = :v", { v: 1 })).toBe(false);
    expect(holds("nothing <> :v", { v: 1 })).toBe(true);
    expect(holds("#t BETWEEN :a AND :b", { a: 9, b: 11 }, total)).toBe(true);
    expect(holds("#t BETWEEN :a AND :b", { a: 11, b: 12 }, total)).toBe(false);
    expect(holds("#t IN (:a, :b)", { a: 9, b: 10 }, total)).toBe(true);
    expect(holds("tags = :v", { v: { SS: ["b", "a"] } })).toBe(true);
    expect(holds("positions[0].sku = :v", { v: "x" })).toBe(true);
  });

  it("call functions", () => {
    expect(holds("attribute_exists(id)")).toBe(true);
    expect(holds("attribute_not_exists(id)")).toBe(false);
    expect(holds("attribute_exists(positions[1])")).toBe(true);
    expect(holds("attribute_exists(positions[2])")).toBe(false);
    expect(holds("attribute_type(tags, :t)", { t: "SS" })).toBe(true);
    expect(holds("begins_with(#x, :p)", { p: "he" }, { "#x": "text" })).toBe(true);
    expect(holds("contains(#x, :p)", { p: "ell" }, { "#x": "text" })).toBe(true);
    expect(holds("contains(tags, :p)", { p: "c" })).toBe(false);
    expect(holds("contains(positions, :p)", { p: 7 })).toBe(true);
    expect(holds("size(positions) = :n AND size(#x) > :n", { n: 2 }, { "#x": "text" })).toBe(true);
  });

  it("combine, AND before OR, NOT before both", () => {
    expect(holds("paid = :f AND paid = :f OR paid = :t", { f: { BOOL: false }, t: { BOOL: true } })).toBe(true);
    expect(holds("paid = :f AND (paid = :f OR paid = :t)", { f: { BOOL: false }, t: { BOOL: true } })).toBe(false);
    expect(holds("NOT paid = :f AND paid = :t", { f: { BOOL: false }, t: { BOOL: true } })).toBe(true);
    expect(holds("not attribute_exists(nothing) or attribute_exists(nothing)")).toBe(true);
  });

  it("leave everything as it was when they do not hold", () => {
    const { call, item } = dynamoDbWorld({ n: { N: "1" } });
    const put = { Item: { ...key, n: { N: "2" } }, ConditionExpression: "attribute_not_exists(id)" };
    expect(() => call("PutItem", put)).toThrow("The conditional request failed");
    expect(item()).toEqual({ ...key, n: { N: "1" } });
  });

  it("are refused when they make no sense", () => {
    expect(() => holds("paid = ")).toThrow('Invalid ConditionExpression: Syntax error; token: "<EOF>"');
    expect(() => holds("paid ! :v", { v: 1 })).toThrow('Invalid ConditionExpression: Syntax error; token: "!"');
    expect(() => holds(" ")).toThrow("Invalid ConditionExpression: The expression can not be empty;");
    expect(() => holds("there_is(paid)")).toThrow(
      "Invalid ConditionExpression: Invalid function name; function: there_is",
    );
    expect(() => holds("attribute_exists(paid) paid")).toThrow('Syntax error; token: "paid"');
  });
});
