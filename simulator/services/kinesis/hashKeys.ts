// Which shard a partition key belongs to: its MD5 as a number of 128 bits, within the shards' ranges.
// https://docs.aws.amazon.com/streams/latest/dev/key-concepts.html#partition-key
import { createHash } from "node:crypto";
import { invalidArgument } from "./errors";

export interface HashKeyRange {
  readonly first: bigint;
  readonly last: bigint;
}

const keys = 1n << 128n;

export function hashKeyOf(partitionKey: string): bigint {
  return BigInt(`0x${createHash("md5").update(partitionKey, "utf8").digest("hex")}`);
}

/** Throws AwsError InvalidArgumentException for anything but a hash key. */
export function parseHashKey(text: string, member: string): bigint {
  const key = /^(0|[1-9]\d{0,38})$/.test(text) ? BigInt(text) : keys;
  if (key < keys) return key;
  throw invalidArgument(`Invalid ${member}. ${member} must be in the range: [0, 2^128-1]. Specified value was ${text}`);
}

/** The ranges of the shards of a new stream, each of the same size. */
export function evenRanges(count: number): readonly HashKeyRange[] {
  const size = keys / BigInt(count);
  return Array.from({ length: count }, (_, index) => ({
    first: size * BigInt(index),
    last: index === count - 1 ? keys - 1n : size * BigInt(index + 1) - 1n,
  }));
}
