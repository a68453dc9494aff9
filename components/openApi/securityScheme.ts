// How an API's document says who may call.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
import type { DeployedAuthorization } from "./authorization";

export interface SecurityScheme {
  readonly name: string;
  /** The scheme with API Gateway's extensions. API Gateway has none but of the type `apiKey`. */
  readonly scheme: { readonly [member: string]: unknown };
  readonly scopes: readonly string[];
}

const inHeader = (name: string, description: string) => ({ type: "apiKey", name, in: "header", description });

/** @returns undefined where anybody may call */
export function securityScheme(authorization: DeployedAuthorization): SecurityScheme | undefined {
  switch (authorization.kind) {
    case "none":
      return undefined;
    case "iam":
      return {
        name: "sigv4",
        // https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authtype.html
        scheme: {
          ...inHeader("Authorization", "AWS Signature Version 4"),
          "x-amazon-apigateway-authtype": "awsSigv4",
        },
        scopes: [],
      };
    case "cognito": {
      const { userPoolArns, scopes } = authorization;
      const token = scopes.length === 0 ? "An identity token" : "An access token";
      return {
        name: "cognito",
        scheme: {
          ...inHeader("Authorization", `${token} of Amazon Cognito`),
          "x-amazon-apigateway-authtype": "cognito_user_pools",
          "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: userPoolArns },
        },
        scopes,
      };
    }
    case "lambda": {
      const { invokeArn, identityHeader, resultTtlSeconds } = authorization;
      return {
        name: "authorizer",
        scheme: {
          ...inHeader(identityHeader, "A token that the API's authorizer takes"),
          "x-amazon-apigateway-authtype": "custom",
          "x-amazon-apigateway-authorizer": {
            type: "token",
            authorizerUri: invokeArn,
            authorizerResultTtlInSeconds: resultTtlSeconds,
          },
        },
        scopes: [],
      };
    }
  }
}
