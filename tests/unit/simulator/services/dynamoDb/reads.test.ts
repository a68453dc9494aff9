// Query, Scan, tables, and the resource type.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { DynamoDbService } from "../../../../../simulator/services/dynamoDb/dynamoDbService";
import { testWorld } from "../../../../support/simulatorWorld";
import { values } from "./dynamoDbWorld";

/** Events by order and number, with an index by kind. */
function eventsWorld() {
  const world = testWorld();
  const service = new DynamoDbService(world);
  world.gateway.add(service);
  const created = service.resourceTypes["aws:dynamodb/table:Table"]?.create(
    {
      attributes: [
        { name: "order", type: "S" },
        { name: "seq", type: "N" },
        { name: "kind", type: "S" },
      ],
      hashKey: "order",
      rangeKey: "seq",
      billingMode: "PAY_PER_REQUEST",
      globalSecondaryIndexes: [{ name: "byKind", hashKey: "kind", rangeKey: "seq", projectionType: "KEYS_ONLY" }],
      ttl: { attributeName: "expires", enabled: true },
    },
    "events-0123456",
  );
  const call = (action: string, input: JsonObject = {}) =>
    world.call("dynamodb", action, { TableName: "events-0123456", ...input });
  for (const [order, seq, kind] of [
    ["a", 10, "paid"],
    ["a", 9, "made"],
    ["b", 1, "made"],
    ["a", 100, "sent"],
  ] as const) {
    call("PutItem", { Item: { order: { S: order }, seq: { N: String(seq) }, kind: { S: kind }, x: { S: "x" } } });
  }
  const query = (KeyConditionExpression: string, given: Parameters<typeof values>[0], more: JsonObject = {}) =>
    call("Query", { KeyConditionExpression, ...values(given), ...more });
  const numbers = (answer: JsonObject) => (answer.Items as { seq: { N: string } }[]).map(({ seq }) => Number(seq.N));
  return { call, query, numbers, created };
}

const names = { ExpressionAttributeNames: { "#o": "order" } };

describe("Query", () => {
  it("gives a partition in the order of its range key", () => {
    const { query, numbers } = eventsWorld();
    const answer = query("#o = :o", { o: "a" }, names);
    expect(answer).toMatchObject({ Count: 3, ScannedCount: 3 });
    expect(numbers(answer)).toEqual([9, 10, 100]);
    expect(numbers(query("#o = :o", { o: "a" }, { ...names, ScanIndexForward: false }))).toEqual([100, 10, 9]);
    expect(numbers(query("#o = :o AND seq BETWEEN :l AND :h", { o: "a", l: 10, h: 100 }, names))).toEqual([10, 100]);
  });

  it("filters after it has read, and gives pages", () => {
    const { query, numbers } = eventsWorld();
    const filtered = query("#o = :o", { o: "a", k: "made" }, { ...names, FilterExpression: "kind = :k" });
    expect(filtered).toMatchObject({ Count: 1, ScannedCount: 3 });
    const first = query("#o = :o", { o: "a" }, { ...names, Limit: 2 });
    expect(first.LastEvaluatedKey).toEqual({ order: { S: "a" }, seq: { N: "10" } });
    const second = query("#o = :o", { o: "a" }, { ...names, Limit: 2, ExclusiveStartKey: first.LastEvaluatedKey });
    expect(numbers(second)).toEqual([100]);
    expect(second).not.toHaveProperty("LastEvaluatedKey");
    expect(query("#o = :o", { o: "a" }, { ...names, Select: "COUNT" })).toEqual({ Count: 3, ScannedCount: 3 });
  });

  it("asks an index, which has what it projects", () => {
    const { query } = eventsWorld();
    expect(query("kind = :k", { k: "made" }, { IndexName: "byKind" }).Items).toEqual([
      { kind: { S: "made" }, seq: { N: "1" }, order: { S: "b" } },
      { kind: { S: "made" }, seq: { N: "9" }, order: { S: "a" } },
    ]);
    expect(() => query("kind = :k", { k: "made" }, { IndexName: "none" })).toThrow(
      "The table does not have the specified index: none",
    );
  });

  it("wants one partition", () => {
    const { query } = eventsWorld();
    expect(() => query("seq = :s", { s: 1 })).toThrow("Query condition missed key schema element: order");
    expect(() => query("#o > :o", { o: "a" }, names)).toThrow("Query key condition not supported");
    expect(() => query("#o = :o AND kind = :k", { o: "a", k: "x" }, names)).toThrow(
      "Query condition missed key schema element: seq",
    );
  });
});

describe("Scan", () => {
  it("reads all, and filters", () => {
    const { call } = eventsWorld();
    expect(call("Scan")).toMatchObject({ Count: 4, ScannedCount: 4 });
    const filter = { FilterExpression: "kind = :k", ...values({ k: "made" }) };
    expect(call("Scan", filter)).toMatchObject({ Count: 2, ScannedCount: 4 });
  });
});

describe("tables", () => {
  it("are created as the provider does", () => {
    const { created, call } = eventsWorld();
    expect(created).toMatchObject({
      id: "events-0123456",
      state: { name: "events-0123456", arn: "arn:aws:dynamodb:eu-west-1:123456789012:table/events-0123456" },
    });
    expect(call("DescribeTable").Table).toMatchObject({ TableStatus: "ACTIVE", ItemCount: 4 });
    expect(call("DescribeTimeToLive").TimeToLiveDescription).toEqual({
      TimeToLiveStatus: "ENABLED",
      AttributeName: "expires",
    });
    expect(call("ListTables").TableNames).toEqual(["events-0123456"]);
    call("DeleteTable");
    expect(() => call("Scan")).toThrow("Requested resource not found");
  });

  it("refuse definitions in AWS's words", () => {
    const { call } = eventsWorld();
    const create = (input: JsonObject) => () => call("CreateTable", { TableName: "other", ...input });
    const KeySchema = [{ AttributeName: "id", KeyType: "HASH" }];
    expect(create({ KeySchema, AttributeDefinitions: [] })).toThrow(
      "Some index key attributes are not defined in AttributeDefinitions. Keys: [id], AttributeDefinitions: []",
    );
    const AttributeDefinitions = [{ AttributeName: "id", AttributeType: "S" }];
    const spare = [...AttributeDefinitions, { AttributeName: "x", AttributeType: "S" }];
    expect(create({ KeySchema, AttributeDefinitions: spare })).toThrow(
      "Number of attributes in KeySchema does not exactly match",
    );
    expect(create({ KeySchema, AttributeDefinitions, StreamSpecification: { StreamEnabled: true } })).toThrow(
      "Value null at 'streamSpecification.streamViewType' failed to satisfy constraint",
    );
    expect(create({ KeySchema, AttributeDefinitions, TableName: "events-0123456" })).toThrow("Table already exists");
  });
});
