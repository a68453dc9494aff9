// What the metrics of a REST API tell.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
import type { Widget } from "@pulumi/awsx/classic/cloudwatch";
import type * as pulumi from "@pulumi/pulumi";
import { graph, green, type Line, orange, red } from "./graph";

export function apiWidgets(apiName: pulumi.Input<string>, stageName: pulumi.Input<string>): Widget[] {
  const line = (metric: string, label: string, statistic: Line["statistic"], color?: string): Line => ({
    namespace: "AWS/ApiGateway",
    dimensions: { ApiName: apiName, Stage: stageName },
    metric,
    label,
    statistic,
    color,
  });
  return [
    graph("Requests", [
      line("Count", "Requests", "Sum", green),
      line("4XXError", "The caller's errors (4xx)", "Sum", orange),
      line("5XXError", "Server errors (5xx)", "Sum", red),
    ]),
    graph("Latency", [line("Latency", "p50, ms", "p50"), line("Latency", "p99, ms", "p99")]),
  ];
}
