// The records of one shard, oldest first, without those whose retention is over. Nothing runs for it: who looks, trims.

export interface LoggedRecord {
  /** Of one length in a stream, so that they sort as text. */
  readonly sequenceNumber: string;
  /** Milliseconds since the epoch. */
  readonly arrivedAt: number;
  readonly bytes: number;
}

function firstIndex<Entry>(entries: readonly Entry[], fits: (entry: Entry) => boolean): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (fits(entries[middle] as Entry)) high = middle;
    else low = middle + 1;
  }
  return low;
}

export class RecordLog<Entry extends LoggedRecord> {
  private readonly kept: Entry[] = [];
  private last: string;
  private trimmed: string | undefined;

  /** @param start a sequence number below that of every record that will come */
  constructor(readonly start: string) {
    this.last = start;
  }

  /** The sequence number of the newest record, also when it is trimmed; where the log starts, when none ever came. */
  get lastSequence(): string {
    return this.last;
  }

  /** The sequence number of the newest record that was trimmed. */
  get trimmedThrough(): string | undefined {
    return this.trimmed;
  }

  get newest(): Entry | undefined {
    return this.kept.at(-1);
  }

  append(record: Entry): void {
    this.kept.push(record);
    this.last = record.sequenceNumber;
  }

  /** Drops the records that arrived by then. */
  trim(horizon: number): void {
    const [first] = this.kept;
    if (first === undefined || first.arrivedAt > horizon) return;
    const count = firstIndex(this.kept, ({ arrivedAt }) => arrivedAt > horizon);
    this.trimmed = this.kept[count - 1]?.sequenceNumber;
    this.kept.splice(0, count);
  }

  /** Records after that sequence number; from the oldest one on when there is none. */
  read(after: string | undefined, limit: number): readonly Entry[] {
    const from = after === undefined ? 0 : firstIndex(this.kept, ({ sequenceNumber }) => sequenceNumber > after);
    return this.kept.slice(from, from + limit);
  }

  /** The sequence number before the first record of that time or later; undefined when that is the oldest one. */
  before(time: number): string | undefined {
    const index = firstIndex(this.kept, ({ arrivedAt }) => arrivedAt >= time);
    if (index > 0) return this.kept[index - 1]?.sequenceNumber;
    return this.kept.length === 0 ? this.last : undefined;
  }
}
