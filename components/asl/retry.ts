// The Retry field of the uncertain task: what is tried again, when, and how often.
import { type Duration, toSeconds } from "../duration";
import { inWords, oneOf, wholeNumber } from "../validate";
import type { Retrier } from "./states";

/** How errors of certain names are tried again. */
export interface RetryPolicy {
  /**
   * Error names as Step Functions reports them. `"States.ALL"` is any error; it must be alone, and in the last policy.
   *
   * @example `["ServiceUnavailable", "States.Timeout"]`
   */
  readonly errors: readonly string[];
  /** Before the first retry, in whole seconds. @default "1 second" */
  readonly interval?: Duration;
  /** Retries after the first attempt; 0 never tries again. @default 3 */
  readonly maxAttempts?: number;
  /** What the interval is multiplied by after each retry, 1 or more. @default 2 */
  readonly backoffRate?: number;
  /** The interval grows no further; longer than `interval`. @default unlimited */
  readonly maxDelay?: Duration;
  /** `"full"` waits a random time between nothing and the interval, so that many retries do not come at once. @default "none" */
  readonly jitter?: "full" | "none";
}

/** What a timeout is called, by the service that noticed it. The task may have done its work. */
const timeoutErrors = ["States.Timeout", "States.HeartbeatTimeout", "Sandbox.Timedout", "Lambda.Unknown"];

/** The dependency asks for a moment; Lambda asks the same when a function is throttled. */
const throttlingErrors = ["TooManyRequestsException", "Lambda.TooManyRequestsException"];

// Limits of https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html#error-handling-retrying-after-an-error
const largestNumber = 99_999_999;
const largestDelay = 31_622_399;

/**
 * The retriers of a task. Step Functions takes the first whose names match, hence this order.
 *
 * @param permanentErrors never tried again, whatever the policies say
 * @param policies replace the default: timeouts never, throttling twice after 1 second, everything else once after 5 seconds
 */
export function retriers(permanentErrors: readonly string[], policies?: readonly RetryPolicy[]): Retrier[] {
  checkErrorNames("permanentErrors", permanentErrors);
  const never: Retrier[] = permanentErrors.length === 0 ? [] : [{ ErrorEquals: permanentErrors, MaxAttempts: 0 }];
  return [...never, ...(policies === undefined ? defaultRetriers() : policies.map(retrierOf(policies.length)))];
}

function defaultRetriers(): Retrier[] {
  return [
    { ErrorEquals: timeoutErrors, MaxAttempts: 0 },
    { ErrorEquals: throttlingErrors, IntervalSeconds: 1, MaxAttempts: 2, BackoffRate: 1 },
    { ErrorEquals: ["States.ALL"], IntervalSeconds: 5, MaxAttempts: 1, BackoffRate: 1 },
  ];
}

function retrierOf(count: number): (policy: RetryPolicy, index: number) => Retrier {
  return (policy, index) => {
    const argument = `retry[${index}]`;
    const { maxAttempts = 3, backoffRate = 2, interval = "1 second", maxDelay, jitter = "none" } = policy;
    checkPolicyErrors(`${argument}.errors`, policy.errors, index === count - 1);
    const intervalSeconds = toSeconds(`${argument}.interval`, interval, { minimum: 1, maximum: largestNumber });
    oneOf(`${argument}.jitter`, jitter, ["full", "none"]);
    return {
      ErrorEquals: policy.errors,
      IntervalSeconds: intervalSeconds,
      MaxAttempts: wholeNumber(`${argument}.maxAttempts`, maxAttempts, { minimum: 0, maximum: largestNumber }),
      BackoffRate: checkedBackoff(`${argument}.backoffRate`, backoffRate),
      ...(maxDelay === undefined
        ? {}
        : {
            MaxDelaySeconds: toSeconds(`${argument}.maxDelay`, maxDelay, {
              minimum: intervalSeconds + 1,
              maximum: largestDelay,
            }),
          }),
      ...(jitter === "full" ? { JitterStrategy: "FULL" } : {}),
    };
  };
}

function checkPolicyErrors(argument: string, errors: readonly string[], last: boolean): void {
  if (errors.length === 0) {
    throw new Error(`[${argument}] must name at least one error, got []`);
  }
  checkList(argument, errors);
  if (errors.includes("States.ALL") && !(errors.length === 1 && last)) {
    throw new Error(`[${argument}] may hold "States.ALL" only alone and in the last policy, got ${inWords(errors)}`);
  }
  checkErrorNames(argument, errors, true);
}

function checkErrorNames(argument: string, errors: readonly string[], allAllowed = false): void {
  checkList(argument, errors);
  for (const error of errors) {
    if (typeof error !== "string" || error === "" || (error === "States.ALL" && !allAllowed)) {
      throw new Error(`[${argument}] must hold names of errors, such as "CardDeclinedError", got ${inWords(error)}`);
    }
  }
}

/** A lone name is a list of letters otherwise. */
function checkList(argument: string, errors: unknown): void {
  if (!Array.isArray(errors)) {
    throw new Error(
      `[${argument}] must be a list of names of errors, such as ["CardDeclinedError"], got ${inWords(errors)}`,
    );
  }
}

function checkedBackoff(argument: string, value: number): number {
  if (!Number.isFinite(value) || value < 1) {
    throw new Error(`[${argument}] must be a number of at least 1, got ${inWords(value)}`);
  }
  return value;
}
