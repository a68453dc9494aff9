// The REST protocol of Lambda: which operation a request means, and what its path, query and headers carry.
// See the "Actions" of the Lambda API reference.
import type { HttpRequest, HttpResponse } from "./internet";
import type { JsonObject } from "./json";

interface Route {
  readonly method: string;
  readonly path: RegExp;
  readonly action: string;
  /** The member that the path carries. */
  readonly member?: "FunctionName" | "UUID";
}

const functions = "/2015-03-31/functions/([^/]+)";
const mappings = "/2015-03-31/event-source-mappings";
const invokeConfig = "/2019-09-25/functions/([^/]+)/event-invoke-config";
const concurrency = "/2017-10-31/functions/([^/]+)/concurrency";

function route(method: string, path: string, action: string, member?: "FunctionName" | "UUID"): Route {
  return { method, path: new RegExp(`^${path}/?$`), action, ...(member === undefined ? {} : { member }) };
}

const routes: readonly Route[] = [
  route("POST", `${functions}/invocations`, "Invoke", "FunctionName"),
  route("GET", functions, "GetFunction", "FunctionName"),
  route("GET", `${functions}/configuration`, "GetFunctionConfiguration", "FunctionName"),
  route("PUT", `${functions}/configuration`, "UpdateFunctionConfiguration", "FunctionName"),
  route("PUT", concurrency, "PutFunctionConcurrency", "FunctionName"),
  route("DELETE", concurrency, "DeleteFunctionConcurrency", "FunctionName"),
  route("POST", mappings, "CreateEventSourceMapping"),
  route("GET", mappings, "ListEventSourceMappings"),
  route("GET", `${mappings}/([^/]+)`, "GetEventSourceMapping", "UUID"),
  route("PUT", `${mappings}/([^/]+)`, "UpdateEventSourceMapping", "UUID"),
  route("DELETE", `${mappings}/([^/]+)`, "DeleteEventSourceMapping", "UUID"),
  route("PUT", invokeConfig, "PutFunctionEventInvokeConfig", "FunctionName"),
  route("POST", invokeConfig, "UpdateFunctionEventInvokeConfig", "FunctionName"),
  route("GET", invokeConfig, "GetFunctionEventInvokeConfig", "FunctionName"),
  route("DELETE", invokeConfig, "DeleteFunctionEventInvokeConfig", "FunctionName"),
];

/** Operations that answer another status than 200. */
const statuses: Readonly<Record<string, number>> = {
  CreateEventSourceMapping: 202,
  UpdateEventSourceMapping: 202,
  DeleteEventSourceMapping: 202,
  DeleteFunctionEventInvokeConfig: 204,
  DeleteFunctionConcurrency: 204,
};

const invokeHeaders: Readonly<Record<string, string>> = {
  InvocationType: "x-amz-invocation-type",
  ClientContext: "x-amz-client-context",
  LogType: "x-amz-log-type",
};

function invokeInput({ headers, body }: HttpRequest): JsonObject {
  const given = Object.entries(invokeHeaders).filter(([, header]) => headers[header] !== undefined);
  const members = given.map(([member, header]) => [member, headers[header]]);
  return { InvocationType: "RequestResponse", ...Object.fromEntries(members), Payload: body.toString("utf8") };
}

/** @param body gives the request's body as JSON; undefined when it is none */
export function decodeLambda(
  request: HttpRequest,
  body: () => JsonObject | undefined,
): { readonly action: string; readonly input: JsonObject } | undefined {
  const { pathname, searchParams } = request.url;
  for (const { method, path, action, member } of routes) {
    const match = method === request.method ? path.exec(pathname) : null;
    if (match === null) continue;
    const named = member === undefined ? {} : { [member]: decodeURIComponent(match[1] as string) };
    const content = action === "Invoke" ? invokeInput(request) : body();
    return { action, input: { ...content, ...Object.fromEntries(searchParams), ...named } };
  }
  return undefined;
}

/** @param headers what every answer carries */
export function lambdaResponse(action: string, output: JsonObject, headers: Record<string, string>): HttpResponse {
  if (action !== "Invoke") {
    const status = statuses[action] ?? 200;
    return { status, headers, body: status === 204 ? "" : JSON.stringify(output) };
  }
  const failed: Record<string, string> =
    output.FunctionError === undefined ? {} : { "x-amz-function-error": String(output.FunctionError) };
  const log: Record<string, string> =
    output.LogResult === undefined ? {} : { "x-amz-log-result": String(output.LogResult) };
  const version = { "x-amz-executed-version": String(output.ExecutedVersion ?? "$LATEST") };
  return {
    status: Number(output.StatusCode),
    headers: { ...headers, ...failed, ...log, ...version },
    body: typeof output.Payload === "string" ? output.Payload : "",
  };
}
