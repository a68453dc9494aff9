// What a queue reports to CloudWatch. AWS: "Available CloudWatch metrics for Amazon SQS".
import type { World } from "../../world";
import { type Gauge, minute, type Reading } from "../cloudWatch/gauge";
import type { GaugeRegistry } from "../cloudWatch/metricStore";

/** A queue is active while it has messages and for six hours after that or after the last call, and reports only then. */
const activeFor = 6 * 60 * minute;

export type CountedMetric =
  | "NumberOfMessagesSent"
  | "NumberOfMessagesReceived"
  | "NumberOfMessagesDeleted"
  | "NumberOfEmptyReceives";

const counted: readonly CountedMetric[] = [
  "NumberOfMessagesSent",
  "NumberOfMessagesReceived",
  "NumberOfMessagesDeleted",
  "NumberOfEmptyReceives",
];

/** How a queue is at a moment. */
export interface QueueLevels {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
  /** When the oldest message that counts came in, in milliseconds since the epoch. */
  readonly oldestSince: number | undefined;
}

export class QueueMetrics {
  private readonly dimensions: Readonly<Record<string, string>>;
  private readonly visible: Gauge;
  private readonly inFlight: Gauge;
  private readonly delayed: Gauge;
  private readonly age: Gauge;
  /** Counted metrics report 0 in minutes without a call. */
  private readonly zeros: readonly Gauge[];
  private zerosUntil: number | undefined;

  constructor(
    private readonly world: World,
    registry: GaugeRegistry,
    queueName: string,
  ) {
    this.dimensions = { QueueName: queueName };
    const gauge = (name: string, unit: string) =>
      registry.gauge({ namespace: "AWS/SQS", name, dimensions: this.dimensions, unit });
    this.visible = gauge("ApproximateNumberOfMessagesVisible", "Count");
    this.inFlight = gauge("ApproximateNumberOfMessagesNotVisible", "Count");
    this.delayed = gauge("ApproximateNumberOfMessagesDelayed", "Count");
    this.age = gauge("ApproximateAgeOfOldestMessage", "Seconds");
    this.zeros = counted.map((name) => gauge(name, "Count"));
  }

  count(name: CountedMetric, value: number): void {
    this.world.metrics.put({
      namespace: "AWS/SQS",
      name,
      dimensions: this.dimensions,
      values: [value],
      unit: "Count",
    });
  }

  /** The queue was called, or its messages changed. */
  update({ visible, inFlight, delayed, oldestSince }: QueueLevels): void {
    const isEmpty = visible + inFlight + delayed === 0;
    const until = isEmpty ? Math.floor(this.world.clock.now / minute) * minute + activeFor : undefined;
    const oldest: Reading = oldestSince === undefined ? { value: 0 } : { secondsSince: oldestSince };
    this.visible.set({ value: visible }, until);
    this.inFlight.set({ value: inFlight }, until);
    this.delayed.set({ value: delayed }, until);
    this.age.set(oldest, until);
    if (until === this.zerosUntil && until !== undefined) return;
    this.zerosUntil = until;
    for (const gauge of this.zeros) gauge.set({ value: 0 }, until);
  }
}
