// Who may call an API: as a program says it, and as its OpenAPI document needs it.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Duration, toSeconds } from "../duration";
import { inWords, matching, nonEmpty, validated } from "../validate";

/** Users of Cognito, by tokens that their user pools issued. */
export interface CognitoAuthorization {
  /** The user pools whose tokens are taken. */
  readonly userPoolArns: readonly pulumi.Input<string>[];
  /**
   * Scopes of which an access token must have one. Without them API Gateway takes identity tokens alone, with them access tokens alone
   * (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-enable-cognito-user-pool.html).
   *
   * @default none: identity tokens
   * @example `["bookshop/orders.write"]`
   */
  readonly scopes?: readonly string[];
}

/** The function behind it, as a ClosureFunction has it. */
export interface AuthorizerFunction {
  readonly function: aws.lambda.Function;
}

/** Whoever a function lets in. */
export interface LambdaAuthorization {
  /**
   * Is told the token, and returns a policy with the caller's `principalId`; the text "Unauthorized" as its error's message is answered with
   * 401 (https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-use-lambda-authorizer.html).
   */
  readonly authorizer: aws.lambda.Function | AuthorizerFunction;
  /** The header with the token; a request without it is answered with 401 and no call of the function. @default "Authorization" */
  readonly identityHeader?: string;
  /**
   * How long a policy is taken for the same token: 0 seconds (it is asked each time) to 1 hour. A policy that lives longer than one request
   * must name all operations of the API that the caller may use.
   *
   * @default "5 minutes"
   */
  readonly resultTtl?: Duration;
}

/**
 * Who may call: AWS identities that may `execute-api:Invoke`, with signed requests (`"AWS_IAM"`); anybody (`"NONE"`); users of Cognito; or
 * whoever a function of one's own lets in.
 */
export type ApiAuthorization = "AWS_IAM" | "NONE" | CognitoAuthorization | LambdaAuthorization;

/** What the document says of it. */
export type DeployedAuthorization =
  | { readonly kind: "iam" | "none" }
  | { readonly kind: "cognito"; readonly userPoolArns: readonly string[]; readonly scopes: readonly string[] }
  | {
      readonly kind: "lambda";
      /** The authorizer's ARN as API Gateway invokes it. */
      readonly invokeArn: string;
      readonly identityHeader: string;
      readonly resultTtlSeconds: number;
    };

const allowed = '"AWS_IAM", "NONE", an object with [userPoolArns] or one with [authorizer]';

/** Header names of HTTP (RFC 9110, token) that API Gateway maps. */
const headerName = /^[A-Za-z0-9_-]{1,128}$/;

/** The function of a Lambda authorizer; undefined for every other authorization. */
export function authorizerFunction(authorization: ApiAuthorization): aws.lambda.Function | undefined {
  if (typeof authorization === "string" || "userPoolArns" in authorization) return undefined;
  const { authorizer } = authorization;
  // Not by its class: a program may have its own copy of the package.
  return "function" in authorizer ? authorizer.function : authorizer;
}

/** @throws when it is none that an API can have */
export function deployedAuthorization(authorization: ApiAuthorization): pulumi.Output<DeployedAuthorization> {
  if (authorization === "AWS_IAM") return pulumi.output({ kind: "iam" });
  if (authorization === "NONE") return pulumi.output({ kind: "none" });
  if (typeof authorization !== "object" || authorization === null) throw notAllowed(authorization);
  if ("userPoolArns" in authorization) return cognito(authorization);
  if ("authorizer" in authorization) return lambda(authorization);
  throw notAllowed(authorization);
}

function notAllowed(authorization: unknown): Error {
  return new Error(`[authorization] must be ${allowed}, got ${inWords(authorization)}`);
}

function cognito({ userPoolArns, scopes = [] }: CognitoAuthorization): pulumi.Output<DeployedAuthorization> {
  if (!Array.isArray(userPoolArns) || userPoolArns.length === 0) {
    throw new Error(
      `[authorization.userPoolArns] must be at least one ARN of a user pool, got ${inWords(userPoolArns)}`,
    );
  }
  for (const [index, scope] of scopes.entries()) nonEmpty(`authorization.scopes[${index}]`, scope);
  const checked = userPoolArns.map((arn, index) =>
    validated(arn, (known: string) =>
      matching(
        `authorization.userPoolArns[${index}]`,
        known,
        /^arn:[^:]+:cognito-idp:[^:]+:\d{12}:userpool\/[\w-]+$/,
        "the ARN of a Cognito user pool",
      ),
    ),
  );
  return pulumi
    .all(checked)
    .apply((known): DeployedAuthorization => ({ kind: "cognito", userPoolArns: known, scopes }));
}

function lambda(authorization: LambdaAuthorization): pulumi.Output<DeployedAuthorization> {
  const { authorizer, identityHeader = "Authorization", resultTtl = "5 minutes" } = authorization;
  const made = authorizerFunction(authorization);
  if (!pulumi.Output.isInstance(made?.invokeArn)) {
    throw new Error(`[authorization.authorizer] must be a function of Lambda's, got ${inWords(authorizer)}`);
  }
  matching("authorization.identityHeader", identityHeader, headerName, 'a header of letters, digits, "_" and "-"');
  // https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html
  const resultTtlSeconds = toSeconds("authorization.resultTtl", resultTtl, { minimum: 0, maximum: 3_600 });
  return made.invokeArn.apply(
    (invokeArn): DeployedAuthorization => ({ kind: "lambda", invokeArn, identityHeader, resultTtlSeconds }),
  );
}
