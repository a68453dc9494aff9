// Reads the part of a stream that a failure's metadata names, as the event that a mapping makes of it.
import type { StreamReplay } from "../../records/replay";
import { named } from "./named";

/** A record of a stream: its number in the shard, and what a mapping gives a function. */
export interface StreamRecord {
  readonly sequenceNumber: string;
  readonly event: object;
}

/** One page of a shard. */
export interface StreamPage {
  readonly records: readonly StreamRecord[];
  /** Undefined at the end of a shard that takes no more. */
  readonly next?: string;
  /** True when there is nothing more in the shard now. */
  readonly atTip: boolean;
}

/** A kind of stream: Kinesis or DynamoDB. */
export interface Shards {
  /** @throws an error named in `EXPIRED` where the stream has dropped the record */
  iteratorAt(replay: StreamReplay): Promise<string | undefined>;
  page(iterator: string, replay: StreamReplay): Promise<StreamPage>;
}

/** Reads streams. */
export interface StreamReader {
  /** @throws Error named `RecordsExpired` when the stream has dropped records of this part */
  read(replay: StreamReplay): Promise<{ readonly Records: readonly object[] }>;
}

const EXPIRED = ["TrimmedDataAccessException", "ResourceNotFoundException", "InvalidArgumentException"];

/** A page may be empty although there is more. https://docs.aws.amazon.com/streams/latest/dev/troubleshooting-consumers.html */
const EMPTY_PAGES = 50;

/**
 * Reads all records from the first sequence number to the last. A mapping's filter is not known here: a record in between that the
 * filter left out of the batch is in the event, too.
 *
 * @param shardsOf the kind of stream, by the service in its ARN
 */
export function streamReader(shardsOf: (service: string) => Shards): StreamReader {
  return {
    read: async (replay) => {
      const shards = shardsOf(replay.streamArn.split(":")[2] ?? "");
      return { Records: (await recordsOf(shards, replay)).map(({ event }) => event) };
    },
  };
}

async function recordsOf(shards: Shards, replay: StreamReplay): Promise<readonly StreamRecord[]> {
  const { startSequenceNumber, endSequenceNumber } = replay;
  const [start, end] = [BigInt(startSequenceNumber), BigInt(endSequenceNumber)];
  const found: StreamRecord[] = [];
  let iterator = await iteratorAt(shards, replay);
  for (let empty = 0; iterator !== undefined && empty < EMPTY_PAGES; ) {
    const page: StreamPage = await shards.page(iterator, replay);
    if (page.records.length === 0) empty++;
    found.push(...page.records.filter((record) => isBetween(BigInt(record.sequenceNumber), start, end)));
    const seen = page.records.at(-1);
    const done = seen !== undefined && BigInt(seen.sequenceNumber) >= end;
    iterator = done || (page.atTip && page.records.length === 0) ? undefined : page.next;
  }
  const [first, last] = [found[0]?.sequenceNumber, found.at(-1)?.sequenceNumber];
  if (first !== startSequenceNumber || last !== endSequenceNumber)
    throw expired(replay, first === undefined ? "none of them" : `${first} to ${last}`);
  return found;
}

async function iteratorAt(shards: Shards, replay: StreamReplay): Promise<string | undefined> {
  try {
    return await shards.iteratorAt(replay);
  } catch (error) {
    if (error instanceof Error && EXPIRED.includes(error.name)) throw expired(replay, `none of them (${error.name})`);
    throw error;
  }
}

function isBetween(number: bigint, start: bigint, end: bigint): boolean {
  return number >= start && number <= end;
}

function expired(replay: StreamReplay, has: string): Error {
  const { streamArn, shardId, startSequenceNumber, endSequenceNumber } = replay;
  return named(
    "RecordsExpired",
    `${streamArn} must still have the records ${startSequenceNumber} to ${endSequenceNumber} of ${shardId}, has ${has}`,
  );
}
