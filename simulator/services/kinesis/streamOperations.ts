// Streams and their shards: created, described, listed, split, kept longer. (API Reference: those actions.)
import type { JsonObject } from "../../json";
import { AwsError, type Operation, operation } from "../../service";
import type { Shard } from "../../shards/shardSet";
import { constraint, invalidArgument, required } from "./errors";
import { parseHashKey } from "./hashKeys";
import { shownShardWithSequence, shownStream } from "./shown";
import type { KinesisRecord, KinesisStream } from "./stream";
import { type CreateStreamInput, checkedRetention, type StreamRequest, type Streams } from "./streams";

interface DescribeStreamInput extends StreamRequest {
  readonly Limit?: number;
  readonly ExclusiveStartShardId?: string;
}

interface ListShardsInput extends StreamRequest {
  readonly NextToken?: string;
  readonly MaxResults?: number;
  readonly ExclusiveStartShardId?: string;
  readonly ShardFilter?: { readonly Type?: string; readonly ShardId?: string; readonly Timestamp?: number };
}

interface ListStreamsInput {
  readonly Limit?: number;
  readonly ExclusiveStartStreamName?: string;
  readonly NextToken?: string;
}

interface RetentionInput extends StreamRequest {
  readonly RetentionPeriodHours?: number;
}

interface SplitShardInput extends StreamRequest {
  readonly ShardToSplit?: string;
  readonly NewStartingHashKey?: string;
}

function page<Entry>(entries: readonly Entry[], isStart: (entry: Entry) => boolean, limit: number | undefined) {
  if (limit !== undefined && (limit < 1 || limit > 10_000)) {
    throw constraint("limit", String(limit), "have value between 1 and 10000");
  }
  const from = entries.findIndex(isStart) + 1;
  const shown = entries.slice(from, from + (limit ?? 100));
  return { shown, more: from + shown.length < entries.length };
}

function describeStream(stream: KinesisStream, input: DescribeStreamInput): JsonObject {
  const { shown, more } = page(stream.shards.all, ({ id }) => id === input.ExclusiveStartShardId, input.Limit);
  const Shards = shown.map((shard) => shownShardWithSequence(stream, shard));
  return { StreamDescription: { ...shownStream(stream), Shards, HasMoreShards: more } };
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html */
function filtered(stream: KinesisStream, filter: NonNullable<ListShardsInput["ShardFilter"]>): Shard<KinesisRecord>[] {
  const all = [...stream.shards.all];
  const moment = () => required(filter.Timestamp, "shardFilter.timestamp") * 1000;
  switch (filter.Type) {
    case "FROM_TRIM_HORIZON":
      return all;
    case "AT_TRIM_HORIZON":
      return all.filter(({ parent }) => all.every(({ id }) => id !== parent));
    case "AT_LATEST":
      return [...stream.shards.open];
    case "AFTER_SHARD_ID":
      return all.filter(({ id }) => id > required(filter.ShardId, "shardFilter.shardId"));
    case "AT_TIMESTAMP": {
      const time = moment();
      return all.filter(({ openedAt, closed }) => openedAt <= time && (closed === undefined || closed.at > time));
    }
    case "FROM_TIMESTAMP": {
      const time = moment();
      return all.filter(({ closed }) => closed === undefined || closed.at >= time);
    }
    default:
      throw constraint(
        "shardFilter.type",
        filter.Type,
        "satisfy enum value set: [AFTER_SHARD_ID, AT_TRIM_HORIZON, FROM_TRIM_HORIZON, AT_LATEST, AT_TIMESTAMP, FROM_TIMESTAMP]",
      );
  }
}

interface ShardsToken {
  readonly name: string;
  readonly after: string;
}

function readToken(token: string): ShardsToken {
  const [name, after] = Buffer.from(token, "base64").toString("utf8").split("\n");
  if (name !== undefined && after !== undefined) return { name, after };
  throw new AwsError("ExpiredNextTokenException", "The pagination token passed to the operation is not valid.");
}

function listShards(streams: Streams, input: ListShardsInput): JsonObject {
  const token = input.NextToken === undefined ? undefined : readToken(input.NextToken);
  if (token !== undefined && (input.StreamName !== undefined || input.ExclusiveStartShardId !== undefined)) {
    throw invalidArgument("NextToken and StreamName cannot be provided together.");
  }
  const stream = streams.get(token === undefined ? input : { StreamName: token.name });
  const all = input.ShardFilter === undefined ? stream.shards.all : filtered(stream, input.ShardFilter);
  const start = token?.after ?? input.ExclusiveStartShardId;
  const { shown, more } = page(all, ({ id }) => id === start, input.MaxResults ?? 1_000);
  const next = Buffer.from(`${stream.settings.name}\n${shown.at(-1)?.id}`).toString("base64");
  return {
    Shards: shown.map((shard) => shownShardWithSequence(stream, shard)),
    ...(more ? { NextToken: next } : {}),
  };
}

function listStreams(streams: Streams, input: ListStreamsInput): JsonObject {
  const start = input.NextToken ?? input.ExclusiveStartStreamName;
  const { shown, more } = page(streams.all, ({ settings }) => settings.name === start, input.Limit);
  return {
    StreamNames: shown.map(({ settings }) => settings.name),
    StreamSummaries: shown.map(({ arn, createdAt, settings }) => ({
      StreamName: settings.name,
      StreamARN: arn,
      StreamStatus: "ACTIVE",
      StreamModeDetails: { StreamMode: settings.mode },
      StreamCreationTimestamp: createdAt / 1000,
    })),
    HasMoreStreams: more,
    ...(more ? { NextToken: shown.at(-1)?.settings.name } : {}),
  };
}

function changeRetention(stream: KinesisStream, input: RetentionInput, direction: "Increase" | "Decrease"): JsonObject {
  const hours = checkedRetention(required(input.RetentionPeriodHours, "retentionPeriodHours"));
  const { retentionHours: now, name } = stream.settings;
  if (direction === "Increase" ? hours < now : hours > now) {
    throw invalidArgument(
      `Requested retention period (${hours} hours) for stream ${name} can not be ${direction === "Increase" ? "shorter" : "longer"} than existing retention period (${now} hours).`,
    );
  }
  stream.settings.retentionHours = hours;
  return {};
}

function splitShard(stream: KinesisStream, input: SplitShardInput): JsonObject {
  const shard = stream.shard(required(input.ShardToSplit, "shardToSplit"));
  const key = parseHashKey(required(input.NewStartingHashKey, "newStartingHashKey"), "NewStartingHashKey");
  const { name, mode } = stream.settings;
  if (mode === "ON_DEMAND") {
    throw new AwsError("ValidationException", `Request is invalid. Stream ${name} is in On-Demand mode.`);
  }
  if (shard.closed !== undefined) {
    throw invalidArgument(`Shard ${shard.id} in stream ${name} is not open and can not be split.`);
  }
  const { first, last } = stream.range(shard.id);
  if (key <= first + 1n || key >= last) {
    throw invalidArgument(
      `NewStartingHashKey ${key} used in SplitShard() on shard ${shard.id} in stream ${name} is not both greater than one plus the shard's StartingHashKey ${first} and less than the shard's EndingHashKey ${last}.`,
    );
  }
  stream.split(shard.id, key);
  return {};
}

export function streamOperations(streams: Streams): Record<string, Operation> {
  const on = <Input extends StreamRequest>(action: string, handle: (input: Input) => JsonObject) => ({
    [action]: operation<Input>({
      authorize: (input) => [{ action: `kinesis:${action}`, resource: streams.arnOf(input) }],
      handle,
    }),
  });
  const summary = (stream: KinesisStream): JsonObject => ({
    ...shownStream(stream),
    OpenShardCount: stream.shards.open.length,
    ConsumerCount: 0,
    MaxRecordSizeInKiB: stream.settings.maximumRecordBytes / 1024,
  });
  return {
    ...on<CreateStreamInput>("CreateStream", (input) => {
      streams.create(input);
      return {};
    }),
    ...on<StreamRequest>("DeleteStream", (input) => {
      streams.delete(input);
      return {};
    }),
    ...on<DescribeStreamInput>("DescribeStream", (input) => describeStream(streams.get(input), input)),
    ...on<StreamRequest>("DescribeStreamSummary", (input) => ({
      StreamDescriptionSummary: summary(streams.get(input)),
    })),
    ...on<ListShardsInput>("ListShards", (input) => listShards(streams, input)),
    ...on<RetentionInput>("IncreaseStreamRetentionPeriod", (input) =>
      changeRetention(streams.get(input), input, "Increase"),
    ),
    ...on<RetentionInput>("DecreaseStreamRetentionPeriod", (input) =>
      changeRetention(streams.get(input), input, "Decrease"),
    ),
    ...on<SplitShardInput>("SplitShard", (input) => splitShard(streams.get(input), input)),
    ListStreams: operation<ListStreamsInput>({
      authorize: () => [{ action: "kinesis:ListStreams", resource: "*" }],
      handle: (input) => listStreams(streams, input),
    }),
  };
}
