// What functions answered in a recorded execution, read from its history, so that a replay can answer the same.
import type { Json, JsonObject } from "../simulator/json";
import type { FunctionBehaviour } from "./conformanceCase";

/** An event as GetExecutionHistory gives it; `timestamp` is in milliseconds since the epoch. */
export interface RecordedEvent extends JsonObject {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
}

interface Invocation {
  /** Of a FunctionName: a name or an ARN. */
  readonly functionName: string;
  readonly behaviour: FunctionBehaviour;
}

function parse(text: unknown): Json | undefined {
  try {
    return JSON.parse(String(text)) as Json;
  } catch {
    return undefined;
  }
}

function functionNameOf(event: RecordedEvent): string | undefined {
  const direct = (event.lambdaFunctionScheduledEventDetails as JsonObject | undefined)?.resource;
  if (typeof direct === "string") return direct;
  const task = event.taskScheduledEventDetails as JsonObject | undefined;
  if (task?.resourceType !== "lambda") return undefined;
  const parameters = parse(task.parameters) as JsonObject | undefined;
  return typeof parameters?.FunctionName === "string" ? parameters.FunctionName : undefined;
}

/** Texts such as "Rate exceeded (Service: AWSLambda; Status Code: 429; Error Code: TooManyRequestsException; ...)". */
const serviceError = /^([\s\S]*) \(Service: \w+; Status Code: (\d+); Error Code: ([\w.]+); Request ID: .*\)$/;

function failure(cause: string): FunctionBehaviour {
  const [, message, status, code] = serviceError.exec(cause) ?? [];
  if (code !== undefined) return { serviceError: { code, message: message ?? "", status: Number(status) } };
  return { errorPayload: cause };
}

function outcome(end: RecordedEvent | undefined): FunctionBehaviour {
  const details = Object.entries(end ?? {}).find(([name]) => name.endsWith("EventDetails"))?.[1] as
    | JsonObject
    | undefined;
  switch (end?.type) {
    case "TaskSucceeded":
    case "TaskSubmitted":
      return { returns: (parse(details?.output) as JsonObject | undefined)?.Payload ?? null };
    case "LambdaFunctionSucceeded":
      return { returns: parse(details?.output) ?? null };
    case "TaskFailed":
    case "LambdaFunctionFailed":
      return failure(String(details?.cause ?? ""));
    default:
      // It timed out, or the execution ended first: the function never answers in time.
      return { sleepSeconds: 24 * 3600, returns: null };
  }
}

/** Seconds that matter: answers within one are all alike. */
function withDuration(behaviour: FunctionBehaviour, milliseconds: number): FunctionBehaviour {
  const seconds = Math.floor(milliseconds / 1000);
  return seconds < 1 || behaviour.sleepSeconds !== undefined ? behaviour : { ...behaviour, sleepSeconds: seconds };
}

/** All invocations, in the order in which they were scheduled. */
export function invocations(history: readonly RecordedEvent[]): Invocation[] {
  const after = (event: RecordedEvent | undefined) =>
    event === undefined ? undefined : history.find(({ previousEventId }) => previousEventId === event.id);
  return history.flatMap((event) => {
    const functionName = functionNameOf(event);
    if (functionName === undefined) return [];
    const started = after(event);
    const end = started?.type.endsWith("Started") === true ? after(started) : started;
    const behaviour = withDuration(outcome(end), (end?.timestamp ?? event.timestamp) - event.timestamp);
    return [{ functionName, behaviour }];
  });
}
