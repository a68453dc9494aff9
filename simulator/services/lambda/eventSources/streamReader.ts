// Reads a stream for a function: its shards, each after the one that it continues, and how far each is done.
import type { World } from "../../../world";
import type { Start } from "../asyncInvocations";
import type { Deliveries } from "../deliveries";
import type { LambdaFunction } from "../lambdaFunction";
import { compileStreamFilters } from "./streamFilters";
import { StreamLane } from "./streamLane";
import { laneOf, lowest } from "./streamPosition";
import type { StreamSettings } from "./streamSettings";
import type { SourceStream, StreamSource } from "./streamSource";

/** What a reader works with. */
export interface StreamReaderParts {
  readonly world: World;
  readonly streams: StreamSource;
  readonly streamArn: string;
  /** The mapping's UUID. */
  readonly mapping: string;
  readonly target: LambdaFunction;
  readonly deliveries: Deliveries;
  readonly start: Start;
  /** Throws AwsError unless the function's role may read the stream. */
  readonly assertRights: () => void;
}

/** Checkpoints outlive the lanes: a mapping that was disabled or changed goes on where it stood. */
export class StreamReader {
  /** As API GetEventSourceMapping shows it. */
  lastProcessingResult = "No records processed";
  /** Of each shard and lane, the sequence number up to which everything is done; undefined is before the oldest record. */
  private readonly positions = new Map<string, (string | undefined)[]>();
  /** Shards that were read to their end. */
  private readonly finished = new Set<string>();
  private readonly lanes = new Map<string, StreamLane[]>();
  /** The lanes of closed shards that have nothing left. */
  private readonly atEnd = new Map<string, Set<number>>();
  private settings: StreamSettings | undefined;
  private unwatch: (() => void) | undefined;
  private positioned = false;

  constructor(private readonly parts: StreamReaderParts) {}

  /** Begins, or goes on with other settings, as soon as no batch is under way. */
  begin(settings: StreamSettings): void {
    this.end();
    this.settings = settings;
    this.open();
  }

  /** Batches under way come to their end. */
  end(): void {
    this.settings = undefined;
    this.unwatch?.();
    this.unwatch = undefined;
    for (const lane of [...this.lanes.values()].flat()) lane.end();
  }

  private open(): void {
    const { streams, streamArn } = this.parts;
    if (this.settings === undefined || this.unwatch !== undefined) return;
    if ([...this.lanes.values()].flat().some(({ busy }) => busy)) return;
    this.lanes.clear();
    this.atEnd.clear();
    this.unwatch = streams.onRecords(streamArn, (shardId) => this.changed(shardId));
    this.look(this.settings);
  }

  private changed(shardId: string): void {
    const lanes = this.lanes.get(shardId);
    if (lanes !== undefined) for (const lane of lanes) lane.wake();
    else if (this.settings !== undefined) this.look(this.settings);
  }

  /** Opens the shards whose turn it is. */
  private look(settings: StreamSettings): void {
    const stream = this.parts.streams.stream(this.parts.streamArn);
    if (stream === undefined) return;
    const shards = stream.shards();
    for (const { id, parent } of shards) {
      this.place(stream, id, settings);
      const waits = parent !== undefined && !this.finished.has(parent) && shards.some((other) => other.id === parent);
      if (waits || this.finished.has(id) || this.lanes.has(id)) continue;
      const lanes = this.laneNumbers(settings).map((index) => this.lane(stream, id, index, settings));
      this.lanes.set(id, lanes);
      for (const lane of lanes) lane.wake();
    }
    this.positioned = true;
  }

  /** The starting position is for the shards that the mapping finds; one that is opened later is read from its beginning. */
  private place(stream: SourceStream, shardId: string, settings: StreamSettings): void {
    const { parallelizationFactor, startingPosition } = settings;
    const known = this.positions.get(shardId);
    if (known?.length === parallelizationFactor) return;
    const first = this.positioned ? undefined : stream.start(shardId, startingPosition);
    const from = known === undefined ? first : lowest(known);
    this.positions.set(
      shardId,
      this.laneNumbers(settings).map(() => from),
    );
  }

  private laneNumbers({ parallelizationFactor }: StreamSettings): number[] {
    return [...Array(parallelizationFactor).keys()];
  }

  private lane({ kind }: SourceStream, shardId: string, index: number, settings: StreamSettings): StreamLane {
    const { world, target, deliveries, start, assertRights, streams, streamArn, mapping } = this.parts;
    const positions = this.positions.get(shardId) as (string | undefined)[];
    const passes = compileStreamFilters(kind, settings.filters);
    const drained = () => {
      const shard = streams
        .stream(streamArn)
        ?.shards()
        .find(({ id }) => id === shardId);
      if (shard?.closed === true) this.reachedEnd(shardId, index, settings);
    };
    return new StreamLane({
      world,
      target,
      settings,
      deliveries,
      start,
      assertRights,
      place: { streamArn, kind, shardId, mapping, functionArn: target.configuration.arn },
      stream: () => streams.stream(streamArn),
      takes: (record) => laneOf(record, settings.parallelizationFactor) === index && passes(record.event),
      position: () => positions[index],
      advance: (sequenceNumber) => {
        positions[index] = sequenceNumber;
      },
      drained,
      settled: () => this.open(),
      result: (text) => {
        this.lastProcessingResult = text;
      },
    });
  }

  private reachedEnd(shardId: string, index: number, settings: StreamSettings): void {
    const lanes = this.atEnd.get(shardId) ?? new Set();
    this.atEnd.set(shardId, lanes.add(index));
    if (lanes.size < settings.parallelizationFactor) return;
    this.finished.add(shardId);
    this.lanes.delete(shardId);
    if (this.settings !== undefined) this.look(this.settings);
  }
}
