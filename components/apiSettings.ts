// What an ApiFunction makes of its arguments: checked values and defaults, no resources.
import type * as pulumi from "@pulumi/pulumi";
import type { ApiMiddlewareConfig } from "../handlers/middleware/config";
import { logGroupName } from "./closureFunctionSettings";
import { type Duration, toSeconds } from "./duration";
import type { ApiOperationShape } from "./openApi/operation";
import { inWords, matching, nonEmpty, validated, wholeNumber } from "./validate";

/** Errors that are the client's own fault, by their names. */
export type ClientErrors = ApiMiddlewareConfig["clientErrors"];

/** How many requests each operation takes. */
export interface ApiThrottling {
  /** Requests a second. @default 100 */
  readonly rateLimit?: number;
  /** Requests at once. @default 200 */
  readonly burstLimit?: number;
}

/** API Gateway waits for 29 seconds, cold start included: a function that takes longer is not heard. */
const longestTimeout = 28;

export function checkedTimeout(timeout: pulumi.Input<Duration> = "25 seconds"): pulumi.Input<Duration> {
  return validated(timeout, (value: Duration) => {
    toSeconds("timeout", value, { minimum: 1, maximum: longestTimeout });
    return value;
  });
}

export function checkedClientErrors(clientErrors: ClientErrors = {}): ClientErrors {
  for (const [name, { status, title }] of Object.entries(clientErrors)) {
    wholeNumber(`clientErrors.${name}.status`, status, { minimum: 400, maximum: 499 });
    nonEmpty(`clientErrors.${name}.title`, title);
  }
  return clientErrors;
}

export function checkedThrottling({ rateLimit = 100, burstLimit = 200 }: ApiThrottling = {}): Required<ApiThrottling> {
  if (!(typeof rateLimit === "number" && rateLimit >= 0 && rateLimit <= 1_000_000)) {
    throw new Error(`[throttling.rateLimit] must be a number from 0 to 1000000, got ${inWords(rateLimit)}`);
  }
  return {
    rateLimit,
    burstLimit: wholeNumber("throttling.burstLimit", burstLimit, { minimum: 0, maximum: 1_000_000 }),
  };
}

/** https://docs.aws.amazon.com/apigateway/latest/api/API_CreateStage.html */
export function checkedStageName(stageName = "v1"): string {
  return matching("stageName", stageName, /^\w{1,128}$/, 'up to 128 letters, digits and "_"');
}

export function operationIds(operations: readonly ApiOperationShape[]): Readonly<Record<string, string>> {
  return Object.fromEntries(operations.map(({ method, path, operationId }) => [`${method} ${path}`, operationId]));
}

/** Beside those of functions, by project, stack and component. */
export function accessLogGroupName(name: string): string {
  return logGroupName(name).replace("/aws/lambda/", "/aws/apigateway/");
}

/**
 * One line of JSON a request. `errorMessage` and `integrationError` tell of what API Gateway answered by itself; the function's log has the
 * rest, under the same request id.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-variables-for-access-logging.html
 */
export const accessLogFormat: string = JSON.stringify({
  requestId: "$context.requestId",
  functionRequestId: "$context.integration.requestId",
  traceId: "$context.xrayTraceId",
  time: "$context.requestTime",
  httpMethod: "$context.httpMethod",
  resourcePath: "$context.resourcePath",
  path: "$context.path",
  status: "$context.status",
  responseType: "$context.error.responseType",
  errorMessage: "$context.error.message",
  integrationError: "$context.integration.error",
  latency: "$context.responseLatency",
  integrationLatency: "$context.integrationLatency",
  responseLength: "$context.responseLength",
  sourceIp: "$context.identity.sourceIp",
  caller: "$context.identity.caller",
});
