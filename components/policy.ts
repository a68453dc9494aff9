// IAM policy documents: the same statements always give the same text, so that a preview shows no change where there is none.
import * as pulumi from "@pulumi/pulumi";

/** What a function may do. Each statement becomes an Allow of its own. */
export interface PermissionStatement {
  /** Letters and digits. @default none */
  readonly sid?: string;
  /** IAM actions, such as `"sqs:SendMessage"`. */
  readonly actions: readonly pulumi.Input<string>[];
  /** ARNs. `"*"` only for actions that IAM cannot restrict to a resource. */
  readonly resources: readonly pulumi.Input<string>[];
  /** IAM condition operators, such as `{ StringEquals: { "aws:PrincipalAccount": "123456789012" } }`. @default none */
  readonly conditions?: Readonly<Record<string, Readonly<Record<string, pulumi.Input<string | readonly string[]>>>>>;
}

/**
 * What IAM takes of a role's inline policies; each role here has one, without white space, which does not count
 * (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html#reference_iam-quotas-entity-length).
 */
const largestPolicy = 10_240;

/**
 * The JSON of an identity policy with exactly these statements, in this order.
 *
 * @throws in `apply` when IAM would not take it
 */
export function policyDocument(statements: readonly PermissionStatement[]): pulumi.Output<string> {
  return pulumi
    .output(
      statements.map(({ actions, resources, conditions, ...rest }) => ({
        ...rest,
        actions: [...actions],
        resources: [...resources],
        conditions,
      })),
    )
    .apply((known) =>
      checkedLength({
        Version: "2012-10-17",
        Statement: known.map(({ sid, actions, resources, conditions }) => ({
          ...(sid === undefined ? {} : { Sid: sid }),
          Effect: "Allow",
          Action: oneOrSorted(actions),
          Resource: oneOrSorted(resources),
          ...(conditions === undefined ? {} : { Condition: conditions }),
        })),
      }),
    );
}

/** @throws when IAM would not take it */
export function checkedLength(document: object): string {
  const text = JSON.stringify(document);
  if (text.length > largestPolicy) {
    throw new Error(
      `the policy of a role must have at most ${largestPolicy} characters, got ${text.length}: give it fewer [permissions], and of a ReprocessFunction use a second spool, with a ReprocessFunction of its own, for some of its [sources]`,
    );
  }
  return text;
}

/** The trust policy of a role that one AWS service assumes, such as `"lambda.amazonaws.com"`. */
export function trustPolicy(service: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service: service }, Action: "sts:AssumeRole" }],
  });
}

function oneOrSorted(values: readonly string[]): string | string[] {
  const [only] = values;
  return values.length === 1 && only !== undefined ? only : [...new Set(values)].sort();
}
