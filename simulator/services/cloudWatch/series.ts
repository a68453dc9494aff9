// One metric: what was put into it minute by minute, and the gauge behind it, if any.
import { type GaugeHistory, minuteOf } from "./gauge";
import { combine, percentileOf, type Statistic, type Summary, simpleStatistic } from "./statistics";

/** What tells one metric from another. AWS: "CloudWatch concepts", Dimensions. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

interface Bucket {
  readonly values: number[];
  summary: Summary;
}

function summarize(values: readonly number[]): Summary | undefined {
  let summary: Summary | undefined;
  for (const value of values) summary = combine(summary, { count: 1, sum: value, minimum: value, maximum: value });
  return summary;
}

/** The data of one metric, at a resolution of one minute. */
export class Series {
  /** A source that reports by itself, once a minute, in minutes in which nothing is put. */
  gauge: GaugeHistory | undefined;
  unit: string | undefined;
  private readonly buckets = new Map<number, Bucket>();
  /** The minutes that have a bucket, ascending. */
  private readonly minutes: number[] = [];
  private readonly listeners = new Set<() => void>();

  constructor(readonly identity: MetricIdentity) {}

  /** Whether anything was ever reported. */
  get hasData(): boolean {
    return this.minutes.length > 0 || this.gauge !== undefined;
  }

  /** Calls the listener whenever the metric shows something else than known before; the result ends that. */
  listen(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Tells the listeners. */
  changed(): void {
    for (const listener of this.listeners) listener();
  }

  /** @param time milliseconds since the epoch */
  add(time: number, values: readonly number[]): void {
    const added = summarize(values);
    if (added === undefined) return;
    const at = minuteOf(time);
    const bucket = this.buckets.get(at);
    if (bucket === undefined) {
      this.buckets.set(at, { values: [...values], summary: added });
      this.insert(at);
    } else {
      bucket.values.push(...values);
      bucket.summary = combine(bucket.summary, added) as Summary;
    }
    this.changed();
  }

  /** A statistic over the minutes from `first` to before `end`; undefined when there is no data. */
  statistic(statistic: Statistic, first: number, end: number): number | undefined {
    if (typeof statistic !== "string") {
      const samples = this.samples(first, end);
      return samples.length === 0 ? undefined : percentileOf(samples, statistic.percentile);
    }
    let summary: Summary | undefined;
    let from = first;
    for (const [at, bucket] of this.bucketsBetween(first, end)) {
      summary = combine(summary, this.gauge?.summary(from, at));
      summary = combine(summary, bucket.summary);
      from = at + 1;
    }
    summary = combine(summary, this.gauge?.summary(from, end));
    return summary === undefined ? undefined : simpleStatistic(summary, statistic);
  }

  /** The minutes in which its gauge begins to show something else, latest first; the future, as far as known, included. */
  gaugeChanges(first: number): Iterable<number> {
    return this.gauge?.changes(first) ?? [];
  }

  /** The minutes in which something was put into it, latest first, not before `first`. */
  *minutesWithData(first: number): IterableIterator<number> {
    for (let index = this.minutes.length - 1; index >= 0; index -= 1) {
      const at = this.minutes[index] as number;
      if (at < first) return;
      yield at;
    }
  }

  /** Whether its value changes by itself at some time from the minute `first` on. */
  growsFrom(first: number): boolean {
    return this.gauge?.growsFrom(first) ?? false;
  }

  private samples(first: number, end: number): number[] {
    const samples: number[] = [];
    let from = first;
    for (const [at, bucket] of this.bucketsBetween(first, end)) {
      samples.push(...(this.gauge?.samples(from, at) ?? []), ...bucket.values);
      from = at + 1;
    }
    samples.push(...(this.gauge?.samples(from, end) ?? []));
    return samples;
  }

  private *bucketsBetween(first: number, end: number): IterableIterator<[number, Bucket]> {
    for (let index = this.position(first); index < this.minutes.length; index += 1) {
      const at = this.minutes[index] as number;
      if (at >= end) return;
      yield [at, this.buckets.get(at) as Bucket];
    }
  }

  private insert(at: number): void {
    if (at > (this.minutes.at(-1) ?? Number.NEGATIVE_INFINITY)) this.minutes.push(at);
    else this.minutes.splice(this.position(at), 0, at);
  }

  /** The index of the first minute that is not before `at`. */
  private position(at: number): number {
    let low = 0;
    let high = this.minutes.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.minutes[middle] as number) < at) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
