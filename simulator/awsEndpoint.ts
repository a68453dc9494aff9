// AWS's wire protocols: what an SDK sends over HTTP becomes a call at the gateway, and the outcome becomes its answer.
import { decodeQuery, type QueryCall, queryError, queryOutput } from "./awsQuery";
import type { CallRequest, Gateway } from "./gateway";
import type { HttpReply, HttpRequest, HttpResponse } from "./internet";
import type { JsonObject } from "./json";
import type { AwsError, Origin, Outcome, Principal } from "./service";
import { answerApiRequest, decodeApiGateway, executeApiRequest } from "./services/apiGateway/wire";
import { queryErrorCode } from "./services/sqs/errors";

/** The X-Amz-Target prefixes of the JSON protocols, with the service's IAM prefix. */
const targets: Readonly<Record<string, string>> = {
  AmazonSQS: "sqs",
  AWSStepFunctions: "states",
  AWSEvents: "events",
  DynamoDB_20120810: "dynamodb",
  DynamoDBStreams_20120810: "dynamodb",
  Kinesis_20131202: "kinesis",
  Logs_20140328: "logs",
  GraniteServiceVersion20100801: "cloudwatch",
};

/** The REST protocol of Lambda; see the "Actions" of the Lambda API reference. */
const lambdaRoutes: readonly { readonly method: string; readonly path: RegExp; readonly action: string }[] = [
  { method: "POST", path: /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, action: "Invoke" },
  { method: "GET", path: /^\/2015-03-31\/functions\/([^/]+)$/, action: "GetFunction" },
  { method: "GET", path: /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, action: "GetFunctionConfiguration" },
  { method: "PUT", path: /^\/2015-03-31\/functions\/([^/]+)\/configuration$/, action: "UpdateFunctionConfiguration" },
  { method: "PUT", path: /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/, action: "PutFunctionConcurrency" },
  { method: "DELETE", path: /^\/2017-10-31\/functions\/([^/]+)\/concurrency$/, action: "DeleteFunctionConcurrency" },
];

/** Who sends: its principal, and the execution environment when it is a function. */
export interface Sender {
  readonly principal: Principal;
  readonly origin?: Origin;
  /** @default true */
  readonly secureTransport?: boolean;
}

type Decoded = Pick<CallRequest, "service" | "action" | "input"> & {
  readonly rest: boolean;
  /** Set when the request came in the query protocol. */
  readonly query?: QueryCall;
};

/** Whether AWS answers for this host name, as far as the simulator goes. */
export function isAwsHost(hostname: string): boolean {
  return hostname.endsWith(".amazonaws.com") || hostname.endsWith(".api.aws");
}

function jsonBody(request: HttpRequest): JsonObject | undefined {
  const text = request.body.toString("utf8");
  if (text === "") return {};
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return undefined;
  }
}

function decodeLambda(request: HttpRequest): Decoded | undefined {
  for (const route of lambdaRoutes) {
    const match = route.method === request.method ? route.path.exec(request.url.pathname) : null;
    if (match === null) continue;
    const FunctionName = decodeURIComponent(match[1] as string);
    const InvocationType = request.headers["x-amz-invocation-type"] ?? "RequestResponse";
    const invoke = { FunctionName, InvocationType, Payload: request.body.toString("utf8") };
    const input = route.action === "Invoke" ? invoke : { ...jsonBody(request), FunctionName };
    return { service: "lambda", action: route.action, input, rest: true };
  }
  return undefined;
}

function decodeForm(request: HttpRequest): Decoded | undefined {
  if (!(request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) return undefined;
  const query = decodeQuery(request.body.toString("utf8"));
  if (query === undefined) return undefined;
  const { service, action, input } = query;
  return { service, action, input, rest: false, query };
}

function queryResponse(query: QueryCall, outcome: Outcome, requestId: string): HttpResponse {
  const headers = { "content-type": "text/xml", "x-amzn-requestid": requestId };
  if (outcome.ok) return { status: 200, headers, body: queryOutput(query, outcome.output, requestId) };
  return { status: outcome.error.status, headers, body: queryError(query, outcome.error, requestId) };
}

function decodeRest(request: HttpRequest): Decoded | undefined {
  const decoded = decodeApiGateway(request);
  return decoded === undefined ? undefined : { ...decoded, rest: true };
}

function decode(request: HttpRequest): Decoded | undefined {
  const [prefix, action] = (request.headers["x-amz-target"] ?? "").split(".");
  const service = targets[prefix as string];
  if (service === undefined || action === undefined)
    return decodeForm(request) ?? decodeLambda(request) ?? decodeRest(request);
  const input = jsonBody(request);
  return input === undefined ? undefined : { service, action, input, rest: false };
}

function errorResponse(service: string, error: AwsError, requestId: string): HttpResponse {
  const fault = error.status < 500 ? "Sender" : "Receiver";
  const query: Record<string, string> =
    service === "sqs" ? { "x-amzn-query-error": `${queryErrorCode(error.code)};${fault}` } : {};
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    "x-amzn-requestid": requestId,
    "x-amzn-errortype": error.code,
    ...query,
  };
  return {
    status: error.status,
    headers,
    body: JSON.stringify({ __type: error.code, message: error.message, ...error.members }),
  };
}

function successResponse(decoded: Decoded, output: JsonObject, requestId: string): HttpResponse {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": requestId };
  if (decoded.action === "GetExport") return { status: 200, headers, body: String(output.body) };
  if (!decoded.rest || decoded.action !== "Invoke") return { status: 200, headers, body: JSON.stringify(output) };
  const failed: Record<string, string> =
    output.FunctionError === undefined ? {} : { "x-amz-function-error": String(output.FunctionError) };
  const version = { "x-amz-executed-version": String(output.ExecutedVersion ?? "$LATEST") };
  return {
    status: Number(output.StatusCode),
    headers: { ...headers, ...failed, ...version },
    body: typeof output.Payload === "string" ? output.Payload : "",
  };
}

/** Answers one HTTP request as AWS would; never, when the caller crashed meanwhile. */
export function answerAwsRequest(gateway: Gateway, request: HttpRequest, sender: Sender, reply: HttpReply): void {
  const apiRequest = executeApiRequest(request);
  if (apiRequest !== undefined) {
    answerApiRequest(gateway, request, apiRequest, sender, reply);
    return;
  }
  const decoded = decode(request);
  if (decoded === undefined) {
    const target = request.headers["x-amz-target"] ?? `${request.method} ${request.url.pathname}`;
    const message = `the simulator does not know the request ${target} to ${request.url.host}`;
    reply({
      status: 501,
      headers: { "x-amzn-errortype": "SimulatorUnsupportedOperation" },
      body: JSON.stringify({ message }),
    });
    return;
  }
  const { service, action, input } = decoded;
  const signed = request.headers.authorization !== undefined;
  const principal: Principal = signed ? sender.principal : { kind: "anonymous" };
  gateway.call({ service, action, input, ...sender, principal }, (outcome: Outcome, requestId) => {
    if (decoded.query !== undefined) {
      reply(queryResponse(decoded.query, outcome, requestId));
      return;
    }
    reply(
      outcome.ok
        ? successResponse(decoded, outcome.output, requestId)
        : errorResponse(service, outcome.error, requestId),
    );
  });
}
