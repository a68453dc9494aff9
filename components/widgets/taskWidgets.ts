// What the metrics of a state machine tell.
// https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
import type { Widget } from "@pulumi/awsx/classic/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import { graph, green, type Line, orange, red } from "./graph";

export function taskWidgets(stateMachineArn: pulumi.Input<string>): Widget[] {
  const line = (metric: string, label: string, statistic: Line["statistic"], color?: string): Line => ({
    namespace: "AWS/States",
    dimensions: { StateMachineArn: stateMachineArn },
    metric,
    label,
    statistic,
    color,
  });
  return [
    graph("Executions", [
      line("ExecutionsStarted", "Started", "Sum"),
      line("ExecutionsSucceeded", "Succeeded, or parked their work", "Sum", green),
      line("ExecutionsFailed", "Failed", "Sum", red),
      line("ExecutionsTimedOut", "Timed out", "Sum", orange),
    ]),
    graph("Execution time", [line("ExecutionTime", "p50, ms", "p50"), line("ExecutionTime", "p99, ms", "p99")]),
  ];
}
