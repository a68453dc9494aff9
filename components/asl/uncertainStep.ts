// One uncertain step: its task, what stands before it, and what becomes of its failure. Each option adds its own states and no other.
import type { RedriveMode } from "../../records/record";
import { breakerFailed } from "./breakerFailed";
import { breakerCheck } from "./breakerStates";
import { breakerSucceeded } from "./breakerSucceeded";
import { askedForPermit, askedInThisRun, type BreakerUse } from "./breakerTable";
import { breakerUntried } from "./breakerUntried";
import { spooledState, spoolFailedState } from "./failStates";
import { gateStates, spoolFailedGate } from "./gate";
import { retriersWithinLease } from "./leaseSeconds";
import { parkStates } from "./parkState";
import { type Guard, redrivenState } from "./redriveGuard";
import type { SemaphoreUse } from "./semaphoreLease";
import { acquireStates, leaseOfThisRun, releaseStates } from "./semaphoreStates";
import { spoolState } from "./spoolState";
import type { Continuation, Fragment, Retrier, StateNames, States, Template } from "./states";
import { type TaskCall, taskState } from "./taskState";

/** What becomes of the execution whose work was parked. */
export type Outcome = "succeed" | "fail";

/** What an uncertain step is made of. */
export interface UncertainStepOptions {
  /** Names the states beside the task. */
  readonly names: StateNames;
  /** The task state's own name. */
  readonly task: string;
  /** The logical source that failure records name. */
  readonly source: string;
  /** The step that they name, where there is more than one. */
  readonly step?: string;
  readonly call: TaskCall;
  /** Of one attempt. */
  readonly timeoutSeconds: number;
  /** As `retriers` makes them. */
  readonly retry: readonly Retrier[];
  /** Variables for later steps, made of the task's result. @default none */
  readonly assign?: Readonly<Record<string, Template>>;
  /** The spool's. */
  readonly queueUrl: string;
  readonly onFailure: RedriveMode;
  /** Of `restart`. */
  readonly outcome: Outcome;
  readonly semaphore?: StepSemaphore;
  readonly breaker?: BreakerUse;
  /** What follows the task's success. */
  readonly after: Continuation;
}

/** A semaphore before the step. */
export interface StepSemaphore extends SemaphoreUse {
  /** Errors after which the work may still run: `unfinishedErrors`. */
  readonly unfinished: readonly string[];
}

/**
 * Breaker, semaphore, task, release, report: in this order, so that no lease is held by work that the breaker would refuse. While it waits
 * for the semaphore a step goes back to the breaker in every round, and so it does when it is redriven, wherever it had been stopped. What
 * waits has no permit of a breaker that is half-open.
 *
 * A definition of one's own takes `states`, and goes to `startAt`. It must not assign the variables `failure`, `spoolFailure`, `attempts`,
 * `generation`, `lease`, `waiting`, `seen`, `asked`, `epoch`, `breaker` and `breakerReport`, nor put the step into a Map or Parallel state:
 * docs/guide/under-control.md has an example.
 */
export function uncertainStep(options: UncertainStepOptions): Fragment {
  const { names, task, call, timeoutSeconds, retry, assign, semaphore, breaker } = options;
  const first = firstState(options);
  const parked = parkedStates(options);
  const failure = failurePath(options, parked.startAt);
  const success = successPath(options);
  const acquire = acquirePath(options, first, parked.startAt);
  const guard = guardOf(options, first);
  const check =
    breaker && breakerCheck({ names, use: breaker, passed: acquire?.startAt ?? task, held: parked.startAt });
  const tried = taskState({
    call,
    timeoutSeconds,
    retry: semaphore === undefined ? retry : retriersWithinLease(semaphore.unfinished, retry),
    failed: failure.startAt,
    ...(semaphore === undefined ? {} : { except: { errors: semaphore.unfinished, next: failure.unreleased } }),
    ...(guard === undefined ? {} : { guard: { ...guard, state: names("Redriven") } }),
    assign,
    after: success.first,
  });
  return {
    startAt: first,
    states: {
      ...check?.states,
      ...acquire?.states,
      [task]: tried,
      ...(guard === undefined ? {} : redrivenState(names("Redriven"), guard, failure.startAt)),
      ...success.states,
      ...failure.states,
      ...parked.states,
    },
  };
}

/** Where a step begins, and begins again when it is resumed. */
function firstState({ names, task, semaphore, breaker }: UncertainStepOptions): string {
  if (breaker !== undefined) return names("Breaker");
  return semaphore === undefined ? task : names("Acquire");
}

/** A lease, which only follows a check of the same run, or the check alone: what makes a step begin anew when its task is redriven. */
function guardOf({ semaphore, breaker }: UncertainStepOptions, otherwise: string): Guard | undefined {
  if (semaphore !== undefined) return { passed: leaseOfThisRun, otherwise };
  return breaker === undefined ? undefined : { passed: askedInThisRun, otherwise };
}

/** From the semaphore to the task; a permit of the breaker is given back before each wait, and by who waited in vain. */
function acquirePath({ names, task, semaphore, breaker }: UncertainStepOptions, again: string, parked: string) {
  if (semaphore === undefined) return undefined;
  const taken = { names, use: semaphore, acquired: task, again };
  if (breaker === undefined) return acquireStates({ ...taken, gaveUp: parked, failed: parked });
  const untried = names("BreakerUntried");
  const waits = names("BreakerWaits");
  const { startAt, states } = acquireStates({
    ...taken,
    gaveUp: untried,
    failed: untried,
    guard: { passed: askedInThisRun, otherwise: again },
    beforeWait: { condition: askedForPermit, next: waits },
  });
  const returned = {
    [waits]: breakerUntried({ use: breaker, next: names("Wait") }),
    [untried]: breakerUntried({ use: breaker, next: parked }),
  };
  return { startAt, states: { ...states, ...returned } };
}

/** What follows the task's success, and where that begins. */
function successPath({ names, semaphore, breaker, after }: UncertainStepOptions): {
  readonly first: Continuation;
  readonly states: States;
} {
  const report = breaker && breakerSucceeded({ names, use: breaker, next: after });
  const reported: Continuation = report === undefined ? after : { Next: report.startAt };
  const release = semaphore && releaseStates({ name: names("Release"), use: semaphore, after: reported });
  return {
    first: release === undefined ? reported : { Next: release.startAt },
    states: { ...release?.states, ...report?.states },
  };
}

/** From the task's failure to the spool, and where it begins for work that may still run, whose lease is left to expire. */
function failurePath({ names, semaphore, breaker }: UncertainStepOptions, parked: string) {
  const report = breaker && breakerFailed({ names, use: breaker, next: parked });
  const unreleased = report?.startAt ?? parked;
  const name = names("ReleaseFailed");
  const release = semaphore && releaseStates({ name, use: semaphore, after: { Next: unreleased } });
  return { startAt: release?.startAt ?? unreleased, unreleased, states: { ...release?.states, ...report?.states } };
}

/** How failed work waits, and goes on. */
function parkedStates(options: UncertainStepOptions): Fragment {
  const { names, source, step, queueUrl, onFailure } = options;
  const holds = options.semaphore !== undefined || options.breaker !== undefined;
  const common = { source, step, queueUrl, holds };
  if (onFailure === "restart") return restartStates(options, common);
  const first = firstState(options);
  if (onFailure === "park") {
    const gate = spoolFailedGate({ names, first });
    const parked = parkStates({ ...common, names, first, failed: gate.startAt });
    return { startAt: parked.startAt, states: { ...parked.states, ...gate.states } };
  }
  const startAt = names("ErrorSpool");
  const gates = gateStates({ names, first });
  const after = { Next: gates.startAt };
  const spool = spoolState({ ...common, mode: "resume", failed: names("SpoolFailedGate"), after });
  return { startAt, states: { [startAt]: spool, ...gates.states } };
}

type Recorded = Pick<UncertainStepOptions, "source" | "step" | "queueUrl"> & { readonly holds: boolean };

function restartStates({ names, outcome }: UncertainStepOptions, common: Recorded): Fragment {
  const [startAt, spooled, failed] = [names("ErrorSpool"), names("Spooled"), names("SpoolFailed")];
  const fails = outcome === "fail";
  const after: Continuation = fails ? { Next: spooled } : { End: true };
  return {
    startAt,
    states: {
      [startAt]: spoolState({ ...common, failed, after }),
      ...(fails ? { [spooled]: spooledState() } : {}),
      [failed]: spoolFailedState({ holds: common.holds }),
    },
  };
}
