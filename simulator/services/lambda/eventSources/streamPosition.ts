// Sequence numbers, and which of the readers of a shard a record belongs to.
import type { Json, JsonObject } from "../../../json";
import type { SourceRecord } from "./streamSource";

/** Sequence numbers are numbers without leading zeros, too long for JavaScript's. */
export function isBefore(left: string, right: string): boolean {
  return left.length === right.length ? left < right : left.length < right.length;
}

/** Of several positions of one shard the one that leaves nothing out; undefined is before the oldest record. */
export function lowest(positions: readonly (string | undefined)[]): string | undefined {
  const first = positions[0];
  return positions.reduce((least, each) => {
    if (least === undefined || each === undefined) return undefined;
    return isBefore(each, least) ? each : least;
  }, first);
}

/** "In-order processing at the partition-key level", of DynamoDB at that of the item. */
function keyOf({ kinesis, dynamodb }: JsonObject): Json {
  if (kinesis !== undefined) return (kinesis as { readonly partitionKey?: string }).partitionKey ?? "";
  return (dynamodb as { readonly Keys?: Json } | undefined)?.Keys ?? "";
}

/** FNV-1a; AWS does not say how keys are spread. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193) >>> 0;
  }
  return value;
}

/** Which of the concurrent batches of a shard a record goes to: the same one for all records of a key. */
export function laneOf({ event }: SourceRecord, lanes: number): number {
  return lanes === 1 ? 0 : hash(JSON.stringify(keyOf(event))) % lanes;
}
