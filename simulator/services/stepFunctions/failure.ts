// What a state reports when it fails, and which Retry and Catch entries can see it.

export interface Failure {
  /** The error's name; a Fail state may leave it out. */
  readonly error?: string;
  readonly cause?: string;
  /** Another name by which Retry and Catch can tell it. */
  readonly alias?: string;
  /**
   * Which names in `ErrorEquals` match: any fitting one; only its own name, not `States.ALL`; or none at all.
   * @default "any"
   */
  readonly caughtBy?: "any" | "ownName" | "nothing";
  /** Set when a field could not be evaluated, which leaves an EvaluationFailed event. */
  readonly evaluation?: {
    /** The field, where AWS names one. */
    readonly location: string | undefined;
    /** The value was there, and only its meaning was wrong: AWS then links the event to the state's entry. */
    readonly afterEntry?: boolean;
  };
}

/** Carries a failure out of a state's code. */
export class StateFailure extends Error {
  constructor(readonly failure: Failure) {
    super(failure.cause ?? failure.error ?? "the state failed");
    this.name = "StateFailure";
  }
}

/** Thrown out of a state's code when its execution has ended in the middle of it. */
export class ExecutionEnded extends Error {}

/**
 * AWS's failure for a state's result, arguments or output above 256 KiB.
 * @param by the service ("lambda"), the function's ARN or the state's name
 * @param caughtBy recordings show States.ALL catching it for a task's result; the Developer Guide ("Error names") says
 * that States.ALL does not, which is kept for the rest
 */
export function dataLimitExceeded(by: string, caughtBy: "any" | "ownName"): Failure {
  return {
    error: "States.DataLimitExceeded",
    cause: `The state/task '${by}' returned a result with a size exceeding the maximum number of bytes service limit.`,
    caughtBy,
  };
}

/** `$states.errorOutput`, and a catcher's output when it declares none. */
export function errorOutput(failure: Failure): { readonly Error: string | null; readonly Cause: string | null } {
  const noCause = failure.error === "States.Timeout" ? "" : null;
  return { Error: failure.error ?? null, Cause: failure.cause ?? noCause };
}
