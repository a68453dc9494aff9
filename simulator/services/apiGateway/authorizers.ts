// The authorizers of an API, read from the security schemes of its OpenAPI document.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-authorizer.html
import type { Json, JsonObject } from "../../json";
import { badRequest, unsupported } from "./errors";
import { functionArnOf } from "./functionArn";
import { listAt, objectAt, onlyKnown, onlyValue, textAt } from "./reading";

export interface IdentitySource {
  readonly place: "header" | "querystring";
  readonly name: string;
}

export interface LambdaAuthorizer {
  readonly type: "TOKEN" | "REQUEST";
  /** That of its security scheme. */
  readonly name: string;
  readonly functionArn: string;
  /** One header, of a TOKEN authorizer. */
  readonly identitySources: readonly IdentitySource[];
  /** What a token must look like. */
  readonly validation: RegExp | undefined;
  readonly ttlMilliseconds: number;
}

export interface CognitoAuthorizer {
  readonly type: "COGNITO_USER_POOLS";
  readonly name: string;
  readonly header: string;
  readonly userPoolArns: readonly string[];
}

export type Authorizer = LambdaAuthorizer | CognitoAuthorizer;

const lambdaMembers = ["type", "authorizerUri", "authorizerResultTtlInSeconds"];

/** @param where the place of a security scheme that has an authorizer */
export function authorizerOf(where: string, name: string, scheme: JsonObject): Authorizer {
  onlyValue(`${where}.type`, scheme.type ?? null, ["apiKey"]);
  onlyValue(`${where}.in`, scheme.in ?? null, ["header"]);
  const header = textAt(`${where}.name`, scheme.name);
  const place = `${where}.x-amazon-apigateway-authorizer`;
  const given = objectAt(place, scheme["x-amazon-apigateway-authorizer"]);
  const type = textAt(`${place}.type`, given.type).toLowerCase();
  switch (type) {
    case "cognito_user_pools": {
      onlyKnown(place, given, ["type", "providerARNs"]);
      const pools = listAt(`${place}.providerARNs`, given.providerARNs).map((arn) => textAt(place, arn));
      if (pools.length === 0) throw badRequest("Authorizer of type COGNITO_USER_POOLS must have a provider ARN");
      return { type: "COGNITO_USER_POOLS", name, header, userPoolArns: pools };
    }
    case "token": {
      onlyKnown(place, given, [...lambdaMembers, "identityValidationExpression"]);
      return {
        type: "TOKEN",
        ...lambdaOf(place, name, given),
        identitySources: [{ place: "header", name: header }],
        validation: validationOf(place, given.identityValidationExpression),
      };
    }
    case "request": {
      onlyKnown(place, given, [...lambdaMembers, "identitySource"]);
      const lambda = lambdaOf(place, name, given);
      const identitySources = sourcesOf(`${place}.identitySource`, given.identitySource);
      if (identitySources.length === 0 && lambda.ttlMilliseconds > 0) {
        throw badRequest("Identity source is required when authorization caching is enabled");
      }
      return { type: "REQUEST", ...lambda, identitySources, validation: undefined };
    }
    default:
      throw unsupported(`${place}.type`, type, '"token", "request", "cognito_user_pools"');
  }
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateAuthorizer.html */
function lambdaOf(where: string, name: string, given: JsonObject) {
  const uri = `${where}.authorizerUri`;
  const ttl = Number(given.authorizerResultTtlInSeconds ?? 300);
  if (!Number.isInteger(ttl) || ttl < 0 || ttl > 3_600) {
    throw badRequest(`[${where}.authorizerResultTtlInSeconds] must be from 0 to 3600, got ${String(ttl)}`);
  }
  return { name, functionArn: functionArnOf(uri, textAt(uri, given.authorizerUri)), ttlMilliseconds: ttl * 1_000 };
}

function validationOf(where: string, value: Json | undefined): RegExp | undefined {
  return value === undefined ? undefined : new RegExp(textAt(`${where}.identityValidationExpression`, value), "u");
}

function sourcesOf(where: string, value: Json | undefined): readonly IdentitySource[] {
  if (value === undefined || value === "") return [];
  return textAt(where, value)
    .split(",")
    .map((each) => {
      const [, place, name] = /^method\.request\.(header|querystring)\.([\w.-]+)$/.exec(each.trim()) ?? [];
      if (name === undefined) {
        throw unsupported(where, each.trim(), "method.request.header.<name> and method.request.querystring.<name>");
      }
      return { place: place === "header" ? "header" : "querystring", name };
    });
}
