// The middleware of APIs: somebody waits for the answer, and nobody but the client tries again. So what is the client's own fault is an answer
// like any other, and what is the server's fault fails the invocation, so that traces and metrics show the true shares.
import { createHash } from "node:crypto";
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";
import { isObject, own } from "../../records/json";
import { type ApiRequest, apiRequestOf, type RequestIds, requestIdsOf } from "./apiRequest";
import { problemResponse, responseOf } from "./apiResponse";
import { type MiddlewareTools, toolsOf } from "./attempt";
import { type ApiMiddlewareConfig, readMiddlewareConfig } from "./config";
import { problemType, RequestProblem } from "./problem";
import {
  asError,
  type ErrorClass,
  errorClassOf,
  loggerFor,
  publishing,
  reportFailure,
  reportSuccess,
  type Telemetry,
} from "./telemetry";
import { workOf } from "./work";
import { type WorkContext, type WorkLogger, workContext } from "./workContext";

type ApiHandler<Body> = (request: ApiRequest<Body>, context: WorkContext) => unknown;

/** What the packaging puts around a component's handler. */
export function wrap<Body>(handler: ApiHandler<Body>) {
  const config = readMiddlewareConfig<ApiMiddlewareConfig>();
  return apiMiddleware(handler, config, toolsOf(config));
}

/** When another attempt of the same request may be over. */
const inProgressSeconds = 5;

/**
 * Answers with the handler's result. An error that the config declares as the client's is answered as problem details with its status and title,
 * and with what its own member `detail` says, if it has one: its message is for the logs. Every other error is logged, counted and
 * thrown; API Gateway then answers in the API's own words.
 *
 * With an idempotency store, requests that carry the same `Idempotency-Key` are done once, by operation and caller
 * (https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-idempotency-key-header).
 */
export function apiMiddleware<Body>(
  handler: ApiHandler<Body>,
  { clientErrors, operations, maxBytes }: Pick<ApiMiddlewareConfig, "clientErrors" | "operations" | "maxBytes">,
  tools: MiddlewareTools,
) {
  return (event: APIGatewayProxyEvent, context: Context): Promise<APIGatewayProxyResult> =>
    publishing(tools.telemetry, async () => {
      const ids = requestIdsOf(event);
      const { telemetry } = tools;
      const work = workOf(undefined, context, { id: ids.requestId, correlationId: ids.correlationId });
      const logger = loggerFor(telemetry.logger, context, work);
      try {
        // The body was validated by API Gateway, where the operation has a model of it.
        const request = apiRequestOf(event, operations, maxBytes) as ApiRequest<Body>;
        const { result, duplicate } = await once(tools, request, context, async () =>
          handler(request, workContext(context, work, logger)),
        );
        const response = responseOf(result, ids);
        reportSuccess(telemetry, logger, duplicate);
        return response;
      } catch (thrown) {
        const error = asError(thrown);
        const problem = clientProblem(error, clientErrors, ids);
        if (problem !== undefined && problem.statusCode >= 500) {
          const cause = error.cause ?? error;
          reportFailure(telemetry, logger, cause, errorClassOf(cause) === "AwsError" ? "AwsError" : "ServerError");
          return problem;
        }
        if (problem !== undefined) {
          const inProgress = errorClassOf(error) === "InProgress";
          reportAnswered(telemetry, logger, error, inProgress ? "InProgress" : "ClientError");
          return problem;
        }
        const errorClass = errorClassOf(error);
        reportFailure(telemetry, logger, error, errorClass === "AwsError" ? errorClass : "ServerError");
        throw error;
      }
    });
}

/** The answer to an error that is the client's own, or a refusal; undefined for any other. */
function clientProblem(
  error: Error,
  clientErrors: ApiMiddlewareConfig["clientErrors"],
  ids: RequestIds,
): APIGatewayProxyResult | undefined {
  if (error instanceof RequestProblem) {
    const { status, title, detail, retryAfter, members } = error;
    return problemResponse({ type: "about:blank", title, status, detail, ...members }, retryAfter, ids);
  }
  if (errorClassOf(error) === "InProgress") {
    const detail = "A request with the same Idempotency-Key is still being processed.";
    return problemResponse({ type: "about:blank", title: "Conflict", status: 409, detail }, inProgressSeconds, ids);
  }
  const declared = Object.hasOwn(clientErrors, error.name) ? clientErrors[error.name] : undefined;
  if (declared === undefined) return undefined;
  const detail = isObject(error) ? own(error, "detail") : undefined;
  const said = typeof detail === "string" ? { detail } : {};
  return problemResponse({ type: problemType(error.name), ...declared, ...said }, undefined, ids);
}

/** An error that is an answer, and no failure of the function. */
function reportAnswered({ metrics }: Telemetry, logger: WorkLogger, error: Error, errorClass: ErrorClass): void {
  logger.info(error.message, { error_class: errorClass, error_name: error.name });
  metrics.addMetric(errorClass, "Count", 1);
}

interface Kept {
  /** Of the request that was answered so. */
  readonly fingerprint: string;
  readonly result?: unknown;
}

/** The handler's result, or, where the client sent an `Idempotency-Key` that was used before, the first one. */
async function once<Body>(
  { idempotent }: MiddlewareTools,
  request: ApiRequest<Body>,
  context: Context,
  handle: () => Promise<unknown>,
): Promise<{ readonly result: unknown; readonly duplicate: boolean }> {
  const key = idempotencyKeyOf(request);
  if (key === undefined) return { result: await handle(), duplicate: false };
  const { operationId, callerArn = "anonymous", principal = callerArn, pathParameters, query, body } = request;
  const fingerprint = createHash("sha256")
    .update(JSON.stringify([pathParameters, query, body]))
    .digest("hex");
  const { result: kept, duplicate } = await idempotent<Kept>(
    [operationId, principal, key].join(" "),
    context,
    async () => ({
      fingerprint,
      result: await handle(),
    }),
  );
  if (kept === null) {
    throw new RequestProblem(
      409,
      "Conflict",
      "This request was done already, and its answer was too large to be kept.",
    );
  }
  if (kept.fingerprint !== fingerprint) {
    throw new RequestProblem(422, "Unprocessable Content", "The Idempotency-Key was used for another request.");
  }
  return { result: kept.result, duplicate };
}

function idempotencyKeyOf<Body>({ headers }: ApiRequest<Body>): string | undefined {
  const key = headers["idempotency-key"];
  if (key !== undefined && !/^[\x21-\x7e]{1,255}$/.test(key)) {
    throw new RequestProblem(
      400,
      "Bad Request",
      "An Idempotency-Key has 1 to 255 characters of ASCII, without spaces.",
    );
  }
  return key;
}
