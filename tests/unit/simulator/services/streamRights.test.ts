// What the operations of tables, their streams and Kinesis need of IAM.
import { expect, it } from "vitest";
import type { JsonObject } from "../../../../simulator/json";
import type { Authorization, Call } from "../../../../simulator/service";
import { DynamoDbService } from "../../../../simulator/services/dynamoDb/dynamoDbService";
import { KinesisService } from "../../../../simulator/services/kinesis/kinesisService";
import { testWorld } from "../../../support/simulatorWorld";

function account() {
  const asked: string[] = [];
  const iam = {
    authorize: (_call: Call, { action, resource }: Authorization) => {
      asked.push(`${action} ${resource.replace("arn:aws:", "").replace("eu-west-1:123456789012:", "")}`);
    },
  };
  const world = testWorld({ iam });
  const dynamoDb = new DynamoDbService(world);
  world.gateway.add(dynamoDb);
  world.gateway.add(dynamoDb.streamsApi);
  world.gateway.add(new KinesisService(world));
  world.call("dynamodb", "CreateTable", {
    TableName: "orders",
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "KEYS_ONLY" },
  });
  world.call("kinesis", "CreateStream", { StreamName: "clicks", ShardCount: 1 });
  const needs = (service: string, action: string, input: JsonObject) => {
    asked.length = 0;
    const output = world.call(service, action, input);
    return { asked: [...asked], output };
  };
  return { world, needs };
}

const Key = { id: { S: "1" } };
const TableName = "orders";

it("transactions need the right of each action, batches their own", () => {
  const { needs } = account();
  const TransactItems = [
    { Put: { TableName, Item: { id: { S: "a" } } } },
    { Update: { TableName, Key: { id: { S: "b" } } } },
    { Delete: { TableName, Key: { id: { S: "c" } } } },
    { ConditionCheck: { TableName, Key, ConditionExpression: "attribute_not_exists(id)" } },
  ];
  expect(needs("dynamodb", "TransactWriteItems", { TransactItems }).asked).toEqual([
    "dynamodb:PutItem dynamodb:table/orders",
    "dynamodb:UpdateItem dynamodb:table/orders",
    "dynamodb:DeleteItem dynamodb:table/orders",
    "dynamodb:ConditionCheckItem dynamodb:table/orders",
  ]);
  expect(needs("dynamodb", "TransactGetItems", { TransactItems: [{ Get: { TableName, Key } }] }).asked).toEqual([
    "dynamodb:GetItem dynamodb:table/orders",
  ]);
  expect(needs("dynamodb", "BatchGetItem", { RequestItems: { orders: { Keys: [Key] } } }).asked).toEqual([
    "dynamodb:BatchGetItem dynamodb:table/orders",
  ]);
});

it("streams of tables are resources of their own, in iterators too", () => {
  const { world, needs } = account();
  const listed = needs("dynamodbstreams", "ListStreams", {});
  const [{ StreamArn }] = listed.output.Streams as [{ StreamArn: string }];
  expect(StreamArn).toMatch(
    /^arn:aws:dynamodb:eu-west-1:123456789012:table\/orders\/stream\/2026-01-01T00:00:00\.\d{3}$/,
  );
  const stream = StreamArn.replace("arn:aws:dynamodb:eu-west-1:123456789012", "dynamodb");
  expect(listed.asked).toEqual(["dynamodb:ListStreams *"]);
  expect(needs("dynamodbstreams", "DescribeStream", { StreamArn }).asked).toEqual([
    `dynamodb:DescribeStream ${stream}`,
  ]);
  const { StreamDescription } = world.call<{ StreamDescription: { Shards: [{ ShardId: string }] } }>(
    "dynamodbstreams",
    "DescribeStream",
    { StreamArn },
  );
  const { ShardId } = StreamDescription.Shards[0];
  const place = { StreamArn, ShardId, ShardIteratorType: "LATEST" };
  const { ShardIterator } = needs("dynamodbstreams", "GetShardIterator", place).output;
  expect(needs("dynamodbstreams", "GetRecords", { ShardIterator }).asked).toEqual([`dynamodb:GetRecords ${stream}`]);
});

it("Kinesis' operations need the stream, by its name or its ARN", () => {
  const { needs } = account();
  const StreamName = "clicks";
  const record = { Data: "eA==", PartitionKey: "a" };
  const stream = "kinesis:stream/clicks";
  expect(needs("kinesis", "PutRecord", { StreamName, ...record }).asked).toEqual([`kinesis:PutRecord ${stream}`]);
  const StreamARN = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
  expect(needs("kinesis", "ListShards", { StreamARN }).asked).toEqual([`kinesis:ListShards ${stream}`]);
  const place = { StreamName, ShardId: "shardId-000000000000", ShardIteratorType: "LATEST" };
  const { ShardIterator } = needs("kinesis", "GetShardIterator", place).output;
  expect(needs("kinesis", "GetRecords", { ShardIterator }).asked).toEqual([`kinesis:GetRecords ${stream}`]);
});
