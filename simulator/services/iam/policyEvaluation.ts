// AWS's decision on a request within one account.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html

import type { ConditionKeys } from "./conditions";
import type { CompiledPolicy, CompiledStatement } from "./policyDocument";
import type { Caller } from "./principals";

export interface AccessRequest {
  /** Such as "sqs:SendMessage". */
  readonly action: string;
  /** An ARN, or "*". */
  readonly resource: string;
  readonly caller: Caller;
  readonly keys: ConditionKeys;
}

export type PolicyType = "identity-based" | "resource-based";

export type Decision =
  /** `by` is the statement that allows; an operator needs none. */
  | { readonly allowed: true; readonly by?: CompiledStatement }
  | { readonly allowed: false; readonly explicit: boolean; readonly policyType: PolicyType };

function applies(statement: CompiledStatement, request: AccessRequest): boolean {
  if (!statement.appliesTo(request.action, request.resource)) return false;
  const { principal } = statement;
  if (principal !== undefined) {
    const fits = statement.allows ? principal.names(request.caller) : principal.includes(request.caller);
    if (!fits) return false;
  }
  return statement.condition(request.keys);
}

function find(policy: CompiledPolicy, request: AccessRequest, allows: boolean): CompiledStatement | undefined {
  return policy.statements.find((statement) => statement.allows === allows && applies(statement, request));
}

function findIn(
  policies: readonly CompiledPolicy[],
  request: AccessRequest,
  allows: boolean,
): CompiledStatement | undefined {
  for (const policy of policies) {
    const found = find(policy, request, allows);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * An explicit Deny wins. Then one Allow suffices for a role, in its own policies or in the resource's; a service and an
 * anonymous caller have only the resource's policy. The operator, the account's administrator, is allowed everything that
 * nothing denies.
 */
export function evaluate(
  request: AccessRequest,
  identityPolicies: readonly CompiledPolicy[],
  resourcePolicy: CompiledPolicy | undefined,
): Decision {
  const resourcePolicies = resourcePolicy === undefined ? [] : [resourcePolicy];
  if (findIn(identityPolicies, request, false) !== undefined) {
    return { allowed: false, explicit: true, policyType: "identity-based" };
  }
  if (findIn(resourcePolicies, request, false) !== undefined) {
    return { allowed: false, explicit: true, policyType: "resource-based" };
  }
  if (request.caller.kind === "operator") return { allowed: true };
  const by = findIn(identityPolicies, request, true) ?? findIn(resourcePolicies, request, true);
  if (by !== undefined) return { allowed: true, by };
  const policyType = request.caller.kind === "role" ? "identity-based" : "resource-based";
  return { allowed: false, explicit: false, policyType };
}
