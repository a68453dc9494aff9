// What the execution role of a Lambda function may do: what was asked for, its own log group, and X-Ray when it is traced.
import * as pulumi from "@pulumi/pulumi";
import type { PermissionStatement } from "./policy";

/** `"Active"` samples requests itself, `"PassThrough"` only follows a decision made upstream. */
export type TracingMode = "Active" | "PassThrough";

/**
 * The statements of a function's role. The log group is created beforehand, so that `logs:CreateLogGroup` is not among them
 * (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-cloudwatchlogs.html). X-Ray's two actions cannot be restricted to
 * a resource (https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html).
 *
 * @param logGroupArn without the `:*` at its end
 */
export function functionStatements(
  permissions: readonly PermissionStatement[],
  logGroupArn: pulumi.Input<string>,
  tracing: TracingMode,
): PermissionStatement[] {
  const own: PermissionStatement[] = [
    {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logGroupArn}:*`],
    },
  ];
  if (tracing === "Active") {
    own.push({ actions: ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], resources: ["*"] });
  }
  return [...permissions, ...own];
}
