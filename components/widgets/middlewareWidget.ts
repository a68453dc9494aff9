// What the middleware counts: work that was done, and what failed by who is to blame.
import type { Widget } from "@pulumi/awsx/classic/cloudwatch";
import type { MiddlewareMetrics } from "../observed";
import { graph, green, orange, red } from "./graph";

const classes: readonly { readonly metric: string; readonly label: string; readonly color?: string }[] = [
  { metric: "Success", label: "Done", color: green },
  { metric: "ClientError", label: "The caller's errors", color: orange },
  { metric: "ServerError", label: "Server errors", color: red },
  { metric: "AwsError", label: "Errors of AWS" },
  { metric: "Error", label: "Other errors" },
  { metric: "Duplicate", label: "Done before" },
];

export function middlewareWidget({ service, namespace = "Respool" }: MiddlewareMetrics): Widget {
  return graph(
    "Work by outcome",
    classes.map((each) => ({ ...each, namespace, dimensions: { service }, statistic: "Sum" })),
  );
}
