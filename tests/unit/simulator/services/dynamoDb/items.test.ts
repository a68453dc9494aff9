// Items: written, read, deleted; and what is refused.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { dynamoDbWorld, key, values } from "./dynamoDbWorld";

describe("PutItem and GetItem", () => {
  it("gives back what was put, with numbers normalised", () => {
    const { call, item } = dynamoDbWorld();
    const nested = { M: { list: { L: [{ N: "1.50" }, { NULL: true }] }, set: { NS: ["01", "2.0"] } } };
    expect(call("PutItem", { Item: { ...key, nested } })).toEqual({});
    expect(item()).toEqual({
      ...key,
      nested: { M: { list: { L: [{ N: "1.5" }, { NULL: true }] }, set: { NS: ["1", "2"] } } },
    });
    expect(call("GetItem", { Key: { id: { S: "2" } } })).toEqual({});
  });

  it("replaces the whole item, and gives the old one when asked", () => {
    const { call, item } = dynamoDbWorld({ a: { S: "x" } });
    expect(call("PutItem", { Item: { ...key, b: { S: "y" } }, ReturnValues: "ALL_OLD" })).toEqual({
      Attributes: { ...key, a: { S: "x" } },
    });
    expect(item()).toEqual({ ...key, b: { S: "y" } });
  });

  it("projects", () => {
    const { call } = dynamoDbWorld({ a: { M: { b: { L: [{ S: "0" }, { S: "1" }] }, c: { S: "c" } } }, d: { S: "d" } });
    const get = (ProjectionExpression: string, ExpressionAttributeNames?: JsonObject) =>
      call("GetItem", {
        Key: key,
        ProjectionExpression,
        ...(ExpressionAttributeNames ? { ExpressionAttributeNames } : {}),
      });
    expect(get("a.b[1], d").Item).toEqual({ a: { M: { b: { L: [{ S: "1" }] } } }, d: { S: "d" } });
    expect(get("#a.c", { "#a": "a" }).Item).toEqual({ a: { M: { c: { S: "c" } } } });
    expect(get("zz").Item).toEqual({});
  });

  it("tells what it consumed when asked", () => {
    const { call } = dynamoDbWorld();
    const Item = { ...key, text: { S: "x".repeat(1500) } };
    expect(call("PutItem", { Item, ReturnConsumedCapacity: "TOTAL" })).toEqual({
      ConsumedCapacity: { TableName: "orders", CapacityUnits: 2 },
    });
    const get = { Key: key, ReturnConsumedCapacity: "TOTAL", ProjectionExpression: "id" };
    expect(call("GetItem", get).ConsumedCapacity).toMatchObject({ CapacityUnits: 0.5 });
    expect(call("GetItem", { ...get, ConsistentRead: true }).ConsumedCapacity).toMatchObject({ CapacityUnits: 1 });
  });
});

describe("DeleteItem", () => {
  it("deletes, gives the old item when asked, and succeeds when nothing is there", () => {
    const { call, item } = dynamoDbWorld({ a: { S: "x" } });
    expect(call("DeleteItem", { Key: key, ReturnValues: "ALL_OLD" }).Attributes).toEqual({ ...key, a: { S: "x" } });
    expect(item()).toBeUndefined();
    expect(call("DeleteItem", { Key: key, ReturnValues: "ALL_OLD" })).toEqual({});
  });
});

describe("refusals", () => {
  const refusal = (action: string, input: JsonObject) => () => dynamoDbWorld({ n: { N: "1" } }).call(action, input);

  it("names a missing member, table or key as AWS does", () => {
    const item = { Item: key };
    expect(refusal("PutItem", {})).toThrow(
      "1 validation error detected: Value null at 'item' failed to satisfy constraint: Member must not be null",
    );
    expect(refusal("PutItem", { TableName: "/orders", ...item })).toThrow(
      "1 validation error detected: Value '/orders' at 'tableName' failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+",
    );
    expect(refusal("PutItem", { TableName: "none", ...item })).toThrow("Requested resource not found");
    expect(refusal("PutItem", { Item: { a: { S: "x" } } })).toThrow(
      "One or more parameter values were invalid: Missing the key id in the item",
    );
    expect(refusal("PutItem", { Item: { id: { N: "1" } } })).toThrow(
      "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
    );
    expect(refusal("GetItem", { Key: { id: { N: "1" } } })).toThrow(
      "The provided key element does not match the schema",
    );
    expect(refusal("GetItem", { Key: { ...key, a: { S: "x" } } })).toThrow(
      "The provided key element does not match the schema",
    );
    expect(refusal("PutItem", { Item: { id: { S: "" } } })).toThrow(
      "The AttributeValue for a key attribute cannot contain an empty string value. Key: id",
    );
  });

  it("checks values", () => {
    const put = (value: JsonObject) => refusal("PutItem", { Item: { ...key, a: value } });
    expect(put({})).toThrow("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
    expect(put({ S: "x", N: "1" })).toThrow("Supplied AttributeValue has more than one datatypes set");
    expect(put({ N: "one" })).toThrow("The parameter cannot be converted to a numeric value: one");
    expect(put({ N: "1".repeat(39) })).toThrow("Attempting to store more than 38 significant digits in a Number");
    expect(put({ N: "1e200" })).toThrow("Number overflow");
    expect(put({ SS: [] })).toThrow("may not be empty");
    expect(put({ SS: ["a", "a"] })).toThrow("Input collection [a, a] contains duplicates.");
    expect(put({ S: "x".repeat(410_000) })).toThrow("Item size has exceeded the maximum allowed size");
  });

  it("checks placeholders", () => {
    const put = (more: JsonObject) => refusal("PutItem", { Item: key, ...more });
    expect(put({ ConditionExpression: "a = :a" })).toThrow(
      "Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :a",
    );
    expect(put({ ConditionExpression: "attribute_exists(#a)" })).toThrow(
      "Invalid ConditionExpression: An expression attribute name used in the document path is not defined; attribute name: #a",
    );
    expect(put({ ConditionExpression: "attribute_exists(a)", ...values({ b: 1 }) })).toThrow(
      "Value provided in ExpressionAttributeValues unused in expressions: keys: {:b}",
    );
    expect(put(values({ b: 1 }))).toThrow("ExpressionAttributeValues can only be specified when using expressions");
    expect(put({ ConditionExpression: "attribute_exists(status)" })).toThrow(
      "Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status",
    );
  });

  it("refuses by name what the simulator lacks", () => {
    expect(refusal("PutItem", { Item: key, Expected: {} })).toThrow(
      "the simulator's DynamoDB does not have [Expected] {}; it has expressions",
    );
    expect(refusal("PutItem", { Item: key, ReturnValues: "ALL_NEW" })).toThrow(
      "Value 'ALL_NEW' at 'returnValues' failed to satisfy constraint: Member must satisfy enum value set: [NONE, ALL_OLD]",
    );
  });
});
