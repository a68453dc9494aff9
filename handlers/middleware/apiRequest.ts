// A request to an API as its handler is given it: read from API Gateway's proxy event.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format
import type { APIGatewayProxyEvent } from "aws-lambda";
import { isObject, own } from "../../records/json";
import { RequestProblem } from "./problem";

/** What a handler of an API gets. */
export interface ApiRequest<Body = unknown> {
  /** As the program names it; method and path where it has no such operation. */
  readonly operationId: string;
  /** Decoded. */
  readonly pathParameters: Readonly<Record<string, string>>;
  /** Decoded; of a name that comes more than once, the last. */
  readonly query: Readonly<Record<string, string>>;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** The JSON value; undefined where there is no body. */
  readonly body: Body;
  /** API Gateway's id of the request, which its access log names. */
  readonly requestId: string;
  /** The client's `x-correlation-id`, or the request's id. */
  readonly correlationId: string;
  /** The ARN of the identity that signed the request; undefined where nobody did. */
  readonly callerArn?: string;
  /** Whom an authorizer let in: the `sub` of a Cognito user, the `principalId` of a Lambda authorizer; undefined with no authorizer. */
  readonly principal?: string;
}

/** What is known of a request before it is read in full, since a refusal carries it, too. */
export interface RequestIds {
  readonly requestId: string;
  readonly correlationId: string;
}

/** A client's own id goes into logs and headers: it is taken only if it can do no harm there. */
const harmless = /^[\w.:/+=@-]{1,128}$/;

/** JSON.parse takes any depth, while JSON.stringify and most other code call themselves for each level until the stack overflows. */
const mostLevels = 100;

function headersOf(event: Pick<APIGatewayProxyEvent, "headers">): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(event.headers ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name.toLowerCase(), value]],
    ),
  );
}

export function requestIdsOf(event: APIGatewayProxyEvent): RequestIds {
  const { requestId } = event.requestContext;
  const given = headersOf(event)["x-correlation-id"] ?? "";
  return { requestId, correlationId: harmless.test(given) ? given : requestId };
}

/**
 * @param operations the ids of operations by method and path
 * @param maxBytes of the body
 * @throws RequestProblem when the request cannot be read: 400, 413 or 415
 */
export function apiRequestOf(
  event: APIGatewayProxyEvent,
  operations: Readonly<Record<string, string>> = {},
  maxBytes = Number.POSITIVE_INFINITY,
): ApiRequest {
  const { httpMethod, resource, requestContext } = event;
  const operation = `${httpMethod} ${resource}`;
  const callerArn = requestContext.identity?.userArn ?? undefined;
  return {
    operationId: operations[operation] ?? operation,
    pathParameters: textsOf(event.pathParameters, decoded),
    query: textsOf(event.queryStringParameters, (text) => text),
    headers: headersOf(event),
    body: bodyOf(event, maxBytes),
    ...requestIdsOf(event),
    ...(callerArn === undefined ? {} : { callerArn }),
    ...principalOf(requestContext.authorizer),
  };
}

/**
 * Of a Cognito user pool the claims, of a Lambda authorizer what it returned.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-mapping-template-reference.html#context-variable-reference
 */
function principalOf(authorizer: unknown): Pick<ApiRequest, "principal"> {
  if (!isObject(authorizer)) return {};
  const claims = own(authorizer, "claims");
  const principal = isObject(claims) ? own(claims, "sub") : own(authorizer, "principalId");
  return typeof principal === "string" && principal !== "" ? { principal } : {};
}

function textsOf(
  parameters: Readonly<Record<string, string | undefined>> | null,
  read: (text: string, name: string) => string,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(parameters ?? {}).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, read(value, name)]],
    ),
  );
}

// API Gateway decodes the parameters of the query, and not those of the path.
function decoded(text: string, name: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new RequestProblem(400, "Bad Request", `The path parameter ${name} is not percent-encoded correctly.`);
  }
}

// API Gateway validates bodies of the content types that have a model and lets the others pass.
// The content of a GET has no meaning (https://www.rfc-editor.org/rfc/rfc9110#section-9.3.1).
function bodyOf(event: APIGatewayProxyEvent, maxBytes: number): unknown {
  if (event.httpMethod === "GET" || event.httpMethod === "HEAD") return undefined;
  if (event.body === null || event.body === "") return undefined;
  if (Buffer.byteLength(event.body, event.isBase64Encoded ? "base64" : "utf8") > maxBytes) {
    throw new RequestProblem(413, "Content Too Large", `A request's body has at most ${maxBytes} bytes.`);
  }
  const type = (headersOf(event)["content-type"] ?? "application/json").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type !== "application/json") {
    throw new RequestProblem(415, "Unsupported Media Type", "A request's body must be application/json.");
  }
  const text = event.isBase64Encoded ? Buffer.from(event.body, "base64").toString("utf8") : event.body;
  const body = parsedBody(text);
  if (isDeeper(body, mostLevels)) {
    throw new RequestProblem(400, "Bad Request", `A request's body is nested at most ${mostLevels} levels deep.`);
  }
  return body;
}

function parsedBody(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RequestProblem(400, "Bad Request", "The request's body is not valid JSON.");
  }
}

function isDeeper(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  return levels === 0 || Object.values(value).some((member) => isDeeper(member, levels - 1));
}
