// Streams in memory, for the tests of mappings that read them.
import type { JsonObject } from "../../../../../../simulator/json";
import type {
  SourceRecord,
  SourceShard,
  SourceStream,
  StreamSource,
} from "../../../../../../simulator/services/lambda/eventSources/streamSource";
import { arnOf } from "../lambdaAccount";

interface Shard extends SourceShard {
  closed: boolean;
  readonly records: SourceRecord[];
}

interface Now {
  readonly clock: { readonly now: number };
}

export interface FakeStream extends SourceStream {
  /** Gives the record's sequence number. */
  put(data: string, options?: { readonly shard?: string; readonly key?: string; readonly at?: number }): string;
  /** Opens a shard that holds a record already. */
  open(shard: string, parent: string, data: string): void;
  close(shard: string): void;
  /** Forgets the oldest records of a shard. */
  trim(shard: string, count: number): void;
  /** How often a mapping read. */
  reads: number;
}

export interface FakeStreams extends StreamSource {
  /** The clock that records arrive by. */
  world: Now | undefined;
  add(kind: "dynamodb" | "kinesis", shards?: readonly string[]): FakeStream;
}

const kinesisArn = arnOf("kinesis", "stream/s");
export const tableStreamArn = arnOf("dynamodb", "table/t/stream/2026-01-01T00:00:00.000");

function kinesisEvent(streamArn: string, shard: string, sequenceNumber: string, data: string, key: string): JsonObject {
  return {
    kinesis: {
      kinesisSchemaVersion: "1.0",
      partitionKey: key,
      sequenceNumber,
      data: Buffer.from(data).toString("base64"),
      approximateArrivalTimestamp: 1,
    },
    eventSource: "aws:kinesis",
    eventVersion: "1.0",
    eventID: `${shard}:${sequenceNumber}`,
    eventName: "aws:kinesis:record",
    awsRegion: "eu-west-1",
    eventSourceARN: streamArn,
  };
}

function tableEvent(streamArn: string, sequenceNumber: string, data: string, key: string): JsonObject {
  return {
    eventID: sequenceNumber,
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-west-1",
    dynamodb: {
      ApproximateCreationDateTime: 1,
      Keys: { id: { S: key } },
      NewImage: { id: { S: key }, data: { S: data } },
      SequenceNumber: sequenceNumber,
      SizeBytes: 10,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
    eventSourceARN: streamArn,
  };
}

export function fakeStreams(): FakeStreams {
  const streams = new Map<string, FakeStream>();
  const listeners = new Map<string, Set<(shardId: string) => void>>();
  let last = 10_000;
  const tell = (streamArn: string, shard: string) => {
    for (const run of listeners.get(streamArn) ?? []) run(shard);
  };
  const source: FakeStreams = {
    world: undefined,
    stream: (streamArn) => streams.get(streamArn),
    onRecords(streamArn, run) {
      const all = listeners.get(streamArn) ?? new Set();
      listeners.set(streamArn, all.add(run));
      return () => void all.delete(run);
    },
    add(kind, names = ["shard-1"]) {
      const streamArn = kind === "kinesis" ? kinesisArn : tableStreamArn;
      const shards: Shard[] = names.map((id) => ({ id, closed: false, records: [] }));
      const find = (id: string) => shards.find((shard) => shard.id === id) as Shard;
      const add = (data: string, shard: string, key: string, at: number) => {
        last += 1;
        const sequenceNumber = String(last);
        const event =
          kind === "kinesis"
            ? kinesisEvent(streamArn, shard, sequenceNumber, data, key)
            : tableEvent(streamArn, sequenceNumber, data, key);
        find(shard).records.push({ sequenceNumber, arrivedAt: at, event, bytes: JSON.stringify(event).length });
        return sequenceNumber;
      };
      const stream: FakeStream = {
        arn: streamArn,
        kind,
        reads: 0,
        shards: () => shards,
        start: (shardId, from) => {
          const { records } = find(shardId);
          if (from === "TRIM_HORIZON") return undefined;
          const before = records.filter(({ arrivedAt }) => from === "LATEST" || arrivedAt < from);
          return before.at(-1)?.sequenceNumber;
        },
        read(shardId, after, limit) {
          stream.reads += 1;
          const later = find(shardId).records.filter((each) => after === undefined || each.sequenceNumber > after);
          return later.slice(0, limit);
        },
        put(data, { shard = "shard-1", key = "k", at = source.world?.clock.now ?? 0 } = {}) {
          const sequenceNumber = add(data, shard, key, at);
          tell(streamArn, shard);
          return sequenceNumber;
        },
        open(id, parent, data) {
          shards.push({ id, parent, closed: false, records: [] });
          add(data, id, "k", source.world?.clock.now ?? 0);
          tell(streamArn, id);
        },
        close(id) {
          find(id).closed = true;
          tell(streamArn, id);
        },
        trim: (id, count) => void find(id).records.splice(0, count),
      };
      streams.set(streamArn, stream);
      return stream;
    },
  };
  return source;
}
