// A data stream: its shards, what they hold, and how long.

import type { LoggedRecord } from "../../shards/recordLog";
import { type Shard, ShardSet, sourceStream } from "../../shards/shardSet";
import type { StreamListeners } from "../../shards/streamListeners";
import { arn, type World } from "../../world";
import type { SourceStream } from "../lambda/eventSources/streamSource";
import { shardNotFound, throughputExceeded } from "./errors";
import { evenRanges, type HashKeyRange } from "./hashKeys";
import { ShardThroughput } from "./throughput";

export interface KinesisRecord extends LoggedRecord {
  readonly partitionKey: string;
  /** base64 */
  readonly data: string;
}

export interface StreamSettings {
  readonly name: string;
  readonly shardCount: number;
  readonly mode: "PROVISIONED" | "ON_DEMAND";
  retentionHours: number;
  maximumRecordBytes: number;
  readonly encryption?: { readonly type: string; readonly keyId?: string | undefined };
}

interface ShardParts {
  readonly range: HashKeyRange;
  readonly throughput: ShardThroughput;
}

const hour = 3600 * 1000;

/** @see https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html */
export class KinesisStream {
  readonly arn: string;
  readonly createdAt: number;
  readonly shards: ShardSet<KinesisRecord>;
  private readonly parts = new Map<string, ShardParts>();
  private shardNumber = 0;
  private sequence = 0;

  constructor(
    private readonly world: World,
    readonly settings: StreamSettings,
    listeners: StreamListeners,
  ) {
    this.arn = arn(world, "kinesis", `stream/${settings.name}`);
    this.createdAt = world.clock.now;
    this.shards = new ShardSet({
      clock: world.clock,
      retention: () => settings.retentionHours * hour,
      nextSequence: () => this.nextSequence(),
      changed: (shardId) => listeners.tell(this.arn, shardId),
    });
    for (const range of evenRanges(settings.shardCount)) this.open(range);
  }

  range(shardId: string): HashKeyRange {
    return this.partsOf(shardId).range;
  }

  /** Throws AwsError ResourceNotFoundException. */
  shard(shardId: string): Shard<KinesisRecord> {
    const shard = this.shards.find(shardId);
    if (shard === undefined) throw shardNotFound(shardId, this.settings.name, this.world.accountId);
    return shard;
  }

  /** Throws AwsError ProvisionedThroughputExceededException. */
  put(
    hashKey: bigint,
    partitionKey: string,
    data: string,
  ): { readonly shardId: string; readonly sequenceNumber: string } {
    const shard = this.shards.open.find(({ id }) => {
      const { first, last } = this.range(id);
      return first <= hashKey && hashKey <= last;
    }) as Shard<KinesisRecord>;
    const bytes = Buffer.byteLength(data, "base64") + Buffer.byteLength(partitionKey);
    // An on-demand stream grows with its traffic.
    if (this.settings.mode === "PROVISIONED" && !this.partsOf(shard.id).throughput.write(bytes)) {
      throw throughputExceeded(shard.id, this.settings.name, this.world.accountId);
    }
    const arrivedAt = this.world.clock.now;
    const { sequenceNumber } = this.shards.append(shard, (number) => ({
      ...{ sequenceNumber: number, arrivedAt, bytes, partitionKey, data },
    }));
    return { shardId: shard.id, sequenceNumber };
  }

  throughput(shardId: string): ShardThroughput {
    return this.partsOf(shardId).throughput;
  }

  /** Closes a shard; two children have its range up to that key, and from it on. */
  split(shardId: string, at: bigint): void {
    const { first, last } = this.range(shardId);
    this.shards.close(shardId);
    this.open({ first, last: at - 1n }, shardId);
    this.open({ first: at, last }, shardId);
  }

  /** As event source mappings read it. */
  source(): SourceStream {
    const { region } = this.world;
    return sourceStream(this.arn, "kinesis", this.shards, (record, shardId) => {
      const { sequenceNumber, arrivedAt, bytes, partitionKey, data } = record;
      const kinesis = {
        ...{ kinesisSchemaVersion: "1.0", partitionKey, sequenceNumber, data },
        approximateArrivalTimestamp: arrivedAt / 1000,
      };
      const event = {
        kinesis,
        eventSource: "aws:kinesis",
        eventVersion: "1.0",
        eventID: `${shardId}:${sequenceNumber}`,
        eventName: "aws:kinesis:record",
        awsRegion: region,
        eventSourceARN: this.arn,
      };
      return { sequenceNumber, arrivedAt, bytes, event };
    });
  }

  private partsOf(shardId: string): ShardParts {
    return this.parts.get(shardId) as ShardParts;
  }

  private open(range: HashKeyRange, parent?: string): void {
    const id = `shardId-${String(this.shardNumber).padStart(12, "0")}`;
    this.shardNumber += 1;
    this.parts.set(id, { range, throughput: new ShardThroughput(this.world.clock) });
    this.shards.add(id, parent);
  }

  private nextSequence(): string {
    this.sequence += 1;
    return `4966${String(this.sequence).padStart(52, "0")}`;
  }
}
