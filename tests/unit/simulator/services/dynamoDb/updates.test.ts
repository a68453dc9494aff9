// Update expressions.
import { describe, expect, it } from "vitest";
import { dynamoDbWorld, key, values } from "./dynamoDbWorld";

const start = {
  n: { N: "1.1" },
  list1: { L: [{ S: "a" }, { S: "b" }, { S: "c" }] },
  doc: { M: { deep: { S: "x" } } },
  tags: { SS: ["a", "b"] },
};

const updated = (expression: string, given: Parameters<typeof values>[0] = {}) => {
  const placeholders = Object.keys(given).length === 0 ? {} : values(given);
  return dynamoDbWorld(start).update(expression, placeholders);
};

describe("UpdateItem", () => {
  it("sets, and creates an item that is not there", () => {
    expect(dynamoDbWorld().update("SET a = :a", values({ a: "x" }))).toEqual({ ...key, a: { S: "x" } });
    expect(dynamoDbWorld().call("UpdateItem", { Key: key })).toEqual({});
    expect(updated("set doc.deep = :a, doc.more = n", { a: "y" })?.doc).toEqual({
      M: { deep: { S: "y" }, more: { N: "1.1" } },
    });
  });

  it("calculates exactly", () => {
    expect(updated("SET n = n + :d", { d: { N: "2.2" } })?.n).toEqual({ N: "3.3" });
    expect(updated("SET n = :d - n", { d: 1 })?.n).toEqual({ N: "-0.1" });
    expect(updated("ADD n :d", { d: { N: "0.000000000000000000001" } })?.n).toEqual({ N: "1.100000000000000000001" });
  });

  it("has if_not_exists and list_append", () => {
    expect(updated("SET n = if_not_exists(n, :z), m = if_not_exists(m, :z)", { z: 0 })).toMatchObject({
      n: { N: "1.1" },
      m: { N: "0" },
    });
    expect(updated("SET list1 = list_append(:l, list1)", { l: { L: [{ S: "z" }] } })?.list1).toEqual({
      L: [{ S: "z" }, { S: "a" }, { S: "b" }, { S: "c" }],
    });
    expect(updated("SET c = if_not_exists(c, :z) + :o", { z: 0, o: 1 })?.c).toEqual({ N: "1" });
  });

  it("changes lists by index, beyond their end at their end", () => {
    expect(updated("SET list1[1] = :v, list1[9] = :v", { v: "x" })?.list1).toEqual({
      L: [{ S: "a" }, { S: "x" }, { S: "c" }, { S: "x" }],
    });
    expect(updated("REMOVE list1[0], list1[2], nothing")?.list1).toEqual({ L: [{ S: "b" }] });
  });

  it("adds to numbers and sets, and deletes from sets", () => {
    expect(updated("ADD fresh :n, tags :t", { n: 5, t: { SS: ["b", "c"] } })).toMatchObject({
      fresh: { N: "5" },
      tags: { SS: ["a", "b", "c"] },
    });
    expect(updated("DELETE tags :t", { t: { SS: ["a"] } })?.tags).toEqual({ SS: ["b"] });
    expect(updated("DELETE tags :t", { t: { SS: ["a", "b"] } })).not.toHaveProperty("tags");
  });

  it("takes all values from the item as it was", () => {
    expect(updated("SET a = n, n = :two REMOVE doc", { two: 2 })).toMatchObject({ a: { N: "1.1" }, n: { N: "2" } });
  });

  it("gives back what is asked for", () => {
    const answer = (ReturnValues: string) => {
      const { call } = dynamoDbWorld({ a: { S: "x" }, b: { S: "y" } });
      return call("UpdateItem", { Key: key, UpdateExpression: "SET a = :a", ReturnValues, ...values({ a: "z" }) });
    };
    expect(answer("NONE")).toEqual({});
    expect(answer("ALL_OLD").Attributes).toEqual({ ...key, a: { S: "x" }, b: { S: "y" } });
    expect(answer("ALL_NEW").Attributes).toEqual({ ...key, a: { S: "z" }, b: { S: "y" } });
    expect(answer("UPDATED_OLD").Attributes).toEqual({ a: { S: "x" } });
    expect(answer("UPDATED_NEW").Attributes).toEqual({ a: { S: "z" } });
  });

  it("refuses in AWS's words", () => {
    const refused =
      (expression: string, given: Parameters<typeof values>[0] = {}) =>
      () =>
        updated(expression, given);
    expect(refused("SET id = :a", { a: "x" })).toThrow(
      "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key",
    );
    expect(refused("SET a.b = :a", { a: "x" })).toThrow(
      "The document path provided in the update expression is invalid for update",
    );
    expect(refused("SET a = nothing")).toThrow(
      "The provided expression refers to an attribute that does not exist in the item",
    );
    expect(refused("SET n = n + :a", { a: "x" })).toThrow(
      "An operand in the update expression has an incorrect data type",
    );
    expect(refused("SET a = :a, a = :a", { a: "x" })).toThrow(
      "Invalid UpdateExpression: Two document paths overlap with each other; must remove or rewrite one of these paths; path one: [a], path two: [a]",
    );
    expect(refused("SET a = :a SET b = :a", { a: "x" })).toThrow(
      'Invalid UpdateExpression: The "SET" section can only be used once in an update expression;',
    );
    expect(refused("ADD n :a", { a: "x" })).toThrow(
      "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: ADD, operand type: STRING",
    );
    expect(refused("SET data = :a", { a: "x" })).toThrow(
      "Attribute name is a reserved keyword; reserved keyword: data",
    );
    expect(refused("PUT a = :a", { a: "x" })).toThrow('Invalid UpdateExpression: Syntax error; token: "PUT"');
  });

  it("checks its condition first", () => {
    const { call, item } = dynamoDbWorld({ version: { N: "1" } });
    const update = (expected: number) => ({
      Key: key,
      UpdateExpression: "SET version = :new",
      ConditionExpression: "version = :old",
      ...values({ old: expected, new: expected + 1 }),
    });
    call("UpdateItem", update(1));
    expect(() => call("UpdateItem", update(1))).toThrow("The conditional request failed");
    expect(item()?.version).toEqual({ N: "2" });
  });
});
