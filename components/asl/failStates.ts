// The states in which an execution fails on purpose.
import { SPOOL_FAILED_ERROR, SPOOLED_ERROR } from "../../records/record";
import { isHeld } from "./attempts";
import { failureVariable, spoolFailureVariable } from "./catch";
import { errorOf } from "./failureRecord";
import { type FailState, textOf } from "./states";

/** The work is in the spool, and the caller asked for a failure. The cause is the JSON of `{ spooled, id, generation }`. */
export function spooledState(): FailState {
  return {
    Type: "Fail",
    Comment: "The work waits in the spool; a parent that waits for it must not go on.",
    Error: SPOOLED_ERROR,
    Cause: textOf("$states.input"),
  };
}

/**
 * The spool cannot be reached. The cause is the JSON of `{ error, spoolError }`: the original error, and why it could not be
 * recorded. A cause has at most 32,768 characters
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_ExecutionFailedEventDetails.html), and JSON makes at
 * most 6 of one.
 *
 * @param options.holds true where work may be held without an attempt: then `held: true` says so
 */
export function spoolFailedState({ holds = false }: { readonly holds?: boolean } = {}): FailState {
  return {
    Type: "Fail",
    Comment: "The spool cannot be reached; the status event and the reconciler record this execution.",
    Error: SPOOL_FAILED_ERROR,
    Cause: textOf(holds ? `$merge([${unrecorded}, ${isHeld} ? {"held": true} : {}])` : unrecorded),
  };
}

/** JSONata: what failed, and why it could not be recorded. */
export const unrecorded = `{"error": ${errorOf(failureVariable, 4_096)}, "spoolError": ${errorOf(spoolFailureVariable, 512)}}`;
