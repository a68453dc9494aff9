// What the middleware counts of each command of a function: how long an attempt takes, and what did not succeed.
import type { Widget } from "@pulumi/awsx/classic/cloudwatch";
import type { MiddlewareMetrics } from "../observed";
import { graph, type Line } from "./graph";

/** Of messages that name no command of the function's: see handlers/middleware/commandMetrics.ts. */
const unknownCommand = "unknown";

export function commandWidgets(
  commandNames: readonly string[],
  { service, namespace = "Respool" }: MiddlewareMetrics,
): Widget[] {
  const line = (command: string, metric: string, statistic: Line["statistic"], label = command): Line => ({
    namespace,
    metric,
    dimensions: { service, command },
    statistic,
    label,
  });
  return [
    graph(
      "Duration of commands",
      (["p50", "p99"] as const).flatMap((statistic) =>
        commandNames.map((command) => line(command, "CommandDuration", statistic, `${command} ${statistic}, ms`)),
      ),
    ),
    graph(
      "Commands that failed for good",
      [...commandNames, unknownCommand].map((command) => line(command, "CommandsRejected", "Sum")),
    ),
    graph(
      "Commands parked",
      commandNames.map((command) => line(command, "CommandsParked", "Sum")),
    ),
  ];
}
