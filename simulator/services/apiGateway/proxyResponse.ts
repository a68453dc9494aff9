// What a function behind a proxy integration must return, and what the client gets of it.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
import type { HttpResponse } from "../../internet";
import type { Json } from "../../json";
import { isObject } from "./reading";

function headersOf(headers: Json | undefined, multiValueHeaders: Json | undefined): Record<string, string> | undefined {
  const merged: Record<string, string> = {};
  for (const given of [headers ?? {}, multiValueHeaders ?? {}]) {
    if (!isObject(given)) return undefined;
    for (const [name, value] of Object.entries(given)) {
      merged[name.toLowerCase()] = Array.isArray(value) ? value.join(", ") : String(value);
    }
  }
  return merged;
}

/** Undefined when the function's result is malformed. @param payload JSON text */
export function proxyResponse(payload: string): HttpResponse | undefined {
  const result = JSON.parse(payload === "" ? "null" : payload) as Json;
  if (!isObject(result)) return undefined;
  const status = Number(result.statusCode);
  const isStatus = Number.isInteger(status) && status >= 100 && status <= 599;
  const body = result.body ?? "";
  const headers = headersOf(result.headers, result.multiValueHeaders);
  if (!isStatus || typeof body !== "string" || headers === undefined) return undefined;
  return {
    status,
    headers: { "content-type": "application/json", ...headers },
    // Without binary media types API Gateway hands the text on as it is.
    body,
  };
}
