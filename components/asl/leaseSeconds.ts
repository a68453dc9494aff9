// How long a lease lasts: longer than anything that it protects can run, crashes and lost replies included.
import { inWords } from "../validate";
import { longestTaskSeconds, year } from "./longestExecution";
import { timeoutOf } from "./redriveGuard";
import { tableCall } from "./semaphoreLease";
import type { Retrier, TaskState } from "./states";

/** What a lease protects. */
export interface ProtectedWork {
  /** The state that calls, and any that follow before the lease is given back. */
  readonly states: readonly Pick<TaskState, "TimeoutSeconds" | "Retry">[];
  /**
   * The timeout of the function that is called, or how long anything else goes on after nobody waits for it any more, in seconds.
   *
   * @default 900, the longest that Lambda has
   */
  readonly functionSeconds?: number;
}

/** (https://docs.aws.amazon.com/lambda/latest/dg/configuration-timeout.html) */
const longestFunction = 900;

/**
 * A new execution environment begins within 10 seconds, which the function's own timeout does not count
 * (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-ib).
 */
const environmentStart = 10;

/** For what lies between: entering states, AWS's clocks, a call that reaches its service late. */
const margin = 60;

/**
 * Errors after which the function that was called may still run: nobody read its answer
 * (https://docs.aws.amazon.com/step-functions/latest/dg/bp-lambda-serviceexception.html). `Sandbox.Timedout`, `Lambda.Unknown` and
 * a function's own errors are Lambda's word that it ended.
 */
const unanswered = [
  "Lambda.AWSLambdaException",
  "Lambda.ClientExecutionTimeoutException",
  "Lambda.SdkClientException",
  "Lambda.ServiceException",
];

/**
 * A state's own timeouts: the call is not stopped (https://docs.aws.amazon.com/lambda/latest/dg/invocation-sync.html). AWS's recordings
 * call both `States.Timeout`.
 */
const timeouts = ["States.Timeout", "States.HeartbeatTimeout"];

/** How long work may go on after it was last heard of, in seconds: the function's timeout, and a new environment's start. */
export function runsOnSeconds(functionSeconds: number = longestFunction): number {
  return functionSeconds + environmentStart;
}

/**
 * Errors after which the work may still run. The lease is not given back then, but expires; and such an attempt is not repeated within the
 * lease, or two would run in one place. A state that waits for longer than its function can take times out only when that has ended.
 */
export function unfinishedErrors(
  timeoutSeconds: number,
  functionSeconds: ProtectedWork["functionSeconds"],
): readonly string[] {
  const ended = functionSeconds !== undefined && timeoutSeconds > runsOnSeconds(functionSeconds);
  return ended ? unanswered : [...timeouts, ...unanswered];
}

/** Retriers that leave alone what may still run; the others follow as they were. */
export function retriersWithinLease(unfinished: readonly string[], retry: readonly Retrier[]): readonly Retrier[] {
  return [{ ErrorEquals: unfinished, MaxAttempts: 0 }, ...retry];
}

/**
 * After how long a lease may be taken away, in seconds: the states' attempts and waits, taking the lease (Acquire and Look), what a function
 * may take longer than the state that waits for it, and a minute. Giving it back is no part of it.
 *
 * @throws when that is no finite time, or over a year
 */
export function leaseSeconds({ states, functionSeconds }: ProtectedWork): number {
  const work = states.reduce((sum, state) => sum + longestTaskSeconds(state), 0);
  const last = states.at(-1);
  const lastSeconds = last === undefined ? 0 : timeoutOf(last);
  const overrun = Math.max(0, runsOnSeconds(functionSeconds) - lastSeconds);
  const total = Math.ceil(work + 2 * longestTaskSeconds(tableCall) + overrun + margin);
  if (!(total <= year)) {
    throw new Error(
      `[semaphore] must protect work that ends, with all its retries, within "365 days": [timeout] and [retry] make ${inWords(total)} seconds`,
    );
  }
  return total;
}
