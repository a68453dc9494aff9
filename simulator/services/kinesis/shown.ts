// Streams and shards as the API shows them.
import type { JsonObject } from "../../json";
import type { Shard } from "../../shards/shardSet";
import type { KinesisRecord, KinesisStream } from "./stream";

function hashKeyRange(stream: KinesisStream, shardId: string): JsonObject {
  const { first, last } = stream.range(shardId);
  return { StartingHashKey: String(first), EndingHashKey: String(last) };
}

export function shownShard(stream: KinesisStream, { id, parent }: Shard<KinesisRecord>): JsonObject {
  return {
    ShardId: id,
    HashKeyRange: hashKeyRange(stream, id),
    ...(parent === undefined ? {} : { ParentShardId: parent }),
  };
}

/** A shard with the range of its sequence numbers, as DescribeStream and ListShards show it. */
export function shownShardWithSequence(stream: KinesisStream, shard: Shard<KinesisRecord>): JsonObject {
  const { log, closed } = shard;
  const range = { StartingSequenceNumber: log.start };
  return {
    ...shownShard(stream, shard),
    SequenceNumberRange: closed === undefined ? range : { ...range, EndingSequenceNumber: closed.endingSequence },
  };
}

/** What DescribeStream and DescribeStreamSummary both show. */
export function shownStream({ arn, createdAt, settings }: KinesisStream): JsonObject {
  const { name, mode, retentionHours, encryption } = settings;
  return {
    StreamName: name,
    StreamARN: arn,
    StreamStatus: "ACTIVE",
    StreamModeDetails: { StreamMode: mode },
    RetentionPeriodHours: retentionHours,
    StreamCreationTimestamp: createdAt / 1000,
    EnhancedMonitoring: [{ ShardLevelMetrics: [] }],
    EncryptionType: encryption?.type ?? "NONE",
    ...(encryption?.keyId === undefined ? {} : { KeyId: encryption.keyId }),
  };
}

/** What answers about records say of the stream's encryption. */
export function shownEncryption({ settings }: KinesisStream): JsonObject {
  return settings.encryption === undefined ? {} : { EncryptionType: settings.encryption.type };
}
