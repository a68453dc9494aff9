// Gathers the records of a batch out of a shard, and gives them the form in which a function sees them.
import type { Json, JsonObject } from "../../../json";
import type { SourceRecord, SourceStream } from "./streamSource";

/** A batch is complete, too, when its payload reaches what an invocation can take. */
const payloadLimit = 6 * 1024 * 1024;
/** How many records are read at a time, at least. */
const page = 100;

export interface Gathered {
  readonly records: readonly SourceRecord[];
  /** The last record that was looked at; undefined when there was none. */
  readonly through: string | undefined;
  /** Whether no further record has a place. */
  readonly complete: boolean;
}

/** @param after the sequence number after which to read; undefined is the oldest record */
export function gather(
  stream: SourceStream | undefined,
  shardId: string,
  after: string | undefined,
  batchSize: number,
  takes: (record: SourceRecord) => boolean,
): Gathered {
  const records: SourceRecord[] = [];
  const limit = Math.max(page, batchSize);
  let through: string | undefined;
  let bytes = 0;
  for (;;) {
    const found = stream?.read(shardId, through ?? after, limit) ?? [];
    for (const record of found) {
      const taken = takes(record);
      if (taken && records.length > 0 && bytes + record.bytes > payloadLimit) {
        return { records, through, complete: true };
      }
      through = record.sequenceNumber;
      if (!taken) continue;
      records.push(record);
      bytes += record.bytes;
      if (records.length >= batchSize) return { records, through, complete: true };
    }
    if (found.length < limit) return { records, through, complete: false };
  }
}

/** Kinesis records name the role that reads them, after their eventName. */
export function functionEvent(event: JsonObject, role: string): JsonObject {
  if (event.eventSource !== "aws:kinesis") return event;
  const members: [string, Json | undefined][] = Object.entries(event);
  const place = members.findIndex(([name]) => name === "eventName") + 1;
  members.splice(place, 0, ["invokeIdentityArn", role]);
  return Object.fromEntries(members);
}
