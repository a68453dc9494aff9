// What a Lambda function's own metrics tell.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
import type { Widget } from "@pulumi/awsx/classic/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import { graph, green, type Line, orange, red } from "./graph";

function line(functionName: pulumi.Input<string>, rest: Pick<Line, "metric" | "statistic" | "label" | "color">): Line {
  return { namespace: "AWS/Lambda", dimensions: { FunctionName: functionName }, ...rest };
}

export function functionWidgets(functionName: pulumi.Input<string>): Widget[] {
  return [
    graph("Invocations", [
      line(functionName, { metric: "Invocations", statistic: "Sum", label: "Invocations", color: green }),
      line(functionName, { metric: "Errors", statistic: "Sum", label: "Errors", color: red }),
      line(functionName, { metric: "Throttles", statistic: "Sum", label: "Throttles", color: orange }),
    ]),
    graph("Duration", [
      line(functionName, { metric: "Duration", statistic: "p50", label: "p50" }),
      line(functionName, { metric: "Duration", statistic: "p99", label: "p99" }),
    ]),
  ];
}

/** How far the function is behind its stream, in milliseconds. */
export function iteratorAgeWidget(functionName: pulumi.Input<string>): Widget {
  return graph("Iterator age", [
    line(functionName, { metric: "IteratorAge", statistic: "Maximum", label: "Oldest record, ms" }),
  ]);
}
