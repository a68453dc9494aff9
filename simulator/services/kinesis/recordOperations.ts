// PutRecord, PutRecords, GetShardIterator, GetRecords. (API Reference: those actions.)
import type { JsonObject } from "../../json";
import { AwsError, type Operation, operation } from "../../service";
import { decodeIterator, encodeIterator } from "../../shards/shardIterator";
import type { Shard } from "../../shards/shardSet";
import type { World } from "../../world";
import { constraint, invalidArgument, required, throughputExceeded } from "./errors";
import { type PutRecordInput, type PutRecordsInput, putRecord, putRecords } from "./puts";
import { shownEncryption, shownShard } from "./shown";
import type { KinesisRecord } from "./stream";
import type { StreamRequest, Streams } from "./streams";

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

const mostGetRecords = 10_000;
const mostGetBytes = 10 * 1024 * 1024;
const iteratorLife = 5 * 60 * 1000;

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
      ...shownEncryption(stream),
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
