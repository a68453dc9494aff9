// What a state machine must be allowed in order to be traced.
import type { PermissionStatement } from "./policy";

/** https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html; none can be restricted to a resource. */
const actions = [
  "xray:GetSamplingRules",
  "xray:GetSamplingTargets",
  "xray:PutTelemetryRecords",
  "xray:PutTraceSegments",
];

/** The statement for X-Ray, if the state machine is traced. */
export function tracingStatements(tracing: boolean): readonly PermissionStatement[] {
  return tracing ? [{ actions, resources: ["*"] }] : [];
}
