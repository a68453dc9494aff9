// Whether a role may do something, asked by a service that acts with the role without an API call of its own through the gateway.
import type { Iam } from "../../iam";
import { AwsError, type Call } from "../../service";

/** @param action as in policies, such as "xray:PutTraceSegments" */
export function isAllowed(iam: Iam, roleArn: string, action: string, resource: string): boolean {
  const [service = "", name = ""] = action.split(":");
  const principal = { kind: "role", roleArn } as const;
  const call: Call = { service, action: name, input: {}, principal, secureTransport: true, requestId: "" };
  try {
    iam.authorize(call, { action, resource });
    return true;
  } catch (error) {
    if (error instanceof AwsError) return false;
    throw error;
  }
}
