// The middleware of asynchronous invocations (EventBridge, SNS, S3, a caller's own): one event, one piece of work, and an error for Lambda's
// own retries and failure destination. https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
import type { Context } from "aws-lambda";
import { attempt, type MiddlewareTools, toolsOf } from "./attempt";
import { readMiddlewareConfig } from "./config";
import { loggerFor, publishing } from "./telemetry";
import { workOf } from "./work";
import type { WorkContext } from "./workContext";

type AsyncHandler<Event, Result> = (event: Event, context: WorkContext) => Result | Promise<Result>;

/** What the packaging puts around a component's handler. */
export function wrap<Event, Result>(handler: AsyncHandler<Event, Result>) {
  return asyncMiddleware(handler, toolsOf(readMiddlewareConfig()));
}

/**
 * Logs Lambda's context, does the work once, and throws what the handler threw.
 *
 * An event that reaches the function by two ways, two rules for instance, is one piece of work: it has one id.
 */
export function asyncMiddleware<Event, Result>(handler: AsyncHandler<Event, Result>, tools: MiddlewareTools) {
  return (event: Event, context: Context): Promise<Result | null> =>
    publishing(tools.telemetry, () => {
      const work = workOf(event, context);
      loggerFor(tools.telemetry.logger, context, work).info("invoked");
      return attempt(tools, context, work, (given) => handler(event, given));
    });
}
