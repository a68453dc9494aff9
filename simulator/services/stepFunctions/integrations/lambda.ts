// What both ways to call a Lambda function share: the errors of the service, and those of the function.
import type { Json, JsonObject } from "../../../json";
import { type Failure, StateFailure } from "../failure";

/** Lambda's answer to Invoke, as the simulator's gateway gives it. */
export interface InvokeOutput {
  readonly StatusCode: number;
  readonly FunctionError?: string;
  /** JSON text. */
  readonly Payload?: string;
  readonly ExecutedVersion?: string;
}

/** JSON, or the text itself when a runtime returned something else. */
export function parsePayload(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

/**
 * Throws the failure of a function that ended with an error: its errorType, and the payload as the cause.
 * @param causeOf makes the cause out of the payload's text and value
 */
export function throwFunctionError(output: InvokeOutput, causeOf: (text: string, value: Json) => string): void {
  if (output.FunctionError === undefined) return;
  const text = output.Payload ?? "";
  const value = parsePayload(text);
  const { errorType } = (typeof value === "object" && value !== null ? value : {}) as JsonObject;
  const unknown = "The cause could not be determined because Lambda did not return an error type.";
  const failure: Failure =
    typeof errorType === "string" && errorType !== ""
      ? { error: errorType, cause: causeOf(text, value) }
      : { error: "Lambda.Unknown", cause: `${unknown} Returned payload: ${text}` };
  throw new StateFailure(failure);
}
