// What a Lambda authorizer returned: who calls, and a policy that API Gateway evaluates for each request.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-lambda-authorizer-output.html
import type { PolicyDocument } from "../../iam";
import type { Json, JsonObject } from "../../json";
import { AwsError } from "../../service";
import { type CompiledPolicy, compilePolicy } from "../iam/policyDocument";
import { evaluate } from "../iam/policyEvaluation";
import type { GatewayFailure } from "./gatewayResponses";
import { isObject } from "./reading";

export interface AuthorizerResult {
  readonly principalId: string;
  readonly policy: CompiledPolicy;
  /** Texts, whatever the function returned. */
  readonly context: Readonly<Record<string, string>>;
}

/** @returns undefined of what API Gateway cannot use */
export function authorizerResult(payload: string, accountId: string): AuthorizerResult | undefined {
  let given: Json;
  try {
    given = JSON.parse(payload) as Json;
  } catch {
    return undefined;
  }
  if (!isObject(given)) return undefined;
  const { principalId, policyDocument, context = {} } = given;
  if (typeof principalId !== "string" || !isObject(policyDocument) || !isObject(context)) return undefined;
  const texts = Object.entries(context).map(([name, value]) => [name, String(value)] as const);
  if (Object.values(context).some((value) => typeof value === "object")) return undefined;
  const policy = compiled(policyDocument, accountId);
  return policy === undefined ? undefined : { principalId, policy, context: Object.fromEntries(texts) };
}

function compiled(policy: JsonObject, accountId: string): CompiledPolicy | undefined {
  try {
    const options = { kind: "identity", policy: "authorizer", accountId } as const;
    return compilePolicy(policy as unknown as PolicyDocument, options);
  } catch (error) {
    if (error instanceof AwsError && !error.code.startsWith("SimulatorUnsupported")) return undefined;
    throw error;
  }
}

/** @returns undefined where the policy allows the method */
export function refusedBy(policy: CompiledPolicy, resource: string, sourceIp: string): GatewayFailure | undefined {
  const decision = evaluate(
    {
      action: "execute-api:Invoke",
      resource,
      caller: { kind: "anonymous" },
      keys: { "aws:sourceip": sourceIp, "aws:securetransport": "true" },
    },
    [policy],
    undefined,
  );
  if (decision.allowed) return undefined;
  const reason = decision.explicit ? " with an explicit deny" : "";
  return { type: "ACCESS_DENIED", message: `User is not authorized to access this resource${reason}` };
}
