// The Catch field of the uncertain task: every failure goes on to the spool.
import { type Catcher, expression } from "./states";

/** The variable that holds what Step Functions says of the failure: `{ Error, Cause }`. */
export const failureVariable = "failure";

/** The variable that holds why the spool could not be written to. */
export const spoolFailureVariable = "spoolFailure";

/**
 * Keeps the state's input as it was and the error beside it, in a variable.
 *
 * States.ALL must be alone and last, and AWS's documents exempt two errors from it
 * (https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-error-representation).
 * Where they are caught by name they are parked like any other; where not, the execution fails and the safety net records it.
 */
export function catchFailure(next: string): Catcher[] {
  return caught(next, failureVariable);
}

/** Catches errors of these names as `catchFailure` does; to stand before what catches all. */
export function catchErrors(errors: readonly string[], next: string): Catcher {
  return catcher(errors, next, failureVariable);
}

/**
 * Catches everything that can be caught, and assigns the error to a variable.
 *
 * @param others the errors beside those two that AWS exempts from States.ALL
 */
export function caught(next: string, variable: string, others: readonly string[] = ["States.ALL"]): Catcher[] {
  return [["States.DataLimitExceeded", "States.Runtime"], others].map((errors) => catcher(errors, next, variable));
}

function catcher(errors: readonly string[], next: string, variable: string): Catcher {
  return {
    ErrorEquals: errors,
    Assign: { [variable]: expression("$states.errorOutput") },
    Output: expression("$states.input"),
    Next: next,
  };
}
