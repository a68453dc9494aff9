// The API of DynamoDB Streams. https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Operations_Amazon_DynamoDB_Streams.html
import type { JsonObject } from "../../../json";
import { type Authorization, AwsError, type Operation, operation } from "../../../service";
import { decodeIterator, encodeIterator } from "../../../shards/shardIterator";
import type { Shard } from "../../../shards/shardSet";
import type { World } from "../../../world";
import { constraint, resourceNotFound, unsupported, validation } from "../errors";
import { required } from "../requests";
import { shownSchema, type Tables } from "../tables";
import type { ChangeRecord } from "./streamRecord";
import type { TableStream } from "./tableStream";

interface ListStreamsInput {
  readonly TableName?: string;
  readonly Limit?: number;
  readonly ExclusiveStartStreamArn?: string;
}

interface DescribeStreamInput {
  readonly StreamArn?: string;
  readonly Limit?: number;
  readonly ExclusiveStartShardId?: string;
  readonly ShardFilter?: { readonly Type?: string; readonly ShardId?: string };
}

interface ShardIteratorInput {
  readonly StreamArn?: string;
  readonly ShardId?: string;
  readonly ShardIteratorType?: string;
  readonly SequenceNumber?: string;
}

interface GetRecordsInput {
  readonly ShardIterator?: string;
  readonly Limit?: number;
}

const pageSize = 100;
/** "up to 1 MB of data or 1000 records, whichever comes first" */
const mostRecords = 1_000;
const mostBytes = 1024 * 1024;
const iteratorLife = 15 * 60 * 1000;

function page<Entry>(entries: readonly Entry[], isStart: (entry: Entry) => boolean, limit = pageSize) {
  if (limit < 1 || limit > pageSize) throw constraint("limit", String(limit), `have value between 1 and ${pageSize}`);
  const from = entries.findIndex(isStart) + 1;
  const shown = entries.slice(from, from + limit);
  return { shown, more: from + shown.length < entries.length };
}

function shownShard({ id, parent, log, closed }: Shard<ChangeRecord>): JsonObject {
  const range = { StartingSequenceNumber: log.start };
  return {
    ShardId: id,
    SequenceNumberRange: closed === undefined ? range : { ...range, EndingSequenceNumber: closed.endingSequence },
    ...(parent === undefined ? {} : { ParentShardId: parent }),
  };
}

function describeStream(stream: TableStream, input: DescribeStreamInput): JsonObject {
  const { ShardFilter: filter } = input;
  if (filter !== undefined && filter.Type !== "CHILD_SHARDS") {
    throw unsupported("ShardFilter.Type", filter.Type, "CHILD_SHARDS");
  }
  const all = stream.shards.all.filter(({ parent }) => filter === undefined || parent === filter.ShardId);
  const { shown, more } = page(all, ({ id }) => id === input.ExclusiveStartShardId, input.Limit);
  const StreamDescription = {
    StreamArn: stream.arn,
    StreamLabel: stream.label,
    StreamStatus: stream.enabled ? "ENABLED" : "DISABLED",
    StreamViewType: stream.viewType,
    CreationRequestDateTime: stream.createdAt / 1000,
    TableName: stream.table.description.name,
    KeySchema: shownSchema(stream.table.description.keys),
    Shards: shown.map(shownShard),
    ...(more ? { LastEvaluatedShardId: shown.at(-1)?.id } : {}),
  };
  return { StreamDescription };
}

function trimmed(): AwsError {
  return new AwsError(
    "TrimmedDataAccessException",
    "The operation attempted to read past the oldest stream record in a shard.",
  );
}

/** The sequence number that an iterator begins after. Throws AwsError. */
function startOf(shard: Shard<ChangeRecord>, { ShardIteratorType: type, SequenceNumber: given }: ShardIteratorInput) {
  const { log } = shard;
  if (type === "TRIM_HORIZON") return undefined;
  if (type === "LATEST") return log.lastSequence;
  if (type !== "AT_SEQUENCE_NUMBER" && type !== "AFTER_SEQUENCE_NUMBER") {
    const all = "[AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]";
    throw constraint("shardIteratorType", type, `satisfy enum value set: ${all}`);
  }
  const number = required(given, "sequenceNumber");
  if (number.length !== log.start.length || !/^\d+$/.test(number) || number < log.start) {
    throw validation(`Invalid SequenceNumber: ${number} is not one of shard ${shard.id}`);
  }
  const after = type === "AFTER_SEQUENCE_NUMBER" ? number : String(BigInt(number) - 1n);
  if (log.trimmedThrough !== undefined && after < log.trimmedThrough) throw trimmed();
  return after;
}

function getRecords(world: World, stream: TableStream, input: GetRecordsInput): JsonObject {
  const { Limit: limit = mostRecords } = input;
  if (limit < 1) throw constraint("limit", String(limit), "have value greater than or equal to 1");
  if (limit > mostRecords) {
    throw constraint("limit", String(limit), `have value less than or equal to ${mostRecords}`);
  }
  const iterator = decodeIterator(input.ShardIterator);
  const shard = iterator === undefined ? undefined : stream.shards.find(iterator.shardId);
  if (iterator === undefined || shard === undefined) throw resourceNotFound();
  const { now } = world.clock;
  if (now > iterator.madeAt + iteratorLife) {
    throw new AwsError("ExpiredIteratorException", "The shard iterator has expired and can no longer be used.");
  }
  const { log, closed } = shard;
  if (iterator.after !== undefined && log.trimmedThrough !== undefined && iterator.after < log.trimmedThrough) {
    throw trimmed();
  }
  const records: ChangeRecord[] = [];
  let bytes = 0;
  for (const record of log.read(iterator.after, limit)) {
    bytes += record.bytes;
    if (records.length > 0 && bytes > mostBytes) break;
    records.push(record);
  }
  const after = records.at(-1)?.sequenceNumber ?? iterator.after;
  const over = closed !== undefined && log.read(after, 1).length === 0;
  return {
    Records: records.map(({ shown }) => shown),
    ...(over ? {} : { NextShardIterator: encodeIterator({ ...iterator, after, madeAt: now }) }),
  };
}

export function streamOperations(world: World, tables: Tables): Record<string, Operation> {
  const { streams } = tables;
  const find = (arn: string | undefined): TableStream => {
    const name = required(arn, "streamArn");
    const stream = streams.find(name);
    if (stream !== undefined) return stream;
    throw new AwsError("ResourceNotFoundException", `Requested resource not found: Stream: ${name} not found`);
  };
  const needs = (action: string, resource = "*"): readonly Authorization[] => [
    { action: `dynamodb:${action}`, resource },
  ];
  return {
    ListStreams: operation<ListStreamsInput>({
      authorize: () => needs("ListStreams"),
      handle: ({ TableName, Limit, ExclusiveStartStreamArn }) => {
        const all = streams.all.filter(
          ({ table }) => TableName === undefined || tables.arnOf(TableName) === table.description.arn,
        );
        const { shown, more } = page(all, ({ arn }) => arn === ExclusiveStartStreamArn, Limit);
        return {
          Streams: shown.map(({ arn, table, label }) => ({
            StreamArn: arn,
            TableName: table.description.name,
            StreamLabel: label,
          })),
          ...(more ? { LastEvaluatedStreamArn: shown.at(-1)?.arn } : {}),
        };
      },
    }),
    DescribeStream: operation<DescribeStreamInput>({
      authorize: ({ StreamArn }) => needs("DescribeStream", StreamArn),
      handle: (input) => describeStream(find(input.StreamArn), input),
    }),
    GetShardIterator: operation<ShardIteratorInput>({
      authorize: ({ StreamArn }) => needs("GetShardIterator", StreamArn),
      handle: (input) => {
        const { arn: streamArn, shards } = find(input.StreamArn);
        const shardId = required(input.ShardId, "shardId");
        const shard = shards.find(shardId);
        if (shard === undefined) {
          throw new AwsError("ResourceNotFoundException", `Requested resource not found: Shard does not exist`);
        }
        const after = startOf(shard, input);
        return { ShardIterator: encodeIterator({ streamArn, shardId, after, madeAt: world.clock.now }) };
      },
    }),
    GetRecords: operation<GetRecordsInput>({
      authorize: ({ ShardIterator }) => needs("GetRecords", decodeIterator(ShardIterator)?.streamArn),
      handle: (input) => {
        const iterator = decodeIterator(required(input.ShardIterator, "shardIterator"));
        if (iterator === undefined) throw validation("Invalid ShardIterator");
        return getRecords(world, find(iterator.streamArn), input);
      },
    }),
  };
}
