// The history events that a task leaves, in the two forms that AWS has.
import type { JsonObject } from "../../../json";
import type { Failure } from "../failure";
import type { Payload } from "../payload";
import type { TaskEvents } from "./integration";

function reason(failure: Failure): JsonObject {
  return {
    ...(failure.error === undefined ? {} : { error: failure.error.slice(0, 256) }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause.slice(0, 32_768) }),
  };
}

/** `TaskScheduled` and so on, of the integrations `arn:aws:states:::<resourceType>:<resource>`. */
export function serviceEvents(resourceType: string, resource: string, region: string, parameters: Payload): TaskEvents {
  const which = { resourceType, resource };
  return {
    scheduled: (timeout, heartbeat) => ({
      type: "TaskScheduled",
      details: {
        ...which,
        region,
        parameters: parameters.text,
        ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
        ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
      },
    }),
    started: { type: "TaskStarted", details: which },
    submitted: (answer) => ({ type: "TaskSubmitted", details: { ...which, output: answer.text } }),
    succeeded: (result) => ({ type: "TaskSucceeded", details: { ...which, output: result.text } }),
    failed: (failure) => ({ type: "TaskFailed", details: { ...which, ...reason(failure) } }),
    timedOut: { type: "TaskTimedOut", details: { ...which, error: "States.Timeout" } },
  };
}

/** `LambdaFunctionScheduled` and so on, of a function's ARN as the Resource. */
export function lambdaFunctionEvents(functionArn: string, input: Payload): TaskEvents {
  return {
    scheduled: (timeout) => ({
      type: "LambdaFunctionScheduled",
      details: {
        resource: functionArn,
        input: input.text,
        ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
      },
    }),
    started: { type: "LambdaFunctionStarted" },
    // A function's ARN waits for nothing but its answer.
    submitted: (answer) => ({ type: "TaskSubmitted", details: { output: answer.text } }),
    succeeded: (result) => ({ type: "LambdaFunctionSucceeded", details: { output: result.text } }),
    failed: (failure) => ({ type: "LambdaFunctionFailed", details: reason(failure) }),
    timedOut: { type: "LambdaFunctionTimedOut", details: { error: "States.Timeout" } },
  };
}
