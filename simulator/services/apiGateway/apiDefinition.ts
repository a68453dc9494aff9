// What an API is after the import of its OpenAPI document: methods, and the answers that API Gateway gives by itself.
import type { PolicyDocument } from "../../iam";
import type { JsonObject } from "../../json";
import type { Authorizer } from "./authorizers";
import type { GatewayResponse } from "./gatewayResponses";
import type { Validator } from "./jsonSchema";

export type AuthorizationType = "NONE" | "AWS_IAM" | "CUSTOM" | "COGNITO_USER_POOLS";

export interface RequiredParameter {
  readonly place: "path" | "query" | "header";
  readonly name: string;
}

export interface ApiMethod {
  /** Such as "GET". */
  readonly httpMethod: string;
  /** Such as "/books/{bookId}". */
  readonly resourcePath: string;
  readonly authorization: AuthorizationType;
  readonly authorizer: Authorizer | undefined;
  /** Of which an access token of Cognito must have one; none for identity tokens. */
  readonly scopes: readonly string[];
  /** The function behind it. */
  readonly functionArn: string;
  readonly timeoutMilliseconds: number;
  /** Empty when the method's request validator does not look at parameters. */
  readonly requiredParameters: readonly RequiredParameter[];
  /** Undefined when bodies are not validated. */
  readonly body: Validator | undefined;
}

export interface ApiDefinition {
  readonly methods: readonly ApiMethod[];
  /** Those that the document changes, by response type. */
  readonly gatewayResponses: Readonly<Record<string, GatewayResponse>>;
  readonly policy: PolicyDocument | undefined;
  /** As it was imported, for exports. */
  readonly document: JsonObject;
}
