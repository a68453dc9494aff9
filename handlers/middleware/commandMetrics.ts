// What the middleware counts of each kind of command, beside what it counts of its function.
import { MetricUnit } from "@aws-lambda-powertools/metrics";
import type { Telemetry } from "./telemetry";

/** By name and unit; all have the dimensions `service` and `command`. */
const units = {
  /** How long an attempt took, whatever came of it. */
  CommandDuration: MetricUnit.Milliseconds,
  /** Commands that ended for good, and lie in the spool until a person says so. */
  CommandsRejected: MetricUnit.Count,
  /** Commands that wait in the spool to be redriven. */
  CommandsParked: MetricUnit.Count,
} as const;

/** @param command the command's name; undefined of one that the function does not know: anybody may have made it up, and a metric costs money */
export function countCommand(
  { metrics }: Telemetry,
  command: string | undefined,
  metric: keyof typeof units,
  value: number,
): void {
  // A line of its own: dimensions are those of a whole line, and a batch may hold commands of several names.
  const single = metrics.singleMetric();
  single.addDimension("command", command ?? "unknown");
  single.addMetric(metric, units[metric], value);
}
