// How mappings read streams: where they begin, in which order, in which batches.
import { describe, expect, it } from "vitest";
import { arnOf, forbidding, minute } from "../lambdaAccount";
import { tableStreamArn } from "./fakeStream";
import { failing, reader, type StreamAccount, streamAccount } from "./streamAccount";

const fine = reader("return null;");
const slow = reader("return new Promise((done) => setTimeout(done, 10_000));");

function events(account: StreamAccount): { Records: { [member: string]: unknown }[] }[] {
  const lines = account.collected.lines.map(({ message }) => /EVENT(.*)/.exec(message)?.[1]);
  return lines.filter((line) => line !== undefined).map((line) => JSON.parse(line) as { Records: [] });
}

describe("A stream mapping", () => {
  it("hands Kinesis records over with the role that reads them, in AWS's order", () => {
    const account = streamAccount("kinesis", fine);
    account.map();
    const sequenceNumber = account.stream.put("hello");
    account.runUntilQuiet();
    const [record] = events(account)[0]?.Records ?? [];
    expect(Object.keys(record ?? {})).toEqual([
      "kinesis",
      "eventSource",
      "eventVersion",
      "eventID",
      "eventName",
      "invokeIdentityArn",
      "awsRegion",
      "eventSourceARN",
    ]);
    expect(record).toMatchObject({
      kinesis: { partitionKey: "k", sequenceNumber, data: "aGVsbG8=" },
      invokeIdentityArn: "arn:aws:iam::123456789012:role/r",
    });
  });

  it("hands DynamoDB records over as they are", () => {
    const account = streamAccount("dynamodb", fine);
    account.map();
    account.stream.put("hello");
    account.runUntilQuiet();
    const [record] = events(account)[0]?.Records ?? [];
    expect(Object.keys(record ?? {})).toEqual([
      "eventID",
      "eventName",
      "eventVersion",
      "eventSource",
      "awsRegion",
      "dynamodb",
      "eventSourceARN",
    ]);
  });

  it("costs nothing while no record comes", () => {
    const account = streamAccount("dynamodb", fine);
    account.map();
    account.stream.put("a");
    account.runUntilQuiet();
    const { reads } = account.stream;
    expect(account.run(14 * 24 * 60 * minute)).toBe(0);
    expect(account.stream.reads).toBe(reads);
    account.stream.put("b");
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["a"], ["b"]]);
  });

  it.each([
    [{ startingPosition: "TRIM_HORIZON" }, [["old", "young", "new"]]],
    [{ startingPosition: "LATEST" }, [["new"]]],
    [{ startingPosition: "AT_TIMESTAMP", startingPositionTimestamp: "2026-01-01T01:00:00+01:00" }, [["young", "new"]]],
  ])("begins at %j", (inputs, expected) => {
    const account = streamAccount("kinesis", fine);
    account.stream.put("old", { at: account.clock.now - 1 });
    account.stream.put("young");
    account.map({ ...inputs, maximumBatchingWindowInSeconds: 1 });
    account.stream.put("new");
    account.runUntilQuiet();
    expect(account.batches()).toEqual(expected);
  });

  it("processes one batch of a shard after the other, and other shards meanwhile", () => {
    const account = streamAccount("kinesis", slow, { shards: ["shard-1", "shard-2"] });
    for (const data of ["a", "b", "c"]) account.stream.put(data);
    account.stream.put("other", { shard: "shard-2" });
    account.map({ batchSize: 2 });
    account.run(5_000);
    expect(account.batches().sort()).toEqual([["a", "b"], ["other"]]);
    account.runUntilQuiet();
    expect(account.batches().at(-1)).toEqual(["c"]);
  });

  it("gathers a batch until its window ends or it is full", () => {
    const account = streamAccount("kinesis", fine);
    account.map({ batchSize: 3, maximumBatchingWindowInSeconds: 60 });
    account.stream.put("a");
    account.run(30_000);
    account.stream.put("b");
    account.run(29_000);
    expect(account.batches()).toEqual([]);
    account.run(3_000);
    expect(account.batches()).toEqual([["a", "b"]]);
    for (const data of ["c", "d", "e", "f"]) account.stream.put(data);
    account.run(3_000);
    expect(account.batches()).toEqual([
      ["a", "b"],
      ["c", "d", "e"],
    ]);
  });

  it("ends a batch at the payload that an invocation can take", () => {
    const account = streamAccount("kinesis", reader("return null;").replaceAll("console.log", "void "));
    for (let count = 0; count < 5; count += 1) account.stream.put("x".repeat(1024 * 1024));
    account.map();
    account.runUntilQuiet();
    expect(account.log("lambda.Batch").map(({ records }) => records)).toEqual([4, 1]);
  });

  it("has as many batches of a shard under way as its parallelization factor, each key in order", () => {
    const account = streamAccount("kinesis", slow);
    for (let turn = 0; turn < 3; turn += 1) {
      for (const key of ["a", "b", "c", "d", "e", "f"]) account.stream.put(`${key}${turn}`, { key });
    }
    account.map({ batchSize: 1, parallelizationFactor: 3 });
    account.run(5_000);
    const first = account.batches();
    expect(first).toHaveLength(3);
    account.runUntilQuiet();
    const all = account.batches().flat();
    expect(all).toHaveLength(18);
    for (const key of ["a", "b", "c", "d", "e", "f"]) {
      expect(all.filter((data) => data.startsWith(key))).toEqual([`${key}0`, `${key}1`, `${key}2`]);
    }
  });

  it("keeps the items of a table in order, too", () => {
    const account = streamAccount("dynamodb", fine);
    account.map({ batchSize: 1, parallelizationFactor: 10 });
    for (let turn = 0; turn < 5; turn += 1) account.stream.put(`a${turn}`, { key: "a" });
    account.runUntilQuiet();
    expect(account.batches().flat()).toEqual(["a0", "a1", "a2", "a3", "a4"]);
  });

  it("reads a shard to its end before those that continue it", () => {
    const account = streamAccount("kinesis", slow);
    account.map({ batchSize: 1, startingPosition: "LATEST" });
    account.stream.put("a");
    account.stream.put("b");
    account.stream.close("shard-1");
    account.stream.open("shard-2", "shard-1", "c");
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["a"], ["b"], ["c"]]);
    account.stream.put("d", { shard: "shard-2" });
    account.runUntilQuiet();
    expect(account.batches().at(-1)).toEqual(["d"]);
  });

  it("counts records that no filter takes as processed", () => {
    const account = streamAccount("kinesis", fine);
    const pattern = JSON.stringify({ data: { price: [{ numeric: [">", 10] }] } });
    account.map({ filterCriteria: { filters: [{ pattern }] } });
    for (const data of [`{"price":1}`, "no JSON", `{"price":11}`, `{"price":2}`]) account.stream.put(data);
    account.runUntilQuiet();
    expect(account.batches()).toEqual([[`{"price":11}`]]);
    for (let price = 0; price < 150; price += 1) account.stream.put(`{"price":3}`);
    account.stream.put(`{"price":12}`);
    account.runUntilQuiet();
    expect(account.batches()).toEqual([[`{"price":11}`], [`{"price":12}`]]);
  });

  it("filters on a table's fields", () => {
    const account = streamAccount("dynamodb", fine);
    const pattern = JSON.stringify({ eventName: ["INSERT"], dynamodb: { NewImage: { data: { S: ["b"] } } } });
    account.map({ filterCriteria: { filters: [{ pattern }] } });
    for (const data of ["a", "b", "c"]) account.stream.put(data);
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["b"]]);
  });

  it("goes on where it stood when it was disabled, after the batch that was under way", () => {
    const account = streamAccount("kinesis", slow);
    const UUID = account.map({ batchSize: 1 });
    for (const data of ["a", "b", "c"]) account.stream.put(data);
    account.run(5_000);
    account.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: false });
    account.run(minute);
    expect(account.batches()).toEqual([["a"]]);
    account.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: true, BatchSize: 10 });
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["a"], ["b", "c"]]);
  });

  it("has never two batches of a shard under way, also when it is changed meanwhile", () => {
    const account = streamAccount("kinesis", slow);
    const UUID = account.map({ batchSize: 1 });
    for (const data of ["a", "b"]) account.stream.put(data);
    account.run(5_000);
    account.call("lambda", "UpdateEventSourceMapping", { UUID, ParallelizationFactor: 2 });
    account.run(3_000);
    expect(account.batches()).toEqual([["a"]]);
    account.runUntilQuiet();
    expect(account.batches()).toEqual([["a"], ["b"]]);
  });

  it("ends when it is deleted", () => {
    const account = streamAccount("kinesis", failing);
    const UUID = account.map();
    account.stream.put("bad");
    account.run(5_000);
    account.call("lambda", "DeleteEventSourceMapping", { UUID });
    account.stream.put("b");
    account.runUntilQuiet();
    expect(account.batches().flat()).not.toContain("b");
  });

  it("says how old the last record of a batch was", () => {
    const account = streamAccount("dynamodb", fine);
    account.stream.put("a", { at: account.clock.now - minute });
    account.map();
    account.runUntilQuiet();
    expect(account.metric("IteratorAge", "f")).toBeGreaterThanOrEqual(minute);
    expect(account.metric("IteratorAge", "f")).toBeLessThan(minute + 300);
  });

  it.each([
    ["kinesis", "kinesis:ListShards", "GetRecords, GetShardIterator, DescribeStream, ListShards, and ListStreams"],
    ["dynamodb", "dynamodb:ListStreams", "GetRecords, GetShardIterator, DescribeStream, and ListStreams"],
  ] as const)("reads %s with the rights of the function's role, and says what is missing", (kind, action, actions) => {
    const account = streamAccount(kind, fine, { iam: forbidding(action) });
    account.map();
    account.stream.put("a");
    account.runUntilQuiet();
    expect(account.batches()).toEqual([]);
    expect(account.log("lambda.EventSourceProblem")).toMatchObject([
      { function: "f", error: "InvalidParameterValueException" },
    ]);
    account.define("g", fine);
    const input = { EventSourceArn: account.stream.arn, FunctionName: "g", StartingPosition: "LATEST" };
    expect(() => account.call("lambda", "CreateEventSourceMapping", input)).toThrow(
      `Cannot access stream ${account.stream.arn}. Please ensure the role can perform the ${actions} Actions on your stream in IAM.`,
    );
  });
});

describe("The settings of a stream mapping", () => {
  it("are shown as AWS shows them", () => {
    const account = streamAccount("kinesis", fine);
    const EventSourceArn = account.stream.arn;
    const input = { EventSourceArn, FunctionName: "f", StartingPosition: "TRIM_HORIZON", MaximumRetryAttempts: 1 };
    const created = account.call("lambda", "CreateEventSourceMapping", input);
    expect(created).toEqual({
      UUID: expect.any(String),
      BatchSize: 100,
      BisectBatchOnFunctionError: false,
      DestinationConfig: { OnFailure: {} },
      EventSourceArn,
      EventSourceMappingArn: arnOf("lambda", `event-source-mapping:${created.UUID}`),
      FunctionArn: arnOf("lambda", "function:f"),
      FunctionResponseTypes: [],
      LastModified: expect.any(Number),
      LastProcessingResult: "No records processed",
      MaximumBatchingWindowInSeconds: 0,
      MaximumRecordAgeInSeconds: -1,
      MaximumRetryAttempts: 1,
      ParallelizationFactor: 1,
      StartingPosition: "TRIM_HORIZON",
      State: "Creating",
      StateTransitionReason: "User action",
      TumblingWindowInSeconds: 0,
    });
    const changes = {
      UUID: String(created.UUID),
      BisectBatchOnFunctionError: true,
      DestinationConfig: { OnFailure: { Destination: arnOf("sqs", "q") } },
    };
    expect(account.call("lambda", "UpdateEventSourceMapping", changes)).toMatchObject({
      ...changes,
      MaximumRetryAttempts: 1,
      State: "Updating",
    });
  });

  it.each([
    [{ startingPosition: undefined }, "[StartingPosition] must be LATEST, TRIM_HORIZON or AT_TIMESTAMP for a stream"],
    [{ batchSize: 10_001 }, "[BatchSize] must be a whole number from 1 to 10000, got 10001"],
    [{ parallelizationFactor: 11 }, "[ParallelizationFactor] must be a whole number from 1 to 10, got 11"],
    [{ maximumRetryAttempts: 10_001 }, "[MaximumRetryAttempts] must be a whole number from -1 to 10000, got 10001"],
    [{ maximumRecordAgeInSeconds: 59 }, "[MaximumRecordAgeInSeconds] must be -1 or a whole number from 60 to 604800"],
    [{ tumblingWindowInSeconds: 5 }, "[TumblingWindowInSeconds] must be 0 in the simulator, which has no tumbling"],
    [{ scalingConfig: { maximumConcurrency: 2 } }, "[ScalingConfig] is not supported for a stream as event source"],
    [{ eventSourceArn: `${tableStreamArn}0` }, `Stream not found: ${tableStreamArn}0`],
    [
      { destinationConfig: { onFailure: { destinationArn: arnOf("sqs", "q.fifo") } } },
      `[DestinationConfig.OnFailure.Destination] must be the ARN of a standard SQS queue, a standard SNS topic or an S3 bucket, got ${arnOf("sqs", "q.fifo")}`,
    ],
    [
      { startingPosition: "AT_TIMESTAMP", startingPositionTimestamp: "2026-01-01T00:00:00Z" },
      `Unsupported starting position for arn type: ${tableStreamArn}`,
    ],
    [{ filterCriteria: { filters: [{ pattern: "{" }] } }, "Invalid filter pattern definition."],
  ])("are refused: %j", (inputs, message) => {
    const account = streamAccount("dynamodb", fine);
    expect(() => account.map(inputs as Parameters<typeof account.map>[0])).toThrow(message);
  });

  it("of streams are refused for queues", () => {
    const account = streamAccount("dynamodb", fine);
    const eventSourceArn = account.queue("q");
    expect(() => account.map({ eventSourceArn })).toThrow(
      "[StartingPosition] is not supported for an SQS queue as event source",
    );
  });
});
