// The error for a policy that AWS would refuse to store.
import { AwsError } from "../../service";

/** https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html#API_PutRolePolicy_Errors */
export function malformed(message: string): AwsError {
  return new AwsError("MalformedPolicyDocument", message);
}
