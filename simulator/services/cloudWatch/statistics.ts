// What CloudWatch keeps of the samples of a period, and the statistics that it computes from them.

/** Samples of a span of time, summed up. */
export interface Summary {
  readonly count: number;
  readonly sum: number;
  readonly minimum: number;
  readonly maximum: number;
}

/** AWS: "CloudWatch statistics definitions". */
export const simpleStatistics = ["SampleCount", "Average", "Sum", "Minimum", "Maximum"] as const;
export type SimpleStatistic = (typeof simpleStatistics)[number];

/** A statistic that an alarm or a query asks for: a simple one, or a percentile such as p90 or p99.9. */
export type Statistic = SimpleStatistic | { readonly percentile: number };

function isSimpleStatistic(text: string): text is SimpleStatistic {
  return simpleStatistics.some((name) => name === text);
}

/** Reads "Average" or "p90"; undefined when it is neither. */
export function parseStatistic(text: string): Statistic | undefined {
  if (isSimpleStatistic(text)) return text;
  const match = /^p(\d{1,2}(?:\.\d{1,10})?|100)$/.exec(text);
  return match === null ? undefined : { percentile: Number(match[1]) };
}

export function statisticName(statistic: Statistic): string {
  return typeof statistic === "string" ? statistic : `p${statistic.percentile}`;
}

export function simpleStatistic(summary: Summary, statistic: SimpleStatistic): number {
  switch (statistic) {
    case "SampleCount":
      return summary.count;
    case "Sum":
      return summary.sum;
    case "Minimum":
      return summary.minimum;
    case "Maximum":
      return summary.maximum;
    case "Average":
      return summary.sum / summary.count;
  }
}

export function combine(left: Summary | undefined, right: Summary | undefined): Summary | undefined {
  if (left === undefined) return right;
  if (right === undefined) return left;
  return {
    count: left.count + right.count,
    sum: left.sum + right.sum,
    minimum: Math.min(left.minimum, right.minimum),
    maximum: Math.max(left.maximum, right.maximum),
  };
}

/** The value at or below which that percentage of the samples lies, by linear interpolation between neighbours. */
export function percentileOf(samples: readonly number[], percentile: number): number {
  const sorted = [...samples].sort((left, right) => left - right);
  const rank = (percentile / 100) * (sorted.length - 1);
  const below = sorted[Math.floor(rank)] as number;
  const above = sorted[Math.ceil(rank)] as number;
  return below + (above - below) * (rank - Math.floor(rank));
}
