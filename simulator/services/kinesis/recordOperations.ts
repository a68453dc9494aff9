// PutRecord, PutRecords, GetShardIterator, GetRecords. (API Reference: those actions.)
import type { JsonObject } from "../../json";
import { AwsError, type Operation, operation } from "../../service";
import { decodeIterator, encodeIterator } from "../../shards/shardIterator";
import type { Shard } from "../../shards/shardSet";
import type { World } from "../../world";
import { constraint, invalidArgument, required, throughputExceeded, tooLong } from "./errors";
import { hashKeyOf, parseHashKey } from "./hashKeys";
import { shownShard } from "./shown";
import type { KinesisRecord, KinesisStream } from "./stream";
import type { StreamRequest, Streams } from "./streams";

interface RecordInput {
  /** base64 */
  readonly Data?: string;
  readonly PartitionKey?: string;
  readonly ExplicitHashKey?: string;
}

type PutRecordInput = StreamRequest & RecordInput;

interface PutRecordsInput extends StreamRequest {
  readonly Records?: readonly RecordInput[];
}

interface ShardIteratorInput extends StreamRequest {
  readonly ShardId?: string;
  readonly ShardIteratorType?: string;
  readonly StartingSequenceNumber?: string;
  /** Seconds since the epoch. */
  readonly Timestamp?: number;
}

interface GetRecordsInput {
  readonly ShardIterator?: string;
  readonly StreamARN?: string;
  readonly Limit?: number;
}

const mostPutRecords = 500;
const mostPutBytes = 10 * 1024 * 1024;
const mostGetRecords = 10_000;
const mostGetBytes = 10 * 1024 * 1024;
const iteratorLife = 5 * 60 * 1000;

interface CheckedRecord {
  readonly data: string;
  readonly partitionKey: string;
  readonly hashKey: bigint;
  readonly bytes: number;
}

/** Throws AwsError ValidationException, InvalidArgumentException. */
function checkedRecord(stream: KinesisStream, input: RecordInput, member: string): CheckedRecord {
  const data = required(input.Data, `${member}data`);
  const partitionKey = required(input.PartitionKey, `${member}partitionKey`);
  if (partitionKey.length < 1 || partitionKey.length > 256) {
    throw constraint(`${member}partitionKey`, partitionKey, "have length between 1 and 256");
  }
  const bytes = Buffer.byteLength(data, "base64") + Buffer.byteLength(partitionKey);
  const { maximumRecordBytes: most } = stream.settings;
  if (bytes > most) throw tooLong(`${member}data`, most);
  const { ExplicitHashKey: explicit } = input;
  const hashKey = explicit === undefined ? hashKeyOf(partitionKey) : parseHashKey(explicit, "ExplicitHashKey");
  return { data, partitionKey, hashKey, bytes };
}

function encryption({ settings }: KinesisStream): JsonObject {
  return settings.encryption === undefined ? {} : { EncryptionType: settings.encryption.type };
}

/** https://docs.aws.amazon.com/streams/latest/dev/monitoring-with-cloudwatch.html */
function count(world: World, stream: KinesisStream, name: string, values: readonly number[], unit = "Count"): void {
  if (values.length === 0) return;
  const dimensions = { StreamName: stream.settings.name };
  world.metrics.put({ namespace: "AWS/Kinesis", name, dimensions, values, unit });
}

function put(world: World, stream: KinesisStream, records: readonly CheckedRecord[]): (JsonObject | AwsError)[] {
  const results = records.map(({ hashKey, partitionKey, data }) => {
    try {
      const { shardId, sequenceNumber } = stream.put(hashKey, partitionKey, data);
      return { ShardId: shardId, SequenceNumber: sequenceNumber };
    } catch (error) {
      if (error instanceof AwsError) return error;
      throw error;
    }
  });
  const taken = records.filter((_record, index) => !(results[index] instanceof AwsError));
  const one = (bytes: readonly unknown[]) => bytes.map(() => 1);
  count(world, stream, "IncomingRecords", one(taken));
  count(
    world,
    stream,
    "IncomingBytes",
    taken.map(({ bytes }) => bytes),
    "Bytes",
  );
  count(
    world,
    stream,
    "WriteProvisionedThroughputExceeded",
    one(results.filter((result) => result instanceof AwsError)),
  );
  return results;
}

function putRecord(world: World, stream: KinesisStream, input: PutRecordInput): JsonObject {
  const [result] = put(world, stream, [checkedRecord(stream, input, "")]);
  if (result instanceof AwsError) throw result;
  return { ...result, ...encryption(stream) };
}

function putRecords(world: World, stream: KinesisStream, input: PutRecordsInput): JsonObject {
  const given = required(input.Records, "records");
  if (given.length < 1 || given.length > mostPutRecords) {
    const rule = given.length < 1 ? "greater than or equal to 1" : `less than or equal to ${mostPutRecords}`;
    throw constraint("records", `[${given.length} records]`, `have length ${rule}`);
  }
  const records = given.map((record, index) => checkedRecord(stream, record, `records.${index + 1}.member.`));
  if (records.reduce((sum, { bytes }) => sum + bytes, 0) > mostPutBytes) {
    throw invalidArgument(`Records size exceeds ${mostPutBytes / 1024 / 1024} MB limit`);
  }
  const results = put(world, stream, records);
  return {
    FailedRecordCount: results.filter((result) => result instanceof AwsError).length,
    Records: results.map((result) =>
      result instanceof AwsError ? { ErrorCode: result.code, ErrorMessage: result.message } : result,
    ),
    ...encryption(stream),
  };
}

/** The sequence number that an iterator begins after. Throws AwsError. */
function startOf(shard: Shard<KinesisRecord>, input: ShardIteratorInput): string | undefined {
  const { ShardIteratorType: type, StartingSequenceNumber: given, Timestamp: time } = input;
  const { log } = shard;
  switch (type) {
    case "TRIM_HORIZON":
      return undefined;
    case "LATEST":
      return log.lastSequence;
    case "AT_TIMESTAMP":
      if (time === undefined)
        throw invalidArgument("Must specify timestamp parameter for iterator of type AT_TIMESTAMP.");
      return log.before(time * 1000);
    case "AT_SEQUENCE_NUMBER":
    case "AFTER_SEQUENCE_NUMBER": {
      if (given === undefined)
        throw invalidArgument(`Must specify startingSequenceNumber for iterator of type ${type}.`);
      if (given.length !== log.start.length || !/^\d+$/.test(given) || given < log.start) {
        throw invalidArgument(
          `StartingSequenceNumber ${given} used in GetShardIterator on shard ${shard.id} is invalid.`,
        );
      }
      return type === "AFTER_SEQUENCE_NUMBER" ? given : String(BigInt(given) - 1n);
    }
    default: {
      const all = "[AFTER_SEQUENCE_NUMBER, LATEST, AT_TIMESTAMP, AT_SEQUENCE_NUMBER, TRIM_HORIZON]";
      throw constraint("shardIteratorType", type, `satisfy enum value set: ${all}`);
    }
  }
}

/** Records from there on, as many as one answer carries. */
function page(shard: Shard<KinesisRecord>, after: string | undefined, limit: number) {
  const records: KinesisRecord[] = [];
  let bytes = 0;
  for (const record of shard.log.read(after, limit)) {
    if (records.length > 0 && bytes + record.bytes > mostGetBytes) break;
    bytes += record.bytes;
    records.push(record);
  }
  return { records, bytes };
}

function getRecords(world: World, streams: Streams, input: GetRecordsInput): JsonObject {
  const { Limit: limit = mostGetRecords } = input;
  if (limit < 1 || limit > mostGetRecords) {
    throw constraint("limit", String(limit), `have value between 1 and ${mostGetRecords}`);
  }
  const iterator = decodeIterator(required(input.ShardIterator, "shardIterator"));
  if (iterator === undefined) throw invalidArgument("Invalid ShardIterator.");
  const stream = streams.get({ StreamARN: iterator.streamArn });
  const { now } = world.clock;
  if (now > iterator.madeAt + iteratorLife) {
    const [made, present] = [iterator.madeAt, now].map((time) => new Date(time).toUTCString());
    throw new AwsError(
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${made} while right now it is ${present} which is further in the future than the tolerated delay of ${iteratorLife} milliseconds.`,
    );
  }
  const shard = stream.shard(iterator.shardId);
  const throughput = stream.throughput(shard.id);
  if (!throughput.read()) throw throughputExceeded(shard.id, stream.settings.name, world.accountId);
  const { records, bytes } = page(shard, iterator.after, limit);
  throughput.gave(bytes);
  const after = records.at(-1)?.sequenceNumber ?? iterator.after;
  const [next] = shard.log.read(after, 1);
  const children = stream.shards.all.filter(({ parent }) => parent === shard.id);
  const onward =
    shard.closed !== undefined && next === undefined
      ? { ChildShards: children.map((child) => ({ ...shownShard(stream, child), ParentShards: [shard.id] })) }
      : { NextShardIterator: encodeIterator({ ...iterator, after, madeAt: now }) };
  return {
    Records: records.map((record) => ({
      SequenceNumber: record.sequenceNumber,
      ApproximateArrivalTimestamp: record.arrivedAt / 1000,
      Data: record.data,
      PartitionKey: record.partitionKey,
      ...encryption(stream),
    })),
    MillisBehindLatest: next === undefined ? 0 : now - next.arrivedAt,
    ...onward,
  };
}

export function recordOperations(world: World, streams: Streams): Record<string, Operation> {
  const needs = (action: string, resource: string) => [{ action: `kinesis:${action}`, resource }];
  return {
    PutRecord: operation<PutRecordInput>({
      authorize: (input) => needs("PutRecord", streams.arnOf(input)),
      handle: (input) => putRecord(world, streams.get(input), input),
    }),
    PutRecords: operation<PutRecordsInput>({
      authorize: (input) => needs("PutRecords", streams.arnOf(input)),
      handle: (input) => putRecords(world, streams.get(input), input),
    }),
    GetShardIterator: operation<ShardIteratorInput>({
      authorize: (input) => needs("GetShardIterator", streams.arnOf(input)),
      handle: (input) => {
        const stream = streams.get(input);
        const shard = stream.shard(required(input.ShardId, "shardId"));
        const place = { streamArn: stream.arn, shardId: shard.id, after: startOf(shard, input) };
        return { ShardIterator: encodeIterator({ ...place, madeAt: world.clock.now }) };
      },
    }),
    GetRecords: operation<GetRecordsInput>({
      authorize: ({ ShardIterator, StreamARN }) =>
        needs("GetRecords", StreamARN ?? decodeIterator(ShardIterator)?.streamArn ?? "*"),
      handle: (input) => getRecords(world, streams, input),
    }),
  };
}
