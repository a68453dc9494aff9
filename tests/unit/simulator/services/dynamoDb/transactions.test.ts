// Transactions: all or nothing, once per token, one at a time for each item.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import type { AwsError, Outcome } from "../../../../../simulator/service";
import { DynamoDbService } from "../../../../../simulator/services/dynamoDb/dynamoDbService";
import { testWorld } from "../../../../support/simulatorWorld";

const on = (id: string, more: JsonObject = {}): JsonObject => ({
  TableName: "orders",
  Key: { id: { S: id } },
  ...more,
});
const put = (id: string, more: JsonObject = {}): JsonObject => ({
  Put: { TableName: "orders", Item: { id: { S: id } }, ...more },
});
const exists = { ConditionExpression: "attribute_exists(id)" };
const isNew = { ConditionExpression: "attribute_not_exists(id)" };

function bookshop() {
  const world = testWorld();
  world.gateway.add(new DynamoDbService(world));
  const call = (action: string, input: JsonObject) => world.call("dynamodb", action, input);
  call("CreateTable", {
    TableName: "orders",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
  });
  const write = (TransactItems: readonly JsonObject[], more: JsonObject = {}) =>
    call("TransactWriteItems", { TransactItems, ...more });
  const refusal = (TransactItems: readonly JsonObject[], more: JsonObject = {}): AwsError => {
    const outcome = world.outcome("dynamodb", "TransactWriteItems", { TransactItems, ...more });
    if (outcome.ok) throw new Error("the transaction was not refused");
    return outcome.error;
  };
  const item = (id: string) => call("GetItem", on(id)).Item as JsonObject | undefined;
  /** Sends without waiting for the answer. */
  const send = (action: string, input: JsonObject, outcomes: Outcome[]) =>
    world.gateway.call({ service: "dynamodb", action, input, principal: { kind: "operator" } }, (outcome) => {
      outcomes.push(outcome);
    });
  return { world, call, write, refusal, item, send };
}

describe("TransactWriteItems", () => {
  it("puts, updates, deletes and checks together", () => {
    const { write, item } = bookshop();
    write([put("updated"), put("deleted"), put("checked")]);
    const update = on("updated", { UpdateExpression: "SET n = :n", ExpressionAttributeValues: { ":n": { N: "1" } } });
    const actions = [
      { Update: update },
      { Delete: on("deleted") },
      { ConditionCheck: on("checked", exists) },
      put("new"),
    ];
    expect(write(actions)).toEqual({});
    expect([item("updated"), item("deleted"), item("new")]).toEqual([
      { id: { S: "updated" }, n: { N: "1" } },
      undefined,
      { id: { S: "new" } },
    ]);
  });

  it("does nothing when one condition fails, and gives the reasons in order, with the item when asked", () => {
    const { write, refusal, item } = bookshop();
    write([put("there")]);
    const shown = { ...isNew, ReturnValuesOnConditionCheckFailure: "ALL_OLD" };
    const error = refusal([put("new"), put("there", shown), { ConditionCheck: on("none", exists) }]);
    expect(error.code).toBe("TransactionCanceledException");
    expect(error.message).toBe(
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed, ConditionalCheckFailed]",
    );
    const failed = { Code: "ConditionalCheckFailed", Message: "The conditional request failed" };
    expect(error.members.CancellationReasons).toEqual([
      { Code: "None" },
      { ...failed, Item: { id: { S: "there" } } },
      failed,
    ]);
    expect(item("new")).toBeUndefined();
  });

  it("is cancelled by an update that the item does not allow", () => {
    const { write, refusal, item } = bookshop();
    write([put("text", { Item: { id: { S: "text" }, n: { S: "x" } } })]);
    const add = { UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": { N: "1" } } };
    const error = refusal([put("new"), { Update: on("text", add) }]);
    expect(error.members.CancellationReasons).toEqual([
      { Code: "None" },
      { Code: "ValidationError", Message: "An operand in the update expression has an incorrect data type" },
    ]);
    expect(item("new")).toBeUndefined();
  });

  it("is cancelled by a key that does not fit the table, and refused for an empty one", () => {
    const { refusal } = bookshop();
    const reasons = (...items: readonly JsonObject[]) => refusal(items).members.CancellationReasons;
    expect(reasons(put("a"), put("b", { Item: { id: { N: "1" } } }))).toEqual([
      { Code: "None" },
      {
        Code: "ValidationError",
        Message: "One or more parameter values were invalid: Type mismatch for key id expected: S actual: N",
      },
    ]);
    const mismatch = { Code: "ValidationError", Message: "The provided key element does not match the schema" };
    expect(reasons({ Delete: { TableName: "orders", Key: { id: { N: "1" } } } })).toEqual([mismatch]);
    for (const item of [put(""), { Delete: on("") }]) {
      expect(refusal([item])).toMatchObject({
        code: "ValidationException",
        message: expect.stringContaining("cannot contain an empty string value. Key: id"),
      });
    }
  });

  it("names one item once, one action at a time, and up to a hundred", () => {
    const { refusal } = bookshop();
    expect(refusal([put("a"), { Delete: on("a") }]).message).toBe(
      "Transaction request cannot include multiple operations on one item",
    );
    expect(refusal([{ ...put("a"), Delete: on("b") }]).message).toBe(
      "TransactItems can only contain one of Check, Put, Update or Delete",
    );
    expect(refusal([]).message).toContain("Member must have length greater than or equal to 1");
    expect(refusal(Array.from({ length: 101 }, (_, index) => put(String(index)))).message).toContain(
      "Member must have length less than or equal to 100",
    );
    expect(refusal([{ ConditionCheck: on("a") }]).message).toContain("'conditionExpression'");
  });

  it("takes effect once under a client token, for ten minutes", () => {
    const { world, write, refusal, item } = bookshop();
    const add = { UpdateExpression: "ADD n :one", ExpressionAttributeValues: { ":one": { N: "1" } } };
    const token = { ClientRequestToken: "token" };
    const count = () => (item("a") as { n: JsonObject }).n.N;
    write([{ Update: on("a", add) }], token);
    write([{ Update: on("a", add) }], token);
    expect(count()).toBe("1");
    expect(refusal([{ Update: on("b", add) }], token).code).toBe("IdempotentParameterMismatchException");
    world.run(10 * 60 * 1000);
    write([{ Update: on("a", add) }], token);
    expect(count()).toBe("2");
  });

  it("does not remember the token of a cancelled transaction", () => {
    const { write, refusal, item } = bookshop();
    const token = { ClientRequestToken: "token" };
    refusal([put("a", exists)], token);
    write([put("b")], token);
    expect(item("b")).toBeDefined();
  });

  it("conflicts with whatever writes its items meanwhile, and is not seen before it is committed", () => {
    const { world, send, item } = bookshop();
    const outcomes: Outcome[] = [];
    // The same way for all: the transaction leaves first, and holds its item for some milliseconds.
    const { random } = world;
    const [integer, travel] = [random.integer.bind(random), 5];
    random.integer = (low, high) => (high === 9 ? travel : integer(low, high));
    send("TransactWriteItems", { TransactItems: [put("a")], ClientRequestToken: "one" }, outcomes);
    send("PutItem", { TableName: "orders", Item: { id: { S: "a" } } }, outcomes);
    send("TransactWriteItems", { TransactItems: [put("b"), put("a")] }, outcomes);
    send("TransactGetItems", { TransactItems: [{ Get: on("a") }] }, outcomes);
    send("GetItem", on("a"), outcomes);
    send("TransactWriteItems", { TransactItems: [put("a")], ClientRequestToken: "one" }, outcomes);
    send("BatchWriteItem", { RequestItems: { orders: [{ DeleteRequest: { Key: { id: { S: "a" } } } }] } }, outcomes);
    world.runUntilQuiet();
    const found = outcomes.map((outcome) => (outcome.ok ? JSON.stringify(outcome.output) : outcome.error.message));
    expect(found).toEqual([
      "Transaction is ongoing for the item",
      "Transaction cancelled, please refer cancellation reasons for specific reasons [None, TransactionConflict]",
      "Transaction cancelled, please refer cancellation reasons for specific reasons [TransactionConflict]",
      "{}",
      "The transaction with the given request token is already in progress.",
      '{"UnprocessedItems":{"orders":[{"DeleteRequest":{"Key":{"id":{"S":"a"}}}}]}}',
      "{}",
    ]);
    expect([item("a"), item("b")]).toEqual([{ id: { S: "a" } }, undefined]);
  });

  it("consumes twice what single writes do", () => {
    const { write } = bookshop();
    expect(write([put("a"), put("b")], { ReturnConsumedCapacity: "TOTAL" })).toEqual({
      ConsumedCapacity: [{ TableName: "orders", CapacityUnits: 4 }],
    });
  });
});

describe("TransactGetItems", () => {
  it("reads items in order, with a gap for what is not there", () => {
    const { call, write } = bookshop();
    write([put("a"), put("b", { Item: { id: { S: "b" }, n: { N: "1" } } })]);
    const TransactItems = [{ Get: on("b", { ProjectionExpression: "n" }) }, { Get: on("none") }, { Get: on("a") }];
    expect(call("TransactGetItems", { TransactItems })).toEqual({
      Responses: [{ Item: { n: { N: "1" } } }, {}, { Item: { id: { S: "a" } } }],
    });
  });
});

describe("batches", () => {
  const items = (...ids: readonly string[]) => ids.map((id) => ({ PutRequest: { Item: { id: { S: id } } } }));

  it("write and read many items, each for itself", () => {
    const { call, item } = bookshop();
    expect(call("BatchWriteItem", { RequestItems: { orders: items("a", "b") } })).toEqual({ UnprocessedItems: {} });
    const mixed = [...items("c"), { DeleteRequest: { Key: { id: { S: "a" } } } }];
    call("BatchWriteItem", { RequestItems: { orders: mixed } });
    expect(item("a")).toBeUndefined();
    const Keys = ["b", "a", "c"].map((id) => ({ id: { S: id } }));
    expect(call("BatchGetItem", { RequestItems: { orders: { Keys } } })).toEqual({
      Responses: { orders: [{ id: { S: "b" } }, { id: { S: "c" } }] },
      UnprocessedKeys: {},
    });
  });

  it("leave unprocessed what a fault takes away, in the form of a request", () => {
    const { world, call, item } = bookshop();
    world.faults.intoDeliveries({ when: ({ kind }) => kind === "dynamodb.batchWriteItem", arrivals: [], skip: 1 });
    const { UnprocessedItems } = call("BatchWriteItem", { RequestItems: { orders: items("a", "b", "c") } });
    expect(UnprocessedItems).toEqual({ orders: items("b") });
    expect(item("b")).toBeUndefined();
    call("BatchWriteItem", { RequestItems: UnprocessedItems });
    world.faults.intoDeliveries({ when: ({ kind }) => kind === "dynamodb.batchGetItem", arrivals: [] });
    const request = { Keys: ["a", "b"].map((id) => ({ id: { S: id } })), ConsistentRead: true };
    expect(call("BatchGetItem", { RequestItems: { orders: request } })).toEqual({
      Responses: { orders: [{ id: { S: "b" } }] },
      UnprocessedKeys: { orders: { Keys: [{ id: { S: "a" } }], ConsistentRead: true } },
    });
  });

  it("refuse an item twice, and too many", () => {
    const { call } = bookshop();
    const write = (ids: readonly string[]) => () => call("BatchWriteItem", { RequestItems: { orders: items(...ids) } });
    expect(write(["a", "a"])).toThrow("Provided list of item keys contains duplicates");
    expect(write(Array.from({ length: 26 }, (_, index) => String(index)))).toThrow(
      "Too many items requested for the BatchWriteItem call",
    );
    expect(() => call("BatchWriteItem", { RequestItems: {} })).toThrow("'requestItems'");
    const numbered = { orders: [{ PutRequest: { Item: { id: { N: "1" } } } }] };
    expect(() => call("BatchWriteItem", { RequestItems: numbered })).toThrow(
      "The provided key element does not match the schema",
    );
  });
});

describe("a single write whose condition fails", () => {
  it("shows the item when asked", () => {
    const { world, write } = bookshop();
    write([put("a")]);
    const input = { TableName: "orders", Item: { id: { S: "a" } }, ...isNew };
    const refused = (more: JsonObject) => {
      const outcome = world.outcome("dynamodb", "PutItem", { ...input, ...more });
      return outcome.ok ? undefined : outcome.error.members;
    };
    expect(refused({ ReturnValuesOnConditionCheckFailure: "ALL_OLD" })).toEqual({ Item: { id: { S: "a" } } });
    expect(refused({})).toEqual({});
    expect(() => world.call("dynamodb", "PutItem", { ...input, ReturnValuesOnConditionCheckFailure: "ALL" })).toThrow(
      "satisfy enum value set: [NONE, ALL_OLD]",
    );
  });
});
