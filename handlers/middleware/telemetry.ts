// What the middleware reports: structured logs, each with the ids of the work, and metrics in CloudWatch's embedded metric format.
import { Logger } from "@aws-lambda-powertools/logger";
import { Metrics } from "@aws-lambda-powertools/metrics";
import type { Context } from "aws-lambda";
import { isObject } from "../../records/json";
import type { MiddlewareConfig } from "./config";
import type { Work } from "./workContext";

/** Made once per execution environment. */
export interface Telemetry {
  readonly logger: Logger;
  /** Namespace of the config, dimension `service`. Every metric counts: `Success`, `Failure`, `Duplicate`, and the classes of errors. */
  readonly metrics: Metrics;
}

/**
 * What is to blame for a failure, and the metric that counts it: `ClientError` (the caller itself; no failure of the function), `AwsError`
 * (a call of an AWS service), `InProgress` (another attempt of the same work still runs), `ServerError` (the rest where somebody waits for an
 * answer), `Error` (the rest elsewhere).
 */
export type ErrorClass = "AwsError" | "ClientError" | "Error" | "InProgress" | "ServerError";

export function telemetryOf(config: MiddlewareConfig): Telemetry {
  const { service, namespace = "Respool" } = config;
  return {
    logger: new Logger({ serviceName: service }),
    metrics: new Metrics({ serviceName: service, namespace }),
  };
}

/** A logger whose lines name the work and carry Lambda's context: request id, function, memory, whether it was a cold start. */
export function loggerFor(logger: Logger, context: Context, work: Work): Logger {
  logger.addContext(context);
  return logger.createChild({
    persistentKeys: {
      // A child takes its own first invocation for a cold start.
      cold_start: isColdStart(logger, context),
      work_id: work.id,
      correlation_id: work.correlationId,
      generation: work.generation,
    },
  });
}

/** The first request of each logger, that is: of its execution environment. */
const firstRequests = new WeakMap<Logger, string>();

function isColdStart(logger: Logger, { awsRequestId }: Context): boolean {
  const first = firstRequests.get(logger) ?? awsRequestId;
  firstRequests.set(logger, first);
  // Environments of provisioned concurrency are there before anybody waits for them.
  return first === awsRequestId && process.env.AWS_LAMBDA_INITIALIZATION_TYPE !== "provisioned-concurrency";
}

/** `AwsError`, `InProgress` or `Error`. An error that was caused by an AWS error is one, too. */
export function errorClassOf(error: unknown): "AwsError" | "Error" | "InProgress" {
  if (isObject(error) && error.name === "IdempotencyAlreadyInProgressError") return "InProgress";
  return isAwsError(error) ? "AwsError" : "Error";
}

// Errors of the AWS SDK say whose fault they are and carry the answer's metadata:
// https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-smithy-client/Class/ServiceException/
function isAwsError(error: unknown, depth = 0): boolean {
  if (!isObject(error) || depth > 4) return false;
  return "$metadata" in error || "$fault" in error || isAwsError(error.cause, depth + 1);
}

/** Logs an error with its name, message and stack, and counts it. To be called once for each failed attempt. */
export function reportFailure({ metrics }: Telemetry, logger: Logger, thrown: unknown, errorClass: ErrorClass): void {
  const error = asError(thrown);
  logger.error(error.message, { error, error_class: errorClass, error_name: error.name });
  metrics.addMetric("Failure", "Count", 1);
  metrics.addMetric(errorClass, "Count", 1);
}

/** Counts work that is done; `duplicate` where an earlier attempt had done it already. */
export function reportSuccess({ metrics }: Telemetry, logger: Logger, duplicate: boolean): void {
  metrics.addMetric("Success", "Count", 1);
  if (duplicate) {
    logger.info("an earlier attempt did this work: its result is returned");
    metrics.addMetric("Duplicate", "Count", 1);
  }
}

/** Runs an invocation, and prints its metrics as one line, whether it ends or throws. */
export async function publishing<Result>({ metrics }: Telemetry, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } finally {
    if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
  }
}

/** Whatever was thrown as an error that has a name and a message. */
export function asError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  return new Error(`the handler threw ${typeof thrown === "string" ? JSON.stringify(thrown) : String(thrown)}`, {
    cause: thrown,
  });
}
