// AWS's wire protocols: what an SDK sends over HTTP becomes a call at the gateway, and the outcome becomes its answer.
import { decodeQuery, type QueryCall, queryError, queryOutput } from "./awsQuery";
import type { CallRequest, Gateway } from "./gateway";
import type { HttpReply, HttpRequest, HttpResponse } from "./internet";
import type { JsonObject } from "./json";
import { decodeLambda, lambdaResponse } from "./lambdaRoutes";
import { decodeS3, isS3Request } from "./s3Protocol/request";
import { s3ErrorResponse, s3Response } from "./s3Protocol/response";
import { decodeScheduler } from "./schedulerProtocol";
import { AwsError, type Origin, type Outcome, type Principal } from "./service";
import { answerApiRequest, decodeApiGateway, executeApiRequest } from "./services/apiGateway/wire";
import { queryErrorCode } from "./services/sqs/errors";

/** The X-Amz-Target prefixes of the JSON protocols, with the service's IAM prefix (DynamoDB Streams has none of its own). */
const targets: Readonly<Record<string, string>> = {
  AmazonSQS: "sqs",
  AWSStepFunctions: "states",
  AWSEvents: "events",
  DynamoDB_20120810: "dynamodb",
  DynamoDBStreams_20120810: "dynamodbstreams",
  Kinesis_20131202: "kinesis",
  Logs_20140328: "logs",
  GraniteServiceVersion20100801: "cloudwatch",
};

/** Who sends: its principal, and the execution environment when it is a function. */
export interface Sender {
  readonly principal: Principal;
  readonly origin?: Origin;
  /** @default true */
  readonly secureTransport?: boolean;
}

type Decoded = Pick<CallRequest, "service" | "action" | "input"> & {
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

/** The services of the REST protocols are known by their paths. */
function decodeRest(request: HttpRequest): Decoded | undefined {
  const schedule = decodeScheduler(request, jsonBody(request));
  if (schedule !== undefined) return { service: "scheduler", ...schedule };
  const invoked = decodeLambda(request, () => jsonBody(request));
  return invoked === undefined ? decodeApiGateway(request) : { service: "lambda", ...invoked };
}

function decodeForm(request: HttpRequest): Decoded | undefined {
  if (!(request.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")) return undefined;
  const query = decodeQuery(request.body.toString("utf8"));
  if (query === undefined) return undefined;
  const { service, action, input } = query;
  return { service, action, input, query };
}

function queryResponse(query: QueryCall, outcome: Outcome, requestId: string): HttpResponse {
  const headers = { "content-type": "text/xml", "x-amzn-requestid": requestId };
  if (outcome.ok) return { status: 200, headers, body: queryOutput(query, outcome.output, requestId) };
  return { status: outcome.error.status, headers, body: queryError(query, outcome.error, requestId) };
}

function decode(request: HttpRequest): Decoded | undefined {
  const [prefix, action] = (request.headers["x-amz-target"] ?? "").split(".");
  const service = targets[prefix as string];
  if (service === undefined || action === undefined) return decodeForm(request) ?? decodeRest(request);
  const input = jsonBody(request);
  return input === undefined ? undefined : { service, action, input };
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
  if (decoded.service === "lambda") return lambdaResponse(decoded.action, output, headers);
  return { status: 200, headers, body: JSON.stringify(output) };
}

function answerS3(gateway: Gateway, request: HttpRequest, sender: Sender, reply: HttpReply): void {
  const decoded = decodeS3(request);
  if ("code" in decoded) {
    reply(s3ErrorResponse(request, new AwsError(decoded.code, decoded.message), {}, ""));
    return;
  }
  const { action, input } = decoded;
  gateway.call({ service: "s3", action, input, ...sender, principal: signer(request, sender) }, (outcome, requestId) =>
    reply(s3Response(request, decoded, outcome, requestId)),
  );
}

/** A request without a signature is anybody's. */
function signer({ headers }: HttpRequest, sender: Sender): Principal {
  return headers.authorization === undefined ? { kind: "anonymous" } : sender.principal;
}

/** Answers one HTTP request as AWS would; never, when the caller crashed meanwhile. */
export function answerAwsRequest(gateway: Gateway, request: HttpRequest, sender: Sender, reply: HttpReply): void {
  const apiRequest = executeApiRequest(request);
  if (apiRequest !== undefined) {
    answerApiRequest(gateway, request, apiRequest, sender, reply);
    return;
  }
  if (isS3Request(request)) {
    answerS3(gateway, request, sender, reply);
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
  gateway.call(
    { service, action, input, ...sender, principal: signer(request, sender) },
    (outcome: Outcome, requestId) => {
      if (decoded.query !== undefined) {
        reply(queryResponse(decoded.query, outcome, requestId));
        return;
      }
      reply(
        outcome.ok
          ? successResponse(decoded, outcome.output, requestId)
          : errorResponse(service, outcome.error, requestId),
      );
    },
  );
}
