// Retry and Catch: which entry an error falls to, and how long a retry waits (Amazon States Language, "Errors").

import type { Json, JsonObject } from "../../json";
import type { Random } from "../../random";
import type { Failure } from "./failure";

export interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** @default 1 */
  readonly IntervalSeconds?: number;
  /** @default 3 */
  readonly MaxAttempts?: number;
  /** @default 2 */
  readonly BackoffRate?: number;
  readonly MaxDelaySeconds?: number;
  /** @default "NONE" */
  readonly JitterStrategy?: "FULL" | "NONE";
}

export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly Next: string;
  readonly Output?: Json;
  readonly Assign?: JsonObject;
  /** JSONPath: where the error goes in the state's input. */
  readonly ResultPath?: string | null;
}

/** Whether an `ErrorEquals` list covers a failure. */
export function covers(names: readonly string[], failure: Failure): boolean {
  const caughtBy = failure.caughtBy ?? "any";
  if (caughtBy === "nothing") return false;
  return names.some((name) => {
    if (name === failure.error || name === failure.alias) return true;
    if (caughtBy === "ownName") return false;
    return name === "States.ALL" || (name === "States.TaskFailed" && failure.error !== "States.Timeout");
  });
}

/**
 * Milliseconds until the next attempt.
 * @param retry how many retries this retrier has made already
 */
export function retryDelay(retrier: Retrier, retry: number, random: Random): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds, JitterStrategy = "NONE" } = retrier;
  const backoff = IntervalSeconds * BackoffRate ** retry;
  const seconds = Math.min(backoff, MaxDelaySeconds ?? Number.POSITIVE_INFINITY);
  return (JitterStrategy === "FULL" ? random.fraction() * seconds : seconds) * 1000;
}

/** The attempts that each retrier of one visit of a state has used. */
export class RetryCounters {
  private readonly used = new Map<Retrier, number>();
  /** All retries of the visit, `$states.context.State.RetryCount`. */
  total = 0;

  /** The delay in milliseconds before the state is tried again, or undefined when it is not. */
  next(retriers: readonly Retrier[], failure: Failure, random: Random): number | undefined {
    const retrier = retriers.find((candidate) => covers(candidate.ErrorEquals, failure));
    if (retrier === undefined) return undefined;
    const used = this.used.get(retrier) ?? 0;
    if (used >= (retrier.MaxAttempts ?? 3)) return undefined;
    this.used.set(retrier, used + 1);
    this.total += 1;
    return retryDelay(retrier, used, random);
  }
}
