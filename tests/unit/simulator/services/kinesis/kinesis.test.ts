// Kinesis data streams: where records go, how they are read, and what a shard takes.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { KinesisService } from "../../../../../simulator/services/kinesis/kinesisService";
import { testWorld } from "../../../../support/simulatorWorld";

const hour = 3600 * 1000;
const day = 24 * hour;
const base64 = (text: string) => Buffer.from(text).toString("base64");

interface Read {
  readonly Records: readonly JsonObject[];
  readonly NextShardIterator?: string;
  readonly MillisBehindLatest: number;
  readonly ChildShards?: readonly JsonObject[];
}

function clicks(inputs: JsonObject = { shardCount: 2 }) {
  const world = testWorld();
  const service = new KinesisService(world);
  world.gateway.add(service);
  const created = service.resourceTypes["aws:kinesis/stream:Stream"]?.create({ name: "clicks", ...inputs }, "clicks");
  const StreamARN = String(created?.state.arn);
  const call = <Output = JsonObject>(action: string, input: JsonObject = {}) =>
    world.call<Output>("kinesis", action, { StreamARN, ...input });
  const put = (data: string, PartitionKey: string, more: JsonObject = {}) =>
    call<{ ShardId: string; SequenceNumber: string }>("PutRecord", { Data: base64(data), PartitionKey, ...more });
  const iterator = (ShardId: string, ShardIteratorType: string, more: JsonObject = {}) =>
    String(call("GetShardIterator", { ShardId, ShardIteratorType, ...more }).ShardIterator);
  const read = (ShardIterator: string, more: JsonObject = {}) => {
    // A shard is read five times a second.
    world.run(1000);
    return world.call<Read>("kinesis", "GetRecords", { ShardIterator, ...more });
  };
  const texts = ({ Records }: Read) => Records.map(({ Data }) => Buffer.from(String(Data), "base64").toString());
  return { world, service, created, StreamARN, call, put, iterator, read, texts };
}

const [shard0, shard1] = ["shardId-000000000000", "shardId-000000000001"];

describe("a data stream", () => {
  it("is created as the provider does, with even ranges of hash keys", () => {
    const { created, call, StreamARN } = clicks();
    expect(created).toMatchObject({ id: StreamARN, state: { name: "clicks", arn: StreamARN, retentionPeriod: 24 } });
    expect(StreamARN).toBe("arn:aws:kinesis:eu-west-1:123456789012:stream/clicks");
    const { StreamDescription } = call<{ StreamDescription: { Shards: JsonObject[] } }>("DescribeStream");
    expect(StreamDescription).toMatchObject({ StreamStatus: "ACTIVE", RetentionPeriodHours: 24, HasMoreShards: false });
    expect(StreamDescription.Shards.map(({ ShardId, HashKeyRange }) => [ShardId, HashKeyRange])).toEqual([
      [shard0, { StartingHashKey: "0", EndingHashKey: "170141183460469231731687303715884105727" }],
      [
        shard1,
        {
          StartingHashKey: "170141183460469231731687303715884105728",
          EndingHashKey: "340282366920938463463374607431768211455",
        },
      ],
    ]);
    expect(call("DescribeStreamSummary").StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 2,
      StreamModeDetails: { StreamMode: "PROVISIONED" },
      MaxRecordSizeInKiB: 1024,
    });
    expect(call("ListStreams")).toMatchObject({ StreamNames: ["clicks"], HasMoreStreams: false });
  });

  it("has four shards on demand, and whatever key it is given", () => {
    const key = { encryptionType: "KMS", kmsKeyId: "alias/aws/kinesis" };
    const { call, put } = clicks({ streamModeDetails: { streamMode: "ON_DEMAND" }, ...key });
    expect(call("DescribeStreamSummary").StreamDescriptionSummary).toMatchObject({
      OpenShardCount: 4,
      EncryptionType: "KMS",
      KeyId: "alias/aws/kinesis",
    });
    expect(put("x", "a")).toMatchObject({ EncryptionType: "KMS" });
  });

  it("puts a record where the MD5 of its partition key belongs", () => {
    const { put } = clicks();
    // md5("a") begins with 0c, md5("b") with 92.
    expect(put("x", "a").ShardId).toBe(shard0);
    expect(put("x", "b").ShardId).toBe(shard1);
    expect(put("x", "b", { ExplicitHashKey: "0" }).ShardId).toBe(shard0);
  });

  it("gives records back in order, from any place", () => {
    const { world, put, iterator, read, texts } = clicks({ shardCount: 1 });
    const { SequenceNumber } = put("one", "a");
    world.run(5000);
    const Timestamp = world.clock.now / 1000;
    put("two", "b");
    put("three", "a");
    expect(texts(read(iterator(shard0, "TRIM_HORIZON")))).toEqual(["one", "two", "three"]);
    const StartingSequenceNumber = SequenceNumber;
    expect(texts(read(iterator(shard0, "AT_SEQUENCE_NUMBER", { StartingSequenceNumber })))).toEqual([
      "one",
      "two",
      "three",
    ]);
    expect(texts(read(iterator(shard0, "AFTER_SEQUENCE_NUMBER", { StartingSequenceNumber })))).toEqual([
      "two",
      "three",
    ]);
    expect(texts(read(iterator(shard0, "AT_TIMESTAMP", { Timestamp })))).toEqual(["two", "three"]);
    const latest = iterator(shard0, "LATEST");
    put("four", "a");
    expect(texts(read(latest))).toEqual(["four"]);
    const first = read(iterator(shard0, "TRIM_HORIZON"), { Limit: 3 });
    expect(texts(first)).toEqual(["one", "two", "three"]);
    expect(first.MillisBehindLatest).toBeGreaterThan(0);
    const second = read(String(first.NextShardIterator));
    expect(texts(second)).toEqual(["four"]);
    expect(second.MillisBehindLatest).toBe(0);
    expect(second.Records[0]).toEqual({
      SequenceNumber: expect.stringMatching(/^\d{56}$/),
      ApproximateArrivalTimestamp: expect.any(Number),
      Data: base64("four"),
      PartitionKey: "a",
    });
  });

  it("has the recorded shape in Lambda's event", () => {
    const { world, service, put, StreamARN } = clicks({ shardCount: 1 });
    const { SequenceNumber } = put("hello", "test");
    const [record] = service.streams.stream(StreamARN)?.read(shard0, undefined, 10) ?? [];
    expect(record).toMatchObject({ sequenceNumber: SequenceNumber, bytes: 9 });
    expect(record?.event).toEqual({
      kinesis: {
        kinesisSchemaVersion: "1.0",
        partitionKey: "test",
        sequenceNumber: SequenceNumber,
        data: "aGVsbG8=",
        approximateArrivalTimestamp: expect.any(Number),
      },
      eventSource: "aws:kinesis",
      eventVersion: "1.0",
      eventID: `${shard0}:${SequenceNumber}`,
      eventName: "aws:kinesis:record",
      awsRegion: "eu-west-1",
      eventSourceARN: StreamARN,
    });
    expect(record?.arrivedAt).toBeLessThanOrEqual(world.clock.now);
  });

  it("keeps records for its retention, and nothing runs for it", () => {
    const { world, put, iterator, read, texts, call } = clicks({ shardCount: 1, retentionPeriod: 48 });
    put("one", "a");
    expect(world.run(47 * hour)).toBe(0);
    put("two", "a");
    expect(texts(read(iterator(shard0, "TRIM_HORIZON")))).toEqual(["one", "two"]);
    world.run(hour);
    expect(texts(read(iterator(shard0, "TRIM_HORIZON")))).toEqual(["two"]);
    call("IncreaseStreamRetentionPeriod", { RetentionPeriodHours: 8760 });
    expect(world.run(14 * day)).toBe(0);
    expect(texts(read(iterator(shard0, "TRIM_HORIZON")))).toEqual(["two"]);
    call("DecreaseStreamRetentionPeriod", { RetentionPeriodHours: 24 });
    expect(texts(read(iterator(shard0, "TRIM_HORIZON")))).toEqual([]);
    expect(() => call("IncreaseStreamRetentionPeriod", { RetentionPeriodHours: 9000 })).toThrow("out of range");
    expect(() => call("DecreaseStreamRetentionPeriod", { RetentionPeriodHours: 25 })).toThrow(
      "can not be longer than existing retention period (24 hours)",
    );
  });

  it("splits a shard; readers come from its end to its children", () => {
    const { service, call, put, iterator, read, texts, StreamARN } = clicks({ shardCount: 1 });
    const told: string[] = [];
    put("one", "a");
    service.streams.onRecords(StreamARN, (shardId) => told.push(shardId));
    const NewStartingHashKey = String(1n << 127n);
    call("SplitShard", { ShardToSplit: shard0, NewStartingHashKey });
    expect(put("two", "a").ShardId).toBe(shard1);
    expect(put("three", "b").ShardId).toBe("shardId-000000000002");
    const end = read(iterator(shard0, "TRIM_HORIZON"));
    expect(texts(end)).toEqual(["one"]);
    expect(end).not.toHaveProperty("NextShardIterator");
    expect(end.ChildShards).toMatchObject([{ ShardId: shard1, ParentShards: [shard0] }, { ParentShards: [shard0] }]);
    expect(told).toEqual([shard0, shard1, "shardId-000000000002", shard1, "shardId-000000000002"]);
    const list = (ShardFilter: JsonObject) =>
      call<{ Shards: JsonObject[] }>("ListShards", { ShardFilter }).Shards.map(({ ShardId }) => ShardId);
    expect(list({ Type: "AT_LATEST" })).toEqual([shard1, "shardId-000000000002"]);
    expect(list({ Type: "AT_TRIM_HORIZON" })).toEqual([shard0]);
    expect(list({ Type: "AFTER_SHARD_ID", ShardId: shard1 })).toEqual(["shardId-000000000002"]);
    expect(service.streams.stream(StreamARN)?.shards()).toEqual([
      { id: shard0, closed: true },
      { id: shard1, closed: false, parent: shard0 },
      { id: "shardId-000000000002", closed: false, parent: shard0 },
    ]);
    expect(() => call("SplitShard", { ShardToSplit: shard0, NewStartingHashKey })).toThrow("is not open");
    expect(() => call("SplitShard", { ShardToSplit: shard1, NewStartingHashKey: "0" })).toThrow("NewStartingHashKey 0");
  });

  it("lists shards in pages", () => {
    const { world, call } = clicks({ shardCount: 3 });
    const first = call<{ Shards: JsonObject[]; NextToken: string }>("ListShards", { MaxResults: 2 });
    expect(first.Shards.map(({ ShardId }) => ShardId)).toEqual([shard0, shard1]);
    const second = world.call("kinesis", "ListShards", { NextToken: first.NextToken });
    expect(second.Shards).toMatchObject([{ ShardId: "shardId-000000000002" }]);
    expect(second).not.toHaveProperty("NextToken");
  });
});

describe("throughput", () => {
  const records = (count: number, key = "a") =>
    Array.from({ length: count }, (_, index) => ({ Data: base64(String(index)), PartitionKey: key }));
  const exceeded = {
    ErrorCode: "ProvisionedThroughputExceededException",
    ErrorMessage: `Rate exceeded for shard ${shard0} in stream clicks under account 123456789012.`,
  };

  it("is a thousand records a second for each shard: some of a call fail, others do not", () => {
    const { world, call } = clicks();
    const before = Math.ceil(world.clock.now / 1000) * 1000;
    world.run(before + 1000 - world.clock.now);
    const put = (Records: readonly JsonObject[]) =>
      call<{ FailedRecordCount: number; Records: JsonObject[] }>("PutRecords", { Records });
    expect(put(records(500)).FailedRecordCount).toBe(0);
    expect(put(records(400)).FailedRecordCount).toBe(0);
    const mixed = put([...records(101), ...records(2, "b")]);
    expect(mixed.FailedRecordCount).toBe(1);
    expect(mixed.Records[100]).toEqual(exceeded);
    expect(mixed.Records[101]).toMatchObject({ ShardId: shard1 });
    expect(() => call("PutRecord", records(1)[0] as JsonObject)).toThrow(exceeded.ErrorMessage);
    world.run(1000);
    expect(put(records(1)).FailedRecordCount).toBe(0);
    const sum = (name: string) =>
      world.collected.data.filter((datum) => datum.name === name).flatMap(({ values }) => values).length;
    expect([sum("IncomingRecords"), sum("WriteProvisionedThroughputExceeded")]).toEqual([1003, 2]);
  });

  it("is a megabyte a second, and one record at least", () => {
    const { world, put, call } = clicks({ shardCount: 1, maxRecordSizeInKib: 10_240 });
    world.run(1000 - (world.clock.now % 1000));
    put("x".repeat(600 * 1024), "a");
    expect(() => put("x".repeat(600 * 1024), "a")).toThrow(exceeded.ErrorMessage);
    world.run(1000);
    put("x".repeat(5 * 1024 * 1024), "a");
    expect(() => put("x", "a")).toThrow(exceeded.ErrorMessage);
    expect(call("DescribeStreamSummary").StreamDescriptionSummary).toMatchObject({ MaxRecordSizeInKiB: 10_240 });
  });

  it("is one reason for records that fail, AWS's own failure another", () => {
    const { world, call } = clicks();
    world.faults.intoDeliveries({ when: ({ kind }) => kind === "kinesis.putRecords", arrivals: [], skip: 1 });
    expect(call("PutRecords", { Records: records(3) })).toMatchObject({
      FailedRecordCount: 1,
      Records: [{}, { ErrorCode: "InternalFailure", ErrorMessage: "Internal service failure." }, { ShardId: shard0 }],
    });
  });

  it("is not limited on demand", () => {
    const { call } = clicks({ streamModeDetails: { streamMode: "ON_DEMAND" } });
    const put = () => call("PutRecords", { Records: records(500) }).FailedRecordCount;
    expect([put(), put(), put()]).toEqual([0, 0, 0]);
  });

  it("is five reads a second, and a pause after a large one", () => {
    const { world, call, put, iterator, texts } = clicks({ shardCount: 1 });
    const ShardIterator = iterator(shard0, "TRIM_HORIZON");
    world.run(1000 - (world.clock.now % 1000));
    const read = () => world.call<Read>("kinesis", "GetRecords", { ShardIterator });
    for (let count = 0; count < 5; count += 1) read();
    expect(read).toThrow(exceeded.ErrorMessage);
    for (let count = 0; count < 11; count += 1) {
      world.run(1000);
      put("x".repeat(1000 * 1024), "a");
    }
    world.run(1000);
    const page = read();
    expect(texts(page)).toHaveLength(10);
    world.run(4000);
    expect(read).toThrow(exceeded.ErrorMessage);
    world.run(1000);
    expect(texts(read())).toHaveLength(10);
    expect(call("ListShards").Shards).toHaveLength(1);
  });
});

describe("refusals", () => {
  it("name what is wrong in AWS's words", () => {
    const { world, call, put, iterator, read } = clicks();
    expect(() => put("x".repeat(1024 * 1024), "a")).toThrow(
      "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    );
    expect(() => put("x", "")).toThrow("'partitionKey'");
    expect(() => put("x", "a", { ExplicitHashKey: "-1" })).toThrow("Invalid ExplicitHashKey");
    expect(() => call("PutRecords", { Records: [] })).toThrow("Member must have length greater than or equal to 1");
    expect(() => world.call("kinesis", "DescribeStream", { StreamName: "none" })).toThrow(
      "Stream none under account 123456789012 not found.",
    );
    expect(() => world.call("kinesis", "DescribeStream", {})).toThrow("Either StreamName or StreamARN");
    expect(() => iterator("shardId-9", "LATEST")).toThrow(
      "Could not find shard shardId-9 in stream clicks under account 123456789012.",
    );
    expect(() => iterator(shard0, "NEWEST")).toThrow("satisfy enum value set");
    expect(() => iterator(shard0, "AT_SEQUENCE_NUMBER", { StartingSequenceNumber: "1" })).toThrow("is invalid");
    const old = iterator(shard0, "LATEST");
    world.run(5 * 60 * 1000);
    expect(() => read(old)).toThrow(
      /^Iterator expired\. The iterator was created at time .* tolerated delay of 300000/,
    );
    expect(() => read("nonsense")).toThrow("Invalid ShardIterator.");
  });

  it("name what the simulator lacks", () => {
    const { call } = clicks();
    expect(() => call("MergeShards")).toThrow("the simulator does not have kinesis:MergeShards");
    expect(() => clicks({ shardCount: 1, shardLevelMetrics: ["IncomingBytes"] })).toThrow("[shardLevelMetrics]");
    expect(() => clicks({ shardCount: 0 })).toThrow("'shardCount'");
    expect(() => clicks({})).toThrow("Value null at 'shardCount'");
    expect(() => clicks({ shardCount: 1, retentionPeriod: 12 })).toThrow("out of range");
    expect(() => clicks({ shardCount: 1, encryptionType: "AES" })).toThrow('must be NONE or KMS, got "AES"');
    expect(() => call("CreateStream", { StreamName: "clicks", ShardCount: 1 })).toThrow("already exists");
    expect(() => call("CreateStream", { StreamName: "b", ShardCount: 1, WarmThroughputMiBps: 5 })).toThrow(
      "the simulator's Kinesis does not have [WarmThroughputMiBps] 5; it has streams without warm throughput",
    );
  });
});
