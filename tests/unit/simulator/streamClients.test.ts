// Real clients of the AWS SDK use tables, their streams and Kinesis over loopback.
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  PutItemCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  TrimmedDataAccessException,
} from "@aws-sdk/client-dynamodb-streams";
import {
  GetRecordsCommand as GetKinesisRecordsCommand,
  GetShardIteratorCommand as GetKinesisShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
  ResourceNotFoundException,
} from "@aws-sdk/client-kinesis";
import { BatchGetCommand, BatchWriteCommand, DynamoDBDocumentClient, TransactGetCommand } from "@aws-sdk/lib-dynamodb";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Listener, listen, Simulation } from "../../../simulator";

let simulation: Simulation;
let listener: Listener;
let options: {
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  readonly maxAttempts: number;
};
let dynamoDb: DynamoDBClient;
let streamArn: string;

beforeEach(async () => {
  simulation = new Simulation();
  listener = await listen(simulation);
  const credentials = { accessKeyId: "AKIA", secretAccessKey: "secret" };
  options = { region: "eu-central-1", endpoint: listener.url, credentials, maxAttempts: 1 };
  dynamoDb = new DynamoDBClient(options);
  const table = simulation.create({
    type: "aws:dynamodb/table:Table",
    name: "work",
    inputs: {
      name: "work",
      hashKey: "id",
      attributes: [{ name: "id", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
      ttl: { attributeName: "expiration", enabled: true },
      streamEnabled: true,
      streamViewType: "NEW_AND_OLD_IMAGES",
      pointInTimeRecovery: { enabled: true },
      serverSideEncryption: { enabled: true },
      deletionProtectionEnabled: true,
    },
  });
  streamArn = String(table.state.streamArn);
});

afterEach(async () => {
  dynamoDb.destroy();
  await listener.close();
});

describe("DynamoDB", () => {
  it("serves transactions, and errors that carry items and reasons", async () => {
    const put = { TableName: "work", Item: { id: { S: "a" } }, ConditionExpression: "attribute_not_exists(id)" };
    await dynamoDb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: put }] }));
    const shown = { ...put, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } as const;
    const single = await dynamoDb.send(new PutItemCommand(shown)).catch((error: unknown) => error);
    expect(single).toBeInstanceOf(ConditionalCheckFailedException);
    expect(single).toMatchObject({ message: "The conditional request failed", Item: { id: { S: "a" } } });
    const transaction = new TransactWriteItemsCommand({ TransactItems: [{ Put: shown }] });
    const cancelled = await dynamoDb.send(transaction).catch((error: unknown) => error);
    expect(cancelled).toBeInstanceOf(TransactionCanceledException);
    expect(cancelled).toMatchObject({
      message: "Transaction cancelled, please refer cancellation reasons for specific reasons [ConditionalCheckFailed]",
      CancellationReasons: [
        { Code: "ConditionalCheckFailed", Message: "The conditional request failed", Item: { id: { S: "a" } } },
      ],
    });
  });

  it("serves the document client's batches and reads", async () => {
    const client = DynamoDBDocumentClient.from(dynamoDb);
    const requests = ["a", "b"].map((id) => ({ PutRequest: { Item: { id, total: 7 } } }));
    const written = await client.send(new BatchWriteCommand({ RequestItems: { work: requests } }));
    expect(written.UnprocessedItems).toEqual({});
    const read = await client.send(
      new BatchGetCommand({ RequestItems: { work: { Keys: [{ id: "a" }, { id: "c" }] } } }),
    );
    expect(read.Responses).toEqual({ work: [{ id: "a", total: 7 }] });
    const Get = { TableName: "work", Key: { id: "b" } };
    const { Responses } = await client.send(new TransactGetCommand({ TransactItems: [{ Get }] }));
    expect(Responses).toEqual([{ Item: { id: "b", total: 7 } }]);
  });

  it("serves streams", async () => {
    const streams = new DynamoDBStreamsClient(options);
    await dynamoDb.send(new PutItemCommand({ TableName: "work", Item: { id: { S: "a" } } }));
    const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn: streamArn }));
    const place = { StreamArn: streamArn, ShardId: StreamDescription?.Shards?.[0]?.ShardId };
    const { ShardIterator } = await streams.send(
      new GetShardIteratorCommand({ ...place, ShardIteratorType: "TRIM_HORIZON" }),
    );
    const { Records } = await streams.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records).toMatchObject([{ eventName: "INSERT", dynamodb: { NewImage: { id: { S: "a" } } } }]);
    expect(Records?.[0]?.dynamodb?.ApproximateCreationDateTime).toBeInstanceOf(Date);
    simulation.runFor(25 * 3600 * 1000);
    const SequenceNumber = Records?.[0]?.dynamodb?.SequenceNumber;
    const late = new GetShardIteratorCommand({ ...place, ShardIteratorType: "AT_SEQUENCE_NUMBER", SequenceNumber });
    await expect(streams.send(late)).rejects.toThrow(TrimmedDataAccessException);
    streams.destroy();
  });
});

describe("Powertools' idempotency", () => {
  beforeEach(() => {
    vi.stubEnv("AWS_LAMBDA_FUNCTION_NAME", "orders");
    // It misses the invocation's remaining time, which only a Lambda context tells.
    vi.spyOn(console, "warn").mockImplementation(() => undefined);
  });

  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const persistenceStore = () => new DynamoDBPersistenceLayer({ tableName: "work", awsSdkV3Client: dynamoDb });

  it("runs work once, and again after it failed", async () => {
    const done: string[] = [];
    let broken = true;
    const charge = makeIdempotent(
      async (order: { readonly id: string }) => {
        if (broken) throw new Error("the dependency is down");
        done.push(order.id);
        return { charged: order.id };
      },
      { persistenceStore: persistenceStore(), config: new IdempotencyConfig({ eventKeyJmesPath: "id" }) },
    );
    await expect(charge({ id: "1" })).rejects.toThrow("the dependency is down");
    broken = false;
    expect(await charge({ id: "1" })).toEqual({ charged: "1" });
    expect(await charge({ id: "1" })).toEqual({ charged: "1" });
    expect(await charge({ id: "2" })).toEqual({ charged: "2" });
    expect(done).toEqual(["1", "2"]);
  });

  it("refuses work that is under way", async () => {
    let release: (() => void) | undefined;
    const work = makeIdempotent(
      (_order: { readonly id: string }) =>
        new Promise<string>((resolve) => {
          release = () => resolve("done");
        }),
      { persistenceStore: persistenceStore(), config: new IdempotencyConfig({}) },
    );
    const first = work({ id: "1" });
    while (release === undefined) await new Promise((resolve) => setImmediate(resolve));
    await expect(work({ id: "1" })).rejects.toThrow("There is already an execution in progress");
    release();
    expect(await first).toBe("done");
  });
});

describe("Kinesis", () => {
  it("is served over HTTP/2, which its client speaks by default", async () => {
    simulation.create({ type: "aws:kinesis/stream:Stream", name: "clicks", inputs: { name: "clicks", shardCount: 1 } });
    const kinesis = new KinesisClient(options);
    const StreamName = "clicks";
    const Records = ["one", "two"].map((text) => ({ Data: Buffer.from(text), PartitionKey: text }));
    const put = await kinesis.send(new PutRecordsCommand({ StreamName, Records }));
    expect(put).toMatchObject({ FailedRecordCount: 0, Records: [{ ShardId: "shardId-000000000000" }, {}] });
    const { Shards } = await kinesis.send(new ListShardsCommand({ StreamName }));
    const { ShardIterator } = await kinesis.send(
      new GetKinesisShardIteratorCommand({
        StreamName,
        ShardId: Shards?.[0]?.ShardId,
        ShardIteratorType: "AT_TIMESTAMP",
        Timestamp: new Date(simulation.clock.now - 60_000),
      }),
    );
    const read = await kinesis.send(new GetKinesisRecordsCommand({ ShardIterator }));
    expect(read.Records?.map(({ Data }) => Buffer.from(Data ?? []).toString())).toEqual(["one", "two"]);
    expect(Number(read.Records?.[0]?.ApproximateArrivalTimestamp)).toBeLessThanOrEqual(simulation.clock.now);
    await expect(kinesis.send(new ListShardsCommand({ StreamName: "none" }))).rejects.toThrow(
      ResourceNotFoundException,
    );
    kinesis.destroy();
  });
});
