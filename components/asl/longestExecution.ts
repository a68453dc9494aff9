// How long an execution of an uncertain task can take at most.
import { timeoutOf } from "./redriveGuard";
import type { Retrier, State, StateMachineDefinition, TaskState } from "./states";

/** AWS ends a Standard execution after a year (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html). */
export const year = 365 * 86_400;

/** Beyond this many retries their waits alone are not worth adding up. */
const manyRetries = 10_000;

/** The sum of all attempts and waits of all states, in seconds; a year at most, and where an execution waits for somebody. */
export function longestExecutionSeconds(definition: StateMachineDefinition): number {
  const states = Object.values(definition.States);
  if (states.some(waitsForSomebody)) return year;
  let total = 0;
  for (const state of states) {
    if (state.Type === "Task") {
      total += longestTaskSeconds(state);
    }
  }
  // A minute for what lies between: entering states, cold starts, Step Functions' own pace.
  return Math.min(Math.ceil(total) + 60, year);
}

/** Parked work waits for its token; an execution that failed at a gate runs again when it is redriven. */
function waitsForSomebody(state: State): boolean {
  if (state.Type === "Choice") return state.Default === undefined;
  return state.Type === "Task" && state.Resource.endsWith(".waitForTaskToken");
}

/** The sum of all attempts of one state and of the waits between them, in seconds; not limited to a year. */
export function longestTaskSeconds(state: Pick<TaskState, "TimeoutSeconds" | "Retry">): number {
  const { Retry } = state;
  const attempts = 1 + Retry.reduce((sum, retrier) => sum + attemptsOf(retrier), 0);
  return attempts * timeoutOf(state) + Retry.reduce((sum, retrier) => sum + waitsOf(retrier), 0);
}

const attemptsOf = ({ MaxAttempts = 3 }: Retrier) => MaxAttempts;

function waitsOf(retrier: Retrier): number {
  const { IntervalSeconds = 1, BackoffRate = 2, MaxDelaySeconds = Number.POSITIVE_INFINITY } = retrier;
  const attempts = attemptsOf(retrier);
  if (attempts > manyRetries) {
    return year;
  }
  let waits = 0;
  for (let attempt = 0; attempt < attempts && waits < year; attempt++) {
    waits += Math.min(IntervalSeconds * BackoffRate ** attempt, MaxDelaySeconds);
  }
  return waits;
}
