// The stream of a table: its changes in shards, an item's in one shard, in order.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html
import { createHash } from "node:crypto";
import { type Shard, ShardSet, sourceStream } from "../../../shards/shardSet";
import type { StreamListeners } from "../../../shards/streamListeners";
import type { World } from "../../../world";
import type { SourceStream } from "../../lambda/eventSources/streamSource";
import type { Item } from "../attributeValue";
import type { ItemChange, Table } from "../table";
import { type ChangeRecord, changeRecord, lambdaRecord, type StreamViewType } from "./streamRecord";

const hour = 3600 * 1000;
export const streamRetention = 24 * hour;
/** About how long AWS keeps a shard open before a child continues it. */
const shardLife = 4 * hour;

/** One shard at a time for each partition of the table. */
export class TableStream {
  readonly label: string;
  readonly arn: string;
  readonly createdAt: number;
  readonly shards: ShardSet<ChangeRecord>;
  private disabledAt: number | undefined;
  private sequence = 0;

  constructor(
    private readonly world: World,
    readonly table: Table,
    readonly viewType: StreamViewType,
    listeners: StreamListeners,
    partitions: number,
  ) {
    this.createdAt = world.clock.now;
    this.label = new Date(this.createdAt).toISOString().slice(0, -1);
    this.arn = `${table.description.arn}/stream/${this.label}`;
    this.shards = new ShardSet({
      clock: world.clock,
      retention: () => streamRetention,
      nextSequence: () => this.nextSequence(),
      changed: (shardId) => listeners.tell(this.arn, shardId),
    });
    for (let partition = 0; partition < partitions; partition += 1) this.open(partition);
    table.onChange((change) => this.record(change));
  }

  get enabled(): boolean {
    return this.disabledAt === undefined;
  }

  /** Whether its records can still be there. */
  get readable(): boolean {
    return this.disabledAt === undefined || this.world.clock.now < this.disabledAt + streamRetention;
  }

  /** Closes it; what it has can be read for a day. */
  disable(): void {
    this.disabledAt ??= this.world.clock.now;
    for (const { id } of this.shards.open) this.shards.close(id);
  }

  source(): SourceStream {
    return sourceStream(this.arn, "dynamodb", this.shards, (record) => lambdaRecord(record, this.arn));
  }

  private record(change: ItemChange): void {
    const item = change.after ?? change.before;
    if (!this.enabled || item === undefined) return;
    const keys = this.table.keyOf(item);
    const shard = this.shardFor(keys);
    const { clock, random, region } = this.world;
    const parts = { change, keys, viewType: this.viewType, now: clock.now, region };
    this.shards.append(shard, (sequenceNumber) => changeRecord({ ...parts, sequenceNumber, eventId: random.hex(32) }));
  }

  /** The open shard of the item's partition; an old one is closed and continued when the next change comes. */
  private shardFor(keys: Item): Shard<ChangeRecord> {
    const open = this.shards.open;
    const hashKey = JSON.stringify(keys[this.table.description.keys.hash]);
    const number = createHash("md5").update(hashKey).digest().readUInt32BE(0);
    // A shard and what continues it have the same ending, which tells the partition.
    const partition = number % open.length;
    const ending = this.endingOf(partition);
    const shard = open.find(({ id }) => id.endsWith(ending)) as Shard<ChangeRecord>;
    if (this.world.clock.now - shard.openedAt < shardLife) return shard;
    this.shards.close(shard.id);
    return this.open(partition, shard.id);
  }

  private open(partition: number, parent?: string): Shard<ChangeRecord> {
    const moment = String(this.world.clock.now).padStart(20, "0");
    return this.shards.add(`shardId-${moment}-${this.endingOf(partition)}`, parent);
  }

  private endingOf(partition: number): string {
    return createHash("sha256").update(`${this.arn} ${partition}`).digest("hex").slice(0, 8);
  }

  private nextSequence(): string {
    this.sequence += 1;
    return `1${String(this.sequence).padStart(23, "0")}`;
  }
}
