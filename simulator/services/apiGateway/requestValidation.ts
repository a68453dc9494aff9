// Checks a request before the integration, as a request validator says.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-method-request-validation.html
import type { Json } from "../../json";
import type { ApiMethod } from "./apiDefinition";
import type { GatewayFailure, RequestParameter } from "./gatewayResponses";

const places = { path: "path", query: "querystring", header: "header" } as const;

function missingParameters(method: ApiMethod, parameter: RequestParameter): readonly string[] {
  return method.requiredParameters
    .filter(({ place, name }) => (parameter(places[place], name) ?? "") === "")
    .map(({ name }) => name);
}

function bodyProblems(method: ApiMethod, text: string, contentType: string | undefined): readonly string[] | undefined {
  const { body } = method;
  // A body of a content type that has no model is not looked at.
  if (body === undefined || (contentType ?? "application/json").split(";")[0]?.trim() !== "application/json")
    return undefined;
  let value: Json;
  try {
    // As on AWS (recorded): no body is an empty object.
    value = JSON.parse(text === "" ? "{}" : text) as Json;
  } catch {
    return [];
  }
  const problems = body(value);
  return problems.length === 0 ? undefined : problems;
}

/** What is wrong with the request; undefined when nothing is. */
export function invalidity(
  method: ApiMethod,
  request: { readonly body: string; readonly contentType: string | undefined },
  parameter: RequestParameter,
): GatewayFailure | undefined {
  const missing = missingParameters(method, parameter);
  if (missing.length > 0) {
    const message = `Missing required request parameters: [${missing.join(", ")}]`;
    return { type: "BAD_REQUEST_PARAMETERS", message, validationError: message };
  }
  const problems = bodyProblems(method, request.body, request.contentType);
  if (problems === undefined) return undefined;
  const validationError = problems.length === 0 ? "Invalid request body" : `[${problems.join(", ")}]`;
  return { type: "BAD_REQUEST_BODY", message: "Invalid request body", validationError };
}
