// A world with DynamoDB, and a table of orders.
import type { JsonObject } from "../../../../../simulator/json";
import { DynamoDbService } from "../../../../../simulator/services/dynamoDb/dynamoDbService";
import { testWorld } from "../../../../support/simulatorWorld";

export interface DynamoDbWorld {
  readonly service: DynamoDbService;
  call(action: string, input?: JsonObject): JsonObject;
  /** The item with the id "1". */
  item(): JsonObject | undefined;
  /** UpdateItem of the item with the id "1"; returns it. */
  update(UpdateExpression: string, more?: JsonObject): JsonObject | undefined;
}

export const key = { id: { S: "1" } };

/** @param item put at first, with the id "1" */
export function dynamoDbWorld(item?: JsonObject): DynamoDbWorld {
  const world = testWorld();
  const service = new DynamoDbService(world);
  world.gateway.add(service);
  const call: DynamoDbWorld["call"] = (action, input = {}) =>
    world.call("dynamodb", action, { TableName: "orders", ...input });
  call("CreateTable", {
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    BillingMode: "PAY_PER_REQUEST",
  });
  if (item !== undefined) call("PutItem", { Item: { ...key, ...item } });
  const read = () => call("GetItem", { Key: key }).Item as JsonObject | undefined;
  return {
    service,
    call,
    item: read,
    update: (UpdateExpression, more = {}) => {
      call("UpdateItem", { Key: key, UpdateExpression, ...more });
      return read();
    },
  };
}

/** ExpressionAttributeValues out of numbers, texts and values in DynamoDB's JSON. */
export function values(given: Readonly<Record<string, number | string | JsonObject>>): JsonObject {
  const of = (value: number | string | JsonObject): JsonObject => {
    if (typeof value === "object") return value;
    return typeof value === "number" ? { N: String(value) } : { S: value };
  };
  return {
    ExpressionAttributeValues: Object.fromEntries(
      Object.entries(given).map(([name, value]) => [`:${name}`, of(value)]),
    ),
  };
}
