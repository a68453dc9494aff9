// What a handler of an API answers, in the form that API Gateway takes.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-output-format
import type { APIGatewayProxyResult } from "aws-lambda";
import { isObject } from "../../records/json";
import type { RequestIds } from "./apiRequest";
import { instanceOf, type Problem } from "./problem";

/** An answer with a status or headers of its own. */
export interface ApiResponse {
  /** 200 to 599. */
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A JSON value; a text that goes with a `content-type` of its own is sent as it is. */
  readonly body?: unknown;
}

const members = ["status", "headers", "body"];

/** An object of `status`, `headers` and `body` alone whose status is one of HTTP's; everything else is a body. */
function isResponse(result: unknown): result is ApiResponse {
  if (!isObject(result) || Object.keys(result).some((name) => !members.includes(name))) return false;
  const { status, headers = {} } = result;
  return Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599 && isObject(headers);
}

/** A handler's result: 200 and its JSON, 204 where it is undefined, or the response that it says. */
export function responseOf(result: unknown, ids: RequestIds): APIGatewayProxyResult {
  if (!isResponse(result)) return answer(result === undefined ? 204 : 200, {}, result, ids);
  const own = Object.fromEntries(
    Object.entries(result.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
  return answer(result.status, own, result.body, ids);
}

/** @param retryAfter seconds; undefined where another attempt cannot help */
export function problemResponse(
  problem: Omit<Problem, "instance" | "retryable">,
  retryAfter: number | undefined,
  ids: RequestIds,
): APIGatewayProxyResult {
  const body: Problem = { ...problem, instance: instanceOf(ids.requestId), retryable: retryAfter !== undefined };
  const wait: Record<string, string> = retryAfter === undefined ? {} : { "retry-after": String(retryAfter) };
  return answer(problem.status, { "content-type": "application/problem+json", ...wait }, body, ids);
}

function answer(
  statusCode: number,
  own: Readonly<Record<string, string>>,
  body: unknown,
  { requestId, correlationId }: RequestIds,
): APIGatewayProxyResult {
  const isText = typeof body === "string" && own["content-type"] !== undefined;
  const headers = { ...own, "x-request-id": requestId, "x-correlation-id": correlationId };
  if (body === undefined) return { statusCode, headers, body: "" };
  return {
    statusCode,
    headers: { "content-type": "application/json", ...headers },
    body: isText ? body : JSON.stringify(body),
  };
}
