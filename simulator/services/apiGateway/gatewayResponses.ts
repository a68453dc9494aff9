// What API Gateway answers by itself: a status, headers and a body by the type of what went wrong, changed by the API's document.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/supported-gateway-response-types.html
import type { HttpResponse } from "../../internet";
import type { Json } from "../../json";
import { type ContextVariables, checkTemplate, checkVariable, filled } from "./contextVariables";
import { badRequest, unsupported } from "./errors";
import { objectAt, onlyKnown, textAt } from "./reading";

/** The types that the simulator's API Gateway comes to, with their statuses. */
const statuses = {
  ACCESS_DENIED: 403,
  AUTHORIZER_CONFIGURATION_ERROR: 500,
  AUTHORIZER_FAILURE: 500,
  BAD_REQUEST_BODY: 400,
  BAD_REQUEST_PARAMETERS: 400,
  // Documented as 504. AWS answers 500 (see LocalStack's pull request 11183), as Lambda's own document says of refused invocations.
  INTEGRATION_FAILURE: 500,
  INTEGRATION_TIMEOUT: 504,
  MISSING_AUTHENTICATION_TOKEN: 403,
  REQUEST_TOO_LARGE: 413,
  THROTTLED: 429,
  UNAUTHORIZED: 401,
} as const;

/** Types that are never answered here, but may be changed by a document. */
const otherTypes = [
  ...["API_CONFIGURATION_ERROR", "EXPIRED_TOKEN"],
  ...["INVALID_API_KEY", "INVALID_SIGNATURE", "QUOTA_EXCEEDED", "RESOURCE_NOT_FOUND"],
  ...["UNSUPPORTED_MEDIA_TYPE", "WAF_FILTERED"],
];
const defaults = ["DEFAULT_4XX", "DEFAULT_5XX"];

/** The x-amzn-errortype header; where AWS has another one, nothing depends on it. */
const errorTypes: Readonly<Record<number, string>> = {
  400: "BadRequestException",
  401: "UnauthorizedException",
  413: "RequestEntityTooLargeException",
  429: "TooManyRequestsException",
};

export type GatewayResponseType = keyof typeof statuses | "DEFAULT_4XX" | "DEFAULT_5XX";

export interface GatewayResponse {
  readonly statusCode: number | undefined;
  /** Header names and where their values come from. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly template: string | undefined;
}

/** What went wrong with a request. */
export interface GatewayFailure {
  readonly type: GatewayResponseType;
  /** null where AWS says nothing. */
  readonly message: string | null;
  readonly validationError?: string;
  /** Of a failure that has no type of its own. */
  readonly status?: number;
}

/** Looks up parameters of the request, such as `method.request.header.x-id`. */
export type RequestParameter = (place: "header" | "path" | "querystring", name: string) => string | undefined;

const ownTemplate = '{"message":$context.error.messageString}';

function checkParameter(where: string, value: string): void {
  const context = /^context\.(.+)$/.exec(value)?.[1];
  if (context !== undefined) checkVariable(where, context);
  else if (!/^'[^']*'$|^method\.request\.(header|path|querystring)\.[^.]+$/.test(value)) {
    throw unsupported(where, value, "'text', context.<variable> and method.request.{header,path,querystring}.<name>");
  }
}

function readOne(where: string, value: Json | undefined): GatewayResponse {
  const given = objectAt(where, value);
  onlyKnown(where, given, ["statusCode", "responseParameters", "responseTemplates"]);
  const parameters = Object.entries(objectAt(`${where}.responseParameters`, given.responseParameters ?? {})).map(
    ([key, expression]) => {
      const place = `${where}.responseParameters.${key}`;
      const name = /^gatewayresponse\.header\.(.+)$/.exec(key)?.[1];
      if (name === undefined) throw badRequest(`Invalid mapping expression specified: ${key} in [${where}]`);
      checkParameter(place, textAt(place, expression));
      return [name, textAt(place, expression)] as const;
    },
  );
  const templates = objectAt(`${where}.responseTemplates`, given.responseTemplates ?? {});
  onlyKnown(`${where}.responseTemplates`, templates, ["application/json"]);
  const template = templates["application/json"];
  const place = `${where}.responseTemplates.application/json`;
  if (template !== undefined) checkTemplate(place, textAt(place, template));
  const { statusCode } = given;
  if (statusCode !== undefined && !/^[1-5]\d\d$/.test(String(statusCode))) {
    throw badRequest(`Invalid status code specified: ${String(statusCode)} in [${where}]`);
  }
  return {
    statusCode: statusCode === undefined ? undefined : Number(statusCode),
    parameters: Object.fromEntries(parameters),
    template: template === undefined ? undefined : textAt(place, template),
  };
}

export function readGatewayResponses(value: Json | undefined): Readonly<Record<string, GatewayResponse>> {
  const where = "x-amazon-apigateway-gateway-responses";
  const given = objectAt(where, value ?? {});
  onlyKnown(where, given, [...Object.keys(statuses), ...otherTypes, ...defaults]);
  return Object.fromEntries(Object.entries(given).map(([type, one]) => [type, readOne(`${where}.${type}`, one)]));
}

function isTyped(type: GatewayResponseType): type is keyof typeof statuses {
  return type in statuses;
}

function headerValue(expression: string, variables: ContextVariables, parameter: RequestParameter): string | undefined {
  if (expression.startsWith("'")) return expression.slice(1, -1);
  const context = /^context\.(.+)$/.exec(expression)?.[1];
  if (context !== undefined) {
    const value = variables.get(checkVariable("responseParameters", context));
    return value === undefined ? undefined : String(value);
  }
  const [, , place, name = ""] = expression.split(".");
  return parameter(place as "header" | "path" | "querystring", name);
}

/** Renders the answer to a failure, and sets the variables that tell of it. */
export function gatewayResponse(
  failure: GatewayFailure,
  changed: Readonly<Record<string, GatewayResponse>>,
  variables: ContextVariables,
  parameter: RequestParameter,
): HttpResponse {
  const { type, message, validationError } = failure;
  const own = failure.status ?? (isTyped(type) ? statuses[type] : 500);
  const response = changed[type] ?? changed[own >= 500 ? "DEFAULT_5XX" : "DEFAULT_4XX"];
  if (message !== null) variables.set("error.message", message);
  variables.set("error.messageString", JSON.stringify(message));
  variables.set("error.responseType", type);
  if (validationError !== undefined) variables.set("error.validationErrorString", validationError);
  const status = response?.statusCode ?? own;
  const forbidden = own >= 500 ? "InternalServerErrorException" : "ForbiddenException";
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "x-amzn-errortype": errorTypes[own] ?? forbidden,
  };
  for (const [name, expression] of Object.entries(response?.parameters ?? {})) {
    const value = headerValue(expression, variables, parameter);
    if (value !== undefined) headers[name.toLowerCase()] = value;
  }
  return { status, headers, body: filled(response?.template ?? ownTemplate, variables, "") };
}
