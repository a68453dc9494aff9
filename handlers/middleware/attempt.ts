// One attempt at one piece of work, in whatever kind of invocation: done once, logged and counted.
import type { Context } from "aws-lambda";
import type { MiddlewareConfig } from "./config";
import { type Idempotent, idempotentOf } from "./idempotent";
import {
  asError,
  errorClassOf,
  loggerFor,
  reportFailure,
  reportSuccess,
  type Telemetry,
  telemetryOf,
} from "./telemetry";
import { type Work, type WorkContext, workContext } from "./workContext";

/** What the middleware of every kind works with, made once per execution environment. */
export interface MiddlewareTools {
  readonly telemetry: Telemetry;
  readonly idempotent: Idempotent;
}

export function toolsOf(config: MiddlewareConfig): MiddlewareTools {
  return { telemetry: telemetryOf(config), idempotent: idempotentOf(config) };
}

/**
 * @returns the handler's result, or that of the attempt which did the work already
 * @throws what the handler threw, after it was logged and counted
 */
export async function attempt<Result>(
  { telemetry, idempotent }: MiddlewareTools,
  context: Context,
  work: Work,
  handle: (context: WorkContext) => Result | Promise<Result>,
): Promise<Result | null> {
  const logger = loggerFor(telemetry.logger, context, work);
  try {
    const done = await idempotent(work.id, context, async () => handle(workContext(context, work, logger)));
    reportSuccess(telemetry, logger, done.duplicate);
    return done.result;
  } catch (thrown) {
    const error = asError(thrown);
    reportFailure(telemetry, logger, error, errorClassOf(error));
    throw error;
  }
}
