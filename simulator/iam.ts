// Identity and resource policies, evaluated on every call.
import type { Authorization, Call } from "./service";

export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: "Allow" | "Deny";
  readonly Action?: string | readonly string[];
  readonly NotAction?: string | readonly string[];
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Principal?: "*" | Readonly<Record<string, string | readonly string[]>>;
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, string | boolean | readonly string[]>>>>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: PolicyStatement | readonly PolicyStatement[];
}

export interface Iam {
  /** Throws an AwsError AccessDenied unless the call is allowed. */
  authorize(call: Call, authorization: Authorization): void;
}

/** What services ask of a role when a resource that will use it is created. */
export interface Roles {
  /**
   * Throws, in the words of the service that asks, unless the role exists and its trust policy lets the service assume it.
   * @param servicePrincipal such as "lambda.amazonaws.com"
   * @param sourceArn aws:SourceArn of the coming AssumeRole, when it is known
   */
  assertAssumable(roleArn: string, servicePrincipal: string, sourceArn?: string): void;
}
