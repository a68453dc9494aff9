// AWS's answer to a call that policies do not allow.

import { AwsError } from "../../service";
import type { AccessRequest, Decision } from "./policyEvaluation";
import type { Caller } from "./principals";

/** Services that answer "AccessDenied"; the others say "AccessDeniedException". */
const shortCode: ReadonlySet<string> = new Set(["sqs", "iam", "s3", "sns"]);
/** Services with a REST or Query protocol, or SQS's compatible one, answer 403; AWS JSON 1.x knows only 400 and 500. */
const forbidden: ReadonlySet<string> = new Set([...shortCode, "lambda", "scheduler"]);

function callerName(caller: Caller): string {
  switch (caller.kind) {
    case "role":
      return caller.sessionArn;
    case "service":
      return caller.service;
    case "operator":
      return caller.arn;
    default:
      return "anonymous";
  }
}

/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html */
export function accessDenied(request: AccessRequest, decision: Extract<Decision, { allowed: false }>): AwsError {
  const service = request.action.slice(0, request.action.indexOf(":"));
  // SQS is the one service here that writes the action in lower case in this message.
  const action = service === "sqs" ? request.action.toLowerCase() : request.action;
  const article = decision.policyType === "identity-based" ? "an" : "a";
  const reason = decision.explicit
    ? `with an explicit deny in ${article} ${decision.policyType} policy`
    : `because no ${decision.policyType} policy allows the ${action} action`;
  return new AwsError(
    shortCode.has(service) ? "AccessDenied" : "AccessDeniedException",
    `User: ${callerName(request.caller)} is not authorized to perform: ${action} on resource: ${request.resource} ${reason}`,
    forbidden.has(service) ? 403 : 400,
  );
}
