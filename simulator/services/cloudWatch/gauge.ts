// A metric that is there all the time, such as a queue's depth: a function of time, so that nothing has to be sampled.
import type { Summary } from "./statistics";

export const minute = 60_000;

/** The minute, counted from the epoch, that a time in milliseconds lies in. */
export function minuteOf(time: number): number {
  return Math.floor(time / minute);
}

/** What a gauge shows from now on: a value, or the seconds since a time (in milliseconds since the epoch). */
export type Reading = { readonly value: number } | { readonly secondsSince: number };

/** The end of a metric source that the source writes to. */
export interface Gauge {
  /**
   * The gauge shows this from now on.
   *
   * @param reading undefined when the source stops reporting
   * @param until when the source stops reporting unless it says something else before, in milliseconds since the epoch
   */
  set(reading: Reading | undefined, until?: number): void;
}

interface Segment {
  readonly from: number;
  readonly reading: Reading | undefined;
}

function sameReading(left: Reading | undefined, right: Reading | undefined): boolean {
  if (left === undefined || right === undefined) return left === right;
  if ("value" in left) return "value" in right && left.value === right.value;
  return "secondsSince" in right && left.secondsSince === right.secondsSince;
}

function isGrowing(reading: Reading | undefined): boolean {
  return reading !== undefined && "secondsSince" in reading;
}

/** The sample of a minute is what the gauge shows when that minute ends. */
function sample(reading: Reading, inMinute: number): number {
  return "value" in reading ? reading.value : ((inMinute + 1) * minute - reading.secondsSince) / 1000;
}

/**
 * Everything that a gauge has shown and will show as far as known. One sample a minute, as AWS's services publish; what
 * comes and goes within a minute is not seen, as there.
 */
export class GaugeHistory implements Gauge {
  private readonly segments: Segment[] = [];

  /**
   * @param now the clock's time
   * @param changed called when something else than known before will be shown
   */
  constructor(
    private readonly now: () => number,
    private readonly changed: () => void,
  ) {}

  set(reading: Reading | undefined, until?: number): void {
    const now = this.now();
    const plannedEnd = this.dropFuture(now);
    const differs = this.show(reading, now);
    if (until !== undefined && reading !== undefined) {
      this.segments.push({ from: Math.max(until, now + 1), reading: undefined });
    }
    if (differs || (until ?? Number.POSITIVE_INFINITY) < plannedEnd) this.changed();
  }

  /** Sums up the samples of the minutes from `first` to before `end`; undefined when there are none. */
  summary(first: number, end: number): Summary | undefined {
    let count = 0;
    let sum = 0;
    let minimum = Number.POSITIVE_INFINITY;
    let maximum = Number.NEGATIVE_INFINITY;
    this.pieces(first, end, (reading, from, to) => {
      const low = sample(reading, from);
      const high = sample(reading, to - 1);
      count += to - from;
      sum += ((low + high) / 2) * (to - from);
      minimum = Math.min(minimum, low);
      maximum = Math.max(maximum, high);
    });
    return count === 0 ? undefined : { count, sum, minimum, maximum };
  }

  /** Every sample of those minutes in order, for percentiles. */
  samples(first: number, end: number): number[] {
    const samples: number[] = [];
    this.pieces(first, end, (reading, from, to) => {
      for (let index = to - 1; index >= from; index -= 1) samples.push(sample(reading, index));
    });
    return samples.reverse();
  }

  /** The minutes in which it begins to show something else, latest first, not before `first`; the future included. */
  *changes(first: number): IterableIterator<number> {
    for (let index = this.segments.length - 1; index >= 0; index -= 1) {
      const change = minuteOf((this.segments[index] as Segment).from);
      if (change < first) return;
      yield change;
    }
  }

  /** Whether it grows by itself at some time from the minute `first` on. */
  growsFrom(first: number): boolean {
    for (let index = this.segments.length - 1; index >= 0; index -= 1) {
      const segment = this.segments[index] as Segment;
      if (isGrowing(segment.reading)) return true;
      if (minuteOf(segment.from) <= first) return false;
    }
    return false;
  }

  /** Forgets what was planned for later, and tells for when. */
  private dropFuture(now: number): number {
    let plannedEnd = Number.POSITIVE_INFINITY;
    for (let last = this.segments.at(-1); last !== undefined && last.from > now; last = this.segments.at(-1)) {
      plannedEnd = last.from;
      this.segments.pop();
    }
    return plannedEnd;
  }

  private show(reading: Reading | undefined, now: number): boolean {
    const last = this.segments.at(-1);
    if (sameReading(last?.reading, reading)) return false;
    // Nobody sees what began and ended within one minute: one segment a minute keeps the history short.
    if (last !== undefined && minuteOf(last.from) === minuteOf(now)) this.segments.pop();
    if (!sameReading(this.segments.at(-1)?.reading, reading)) this.segments.push({ from: now, reading });
    return true;
  }

  /** Visits what it shows in those minutes, latest first. */
  private pieces(first: number, end: number, visit: (reading: Reading, from: number, to: number) => void): void {
    let to = end;
    for (let index = this.segments.length - 1; index >= 0 && to > first; index -= 1) {
      const segment = this.segments[index] as Segment;
      const from = Math.max(first, minuteOf(segment.from));
      if (from >= to) continue;
      if (segment.reading !== undefined) visit(segment.reading, from, to);
      to = from;
    }
  }
}
