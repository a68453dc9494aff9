// RedriveExecution runs the state again in which an execution ended, without what stands before it. A state with this guard is not called
// then: the execution goes back to where its step begins.
import {
  type ChoiceState,
  type Expression,
  expression,
  type Retrier,
  redriveCount,
  type States,
  type TaskState,
} from "./states";

/** An evaluation that failed. */
export const evaluationFailed = "States.QueryEvaluationError";

/** What a state that lets its execution pass keeps in a variable, for `isOfThisRun`. */
export const thisRun: Expression = expression(redriveCount);

/**
 * JSONata: whether a variable's member is {@link thisRun} as it is now. It is not when the variable was lost, so that nothing relies on
 * its surviving a redrive.
 *
 * @example `isOfThisRun("$lease.redrive")`
 */
export function isOfThisRun(kept: string): string {
  return `${kept} = ${redriveCount}`;
}

/** What a guarded state must know. */
export interface Guard {
  /** JSONata: whether what stands before the state was passed in this run. */
  readonly passed: string;
  /** Where it goes when not: the step's first state. */
  readonly otherwise: string;
}

const seconds = /^\{% .* \? (\d+) : \$error\("[^"]*"\) %\}$/;

/**
 * The timeout of a state, which has none, and is therefore not called, when the guard does not let it pass: it fails with
 * {@link evaluationFailed}. Each run of a Task state evaluates its fields
 * (https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-individual-states-behavior).
 */
export function guardedTimeout({ passed }: Pick<Guard, "passed">, timeoutSeconds: number): Expression {
  return expression(`${passed} ? ${timeoutSeconds} : $error("redriven: what stands before it was not passed again")`);
}

/** The seconds of a timeout, a guarded one, too. @throws Error when it is another expression */
export function timeoutOf({ TimeoutSeconds: timeout }: Pick<TaskState, "TimeoutSeconds">): number {
  if (typeof timeout === "number") return timeout;
  const [, found] = seconds.exec(timeout) ?? [];
  if (found === undefined) throw new Error(`[TimeoutSeconds] must be a number or a guarded timeout, got ${timeout}`);
  return Number(found);
}

/** The guard's failure must not be tried again, nor any other evaluation, which would fail again. */
export const neverEvaluatedAgain: Retrier = { ErrorEquals: [evaluationFailed], MaxAttempts: 0 };

/**
 * The state `name`, where the failed evaluation of a guarded state goes: it may have been one of the state's own expressions.
 *
 * @example
 * ```ts
 * const guard = { passed: leaseOfThisRun, otherwise: "Acquire" };
 * const states = {
 *   Charge: taskState({ ...charge, guard: { ...guard, state: "Redriven" } }),
 *   ...redrivenState("Redriven", guard, "ReleaseFailed"),
 * };
 * ```
 */
export function redrivenState(name: string, { passed, otherwise }: Guard, failed: string): States {
  const state: ChoiceState = {
    Type: "Choice",
    Comment: "After a redrive the step begins anew.",
    Choices: [{ Condition: expression(passed), Next: failed }],
    Default: otherwise,
  };
  return { [name]: state };
}
