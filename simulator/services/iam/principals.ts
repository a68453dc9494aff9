// Who a statement of a resource policy or a trust policy speaks of.

import type { PolicyStatement } from "../../iam";
import { AwsError } from "../../service";
import { malformed } from "./malformedPolicy";

/** The caller of a request, as policies see it. */
export type Caller =
  | { readonly kind: "operator"; readonly arn: string }
  | { readonly kind: "role"; readonly arn: string; readonly sessionArn: string }
  | { readonly kind: "service"; readonly service: string }
  | { readonly kind: "anonymous" };

export interface PrincipalMatcher {
  /** Whether the statement names the caller itself, or everybody. */
  names(caller: Caller): boolean;
  /**
   * Whether it names the caller or its account. An Allow to the account only hands the decision to the account's identity
   * policies; a Deny to the account denies.
   *
   * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-accounts
   */
  includes(caller: Caller): boolean;
}

const supportedTypes = ["AWS", "Service"];
const everybody: PrincipalMatcher = { names: () => true, includes: () => true };

function list(value: unknown, type: string): string[] {
  const entries = Array.isArray(value) ? value : [value];
  return entries.map((entry) => {
    if (typeof entry !== "string") throw malformed(`[Principal.${type}] must be a string or a list of strings`);
    return entry;
  });
}

function accountOf(principal: string): string | undefined {
  return /^\d{12}$/.exec(principal)?.[0] ?? /^arn:aws:iam::(\d{12}):root$/.exec(principal)?.[1];
}

function checkAwsPrincipal(principal: string): void {
  if (principal === "*" || accountOf(principal) !== undefined) return;
  if (!/^arn:aws:(iam|sts)::\d{12}:[^*?]+$/.test(principal))
    throw malformed(`Invalid principal in policy: "AWS":"${principal}"`);
}

/** "states.eu-west-1.amazonaws.com" and "states.amazonaws.com" name the same service here: there is one region. */
function globalPrincipal(service: string): string {
  return service.replace(/^([\w-]+)\.[a-z]{2}(?:-[a-z]+)+-\d\.amazonaws\.com$/, "$1.amazonaws.com");
}

/** @throws AwsError SimulatorUnsupportedPrincipal for federated and canonical users */
export function compilePrincipal(principal: PolicyStatement["Principal"], accountId: string): PrincipalMatcher {
  if (principal === "*") return everybody;
  if (typeof principal !== "object" || principal === null) {
    throw malformed(`[Principal] must be "*" or an object, got ${JSON.stringify(principal)}`);
  }
  const foreign = Object.keys(principal).find((type) => !supportedTypes.includes(type));
  if (foreign !== undefined) {
    const allowed = supportedTypes.join(", ");
    throw new AwsError(
      "SimulatorUnsupportedPrincipal",
      `the simulator does not have principals of type ${foreign}; it has ${allowed}`,
    );
  }
  const arns = principal.AWS === undefined ? [] : list(principal.AWS, "AWS");
  for (const arn of arns) checkAwsPrincipal(arn);
  if (arns.includes("*")) return everybody;
  const services = new Set(
    principal.Service === undefined ? [] : list(principal.Service, "Service").map(globalPrincipal),
  );
  const named = new Set(arns);
  const ownAccount = arns.some((arn) => accountOf(arn) === accountId);

  const names = (caller: Caller): boolean => {
    if (caller.kind === "service") return services.has(caller.service);
    if (caller.kind === "anonymous") return false;
    return named.has(caller.arn) || (caller.kind === "role" && named.has(caller.sessionArn));
  };
  const hasAccount = (caller: Caller) => caller.kind === "role" || caller.kind === "operator";
  return { names, includes: (caller) => names(caller) || (ownAccount && hasAccount(caller)) };
}
