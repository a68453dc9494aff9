// What event source mappings need from Kinesis and DynamoDB Streams beyond their APIs: to be told of records, so that nobody polls.
import type { JsonObject } from "../../../json";

/** A record of a stream. */
export interface SourceRecord {
  readonly sequenceNumber: string;
  /** When the stream took it, in milliseconds since the epoch. */
  readonly arrivedAt: number;
  /** As Lambda's event has it; of Kinesis without `invokeIdentityArn`, which the mapping adds. */
  readonly event: JsonObject;
  /** What it counts towards the 6 MB of a batch. */
  readonly bytes: number;
}

export interface SourceShard {
  readonly id: string;
  /** The shard that it continues; its records are read first. */
  readonly parent?: string;
  /** No record will come any more. */
  readonly closed: boolean;
}

export interface SourceStream {
  readonly arn: string;
  readonly kind: "dynamodb" | "kinesis";
  /** In the order in which they were opened. */
  shards(): readonly SourceShard[];
  /** The sequence number after which a reader begins; undefined is the oldest record. @param from a number is AT_TIMESTAMP, milliseconds since the epoch */
  start(shardId: string, from: "LATEST" | "TRIM_HORIZON" | number): string | undefined;
  /** Records after that sequence number, oldest first, without those whose retention is over. */
  read(shardId: string, after: string | undefined, limit: number): readonly SourceRecord[];
}

export interface StreamSource {
  stream(streamArn: string): SourceStream | undefined;
  /** Calls back whenever a shard of the stream got records, or was opened or closed; the result ends it. */
  onRecords(streamArn: string, run: (shardId: string) => void): () => void;
}

/** An account without streams. */
export const noStreams: StreamSource = { stream: () => undefined, onRecords: () => () => undefined };
