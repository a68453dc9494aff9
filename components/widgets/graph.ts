// Graphs of CloudWatch metrics, all of one size: four to a row.
import { LineGraphMetricWidget, Metric } from "@pulumi/awsx/classic/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";

type Statistic = "Sum" | "Average" | "Maximum" | "p50" | "p99";

/** One line of a graph. */
export interface Line {
  readonly namespace: pulumi.Input<string>;
  readonly metric: string;
  readonly dimensions: Readonly<Record<string, pulumi.Input<string>>>;
  readonly statistic: Statistic;
  readonly label: string;
  readonly color?: string;
}

/** In CloudWatch's own palette. */
export const red = "#d62728";
export const orange = "#ff7f0e";
export const green = "#2ca02c";

const fiveMinutes = 300;

/** @param period seconds for which each point stands */
export function graph(title: string, lines: readonly Line[], period = fiveMinutes): LineGraphMetricWidget {
  return new LineGraphMetricWidget({
    title,
    width: 6,
    height: 6,
    period,
    metrics: lines.map((line) => metric(line, period)),
  });
}

function metric({ namespace, metric: name, dimensions, statistic, label, color }: Line, period: number): Metric {
  const percentile = /^p(\d+)$/.exec(statistic)?.[1];
  return new Metric({
    namespace,
    name,
    dimensions: { ...dimensions },
    period,
    label,
    color,
    ...(percentile === undefined ? { statistic: simple(statistic) } : { extendedStatistic: Number(percentile) }),
  });
}

function simple(statistic: Statistic): "Sum" | "Average" | "Maximum" {
  return statistic === "p50" || statistic === "p99" ? "Maximum" : statistic;
}
