// What one shard takes and gives in a second. https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html
import type { Clock } from "../../clock";

const second = 1000;
const writtenRecords = 1_000;
const writtenBytes = 1024 * 1024;
const readCalls = 5;
const readBytesPerSecond = 2 * 1024 * 1024;

/** Counts by whole seconds of the clock; nothing runs for it. */
export class ShardThroughput {
  private writes = { second: 0, records: 0, bytes: 0 };
  private reads = { second: 0, calls: 0 };
  private readableAt = 0;

  constructor(private readonly clock: Clock) {}

  /** Counts a record; false when the shard has had enough. A single record may be larger than a second's bytes. */
  write(bytes: number): boolean {
    const now = Math.floor(this.clock.now / second);
    if (this.writes.second !== now) this.writes = { second: now, records: 0, bytes: 0 };
    const { writes } = this;
    if (writes.records >= writtenRecords) return false;
    if (writes.records > 0 && writes.bytes + bytes > writtenBytes) return false;
    writes.records += 1;
    writes.bytes += bytes;
    return true;
  }

  /** Counts a call of GetRecords; false when there were five, or when what was read before is still being paid for. */
  read(): boolean {
    const now = Math.floor(this.clock.now / second);
    if (this.reads.second !== now) this.reads = { second: now, calls: 0 };
    if (this.reads.calls >= readCalls || this.clock.now < this.readableAt) return false;
    this.reads.calls += 1;
    return true;
  }

  /** What a call read. More than a second's worth holds back later calls: 10 MiB do so for five seconds. */
  gave(bytes: number): void {
    if (bytes <= readBytesPerSecond) return;
    this.readableAt = this.clock.now + (bytes / readBytesPerSecond) * second;
  }
}
