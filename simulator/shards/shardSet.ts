// The shards of one stream: opened, written, closed, forgotten when their records are; what Kinesis and DynamoDB Streams share.
import type { Clock } from "../clock";
import type { SourceRecord, SourceStream } from "../services/lambda/eventSources/streamSource";
import { type LoggedRecord, RecordLog } from "./recordLog";

export interface Shard<Entry extends LoggedRecord> {
  readonly id: string;
  /** The shard that it continues. */
  readonly parent: string | undefined;
  readonly log: RecordLog<Entry>;
  /** Milliseconds since the epoch. */
  readonly openedAt: number;
  readonly closed: { readonly at: number; readonly endingSequence: string } | undefined;
}

interface OpenableShard<Entry extends LoggedRecord> extends Shard<Entry> {
  closed: Shard<Entry>["closed"];
}

export interface ShardSetOptions {
  readonly clock: Clock;
  /** Milliseconds; asked at every look, as it can change. */
  readonly retention: () => number;
  /** Sequence numbers, each above the one before, all of one length. */
  readonly nextSequence: () => string;
  /** Told when a shard got a record, was opened or closed. */
  readonly changed: (shardId: string) => void;
}

export class ShardSet<Entry extends LoggedRecord> {
  private shards: OpenableShard<Entry>[] = [];

  constructor(private readonly options: ShardSetOptions) {}

  /** In the order in which they were opened; a closed one goes when the retention of all its records is over. */
  get all(): readonly Shard<Entry>[] {
    const horizon = this.horizon;
    this.shards = this.shards.filter(({ closed }) => closed === undefined || closed.at > horizon);
    return this.shards;
  }

  get open(): readonly Shard<Entry>[] {
    return this.all.filter(({ closed }) => closed === undefined);
  }

  /** A shard by its id, its records trimmed. */
  find(id: string): Shard<Entry> | undefined {
    const shard = this.all.find((one) => one.id === id);
    shard?.log.trim(this.horizon);
    return shard;
  }

  add(id: string, parent?: string): Shard<Entry> {
    const log = new RecordLog<Entry>(this.options.nextSequence());
    const shard = { id, parent, log, openedAt: this.options.clock.now, closed: undefined };
    this.shards.push(shard);
    this.options.changed(id);
    return shard;
  }

  append(shard: Shard<Entry>, make: (sequenceNumber: string) => Entry): Entry {
    const record = make(this.options.nextSequence());
    shard.log.trim(this.horizon);
    shard.log.append(record);
    this.options.changed(shard.id);
    return record;
  }

  close(id: string): void {
    const shard = this.shards.find((one) => one.id === id);
    if (shard === undefined || shard.closed !== undefined) return;
    shard.closed = { at: this.options.clock.now, endingSequence: this.options.nextSequence() };
    this.options.changed(id);
  }

  private get horizon(): number {
    return this.options.clock.now - this.options.retention();
  }
}

/** A stream as event source mappings read it. */
export function sourceStream<Entry extends LoggedRecord>(
  arn: string,
  kind: SourceStream["kind"],
  set: ShardSet<Entry>,
  toSource: (record: Entry, shardId: string) => SourceRecord,
): SourceStream {
  return {
    arn,
    kind,
    shards: () =>
      set.all.map(({ id, parent, closed }) => ({
        id,
        closed: closed !== undefined,
        ...(parent === undefined ? {} : { parent }),
      })),
    start: (shardId, from) => {
      const log = set.find(shardId)?.log;
      if (log === undefined || from === "TRIM_HORIZON") return undefined;
      return from === "LATEST" ? log.lastSequence : log.before(from);
    },
    read: (shardId, after, limit) =>
      (set.find(shardId)?.log.read(after, limit) ?? []).map((record) => toSource(record, shardId)),
  };
}
