// What a run does next: a probe, a first few, and then a window that doubles with good outcomes, as TCP's slow start does. Pure.
import type { BreakerView } from "./breaker";
import type { Judged, RunState, RunStop } from "./runState";
import { PROBE_PAUSE_MS } from "./tally";

/** What a run may rely on. */
export interface RampRules {
  /** Most redrives that are started and undecided. */
  readonly window: number;
  /** An open breaker is waited for, and probed. */
  readonly drains: boolean;
  /** There is a probe closure. */
  readonly probe: boolean;
  /** How long a run waits for any outcome before it ends without, in milliseconds. */
  readonly patience: number;
}

export interface View {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly breaker?: BreakerView;
}

/** What the state machine does next. */
export type Turn =
  | { readonly next: "redrive"; readonly state: RunState; readonly max: number }
  | { readonly next: "wait"; readonly state: RunState; readonly seconds: number }
  | { readonly next: "probe"; readonly state: RunState }
  | { readonly next: "end"; readonly state: RunState };

const NOTHING_JUDGED: Judged = { succeeded: 0, failed: 0, held: 0, failedInARow: 0 };

/** So long at most between two looks at a breaker, whose holder may let it go any time: the lease must be renewed, too. */
const LONGEST_WAIT = 300;
/** Between two looks at outcomes. */
const LONGEST_POLL = 10;
/** What one call of the reprocess function may start, in seconds of the rate: progress and lease are renewed between calls. */
const CALL_SECONDS = 30;
/** A run that stops for failures waits so long for each of the outcomes that are still open. */
const STOP_PATIENCE_MS = 120_000;
const RESTARTS = 10;
/**
 * Probes of an outage come more and more rarely, after a hundredth of the time that it has lasted: its end is found that late at most, and a year
 * of it takes less than a thousand probes, each of which is a redrive of some piece of work that fails again.
 */
const PROBE_SHARE = 0.01;

/** Begins to ramp up: with one redrive where that tells enough, else with the first step. */
export function beginRamp(state: RunState, now: number, probeFirst: boolean): RunState {
  return {
    ...state,
    phase: "ramp",
    step: { size: probeFirst ? 1 : state.settings.first, started: 0 },
    window: state.settings.first,
    good: 0,
    judged: NOTHING_JUDGED,
    parkedBefore: now,
    exhausted: undefined,
    probeAgainAt: undefined,
    drainsSince: undefined,
  };
}

export function decide(state: RunState, view: View, rules: RampRules): Turn {
  if (state.stop !== undefined) return settle(state, view);
  const isClosed = view.breaker === undefined || view.breaker.phase === "closed";
  if (state.phase === "drain") return drain(state, view, rules);
  if (!isClosed) return rules.drains ? drain(draining(state, view), view, rules) : stopped(state, "breakerOpen", view);
  const reason = reasonToStop(state, view, rules);
  if (reason === "held" && rules.drains && state.restarts < RESTARTS) {
    return drain({ ...draining(state, view), restarts: state.restarts + 1 }, view, rules);
  }
  return reason === undefined ? ramp(state, view, rules) : stopped(state, reason, view);
}

function draining(state: RunState, { now }: View): RunState {
  const { drainsSince = now } = state;
  return { ...state, phase: "drain", drainsSince, step: undefined, probed: false, exhausted: undefined };
}

/** One at a time, until the breaker is closed; then the ramp begins. What was parked meanwhile is redriven, too. */
function drain(state: RunState, view: View, rules: RampRules): Turn {
  const { breaker = { phase: "closed" }, now } = view;
  if (state.pending.length > 0) {
    return now - state.progressAt > rules.patience ? stopped(state, "noOutcomes", view) : poll(state);
  }
  if (breaker.phase === "closed") return ramp(beginRamp(state, now, false), view, rules);
  if (breaker.phase === "held") return wait(state, LONGEST_WAIT);
  const until = dueAt(state, breaker);
  if (until > now) return wait(state, Math.min(Math.ceil((until - now) / 1000), LONGEST_WAIT));
  const { max = Number.POSITIVE_INFINITY } = state.settings;
  if (spent(state) >= max) return stopped(state, "max", view);
  return redrive({ ...state, parkedBefore: now }, 1, rules);
}

/** A breaker that was opened since the last probe says itself when the next one may come, unless the outage has lasted for long. */
function dueAt({ probeAgainAt = 0, drainsSince = probeAgainAt }: RunState, breaker: BreakerView): number {
  const failedAt = probeAgainAt - PROBE_PAUSE_MS;
  const rarely = failedAt + PROBE_SHARE * (failedAt - drainsSince);
  const isNews = breaker.phase === "open" && breaker.retryAt > failedAt;
  return Math.max(isNews ? breaker.retryAt : probeAgainAt, rarely);
}

function ramp(before: RunState, view: View, rules: RampRules): Turn {
  const state = doubled(nextStep(before), rules);
  const { step, window, pending, exhausted, settings } = state;
  if (exhausted !== undefined) {
    if (pending.length > 0) return poll(state);
    // A last look, since a receive does not ask all of SQS's servers, and others may have held messages meanwhile.
    if (exhausted.started === 0) return stopped(state, "empty", view);
  }
  const left = (settings.max ?? Number.POSITIVE_INFINITY) - spent(state);
  if (left <= 0) return stopped(state, "max", view);
  const room = step === undefined ? window - pending.length : step.size - step.started;
  const call = Math.max(1, Math.floor(settings.rate * CALL_SECONDS));
  const few = step === undefined && pending.length > 0 && room < window / 8;
  return room <= 0 || few ? poll(state) : redrive(state, Math.min(room, left, call), rules);
}

/**
 * A step is over when all that it started is decided. The window opens when the outcomes of a first step's count are known: after a probe that
 * failed, as few as are missing.
 */
function nextStep(state: RunState): RunState {
  const { step, pending, settings } = state;
  if (step === undefined || step.started < step.size || pending.length > 0) return state;
  const { succeeded, failed } = state.judged;
  const missing = settings.first - succeeded - failed;
  if (missing > 0) return { ...state, step: { size: failed > 0 ? missing : settings.first, started: 0 } };
  return { ...state, step: undefined, good: state.window };
}

function doubled(state: RunState, rules: RampRules): RunState {
  if (state.step !== undefined || state.good < state.window) return state;
  return { ...state, good: 0, window: Math.min(2 * state.window, rules.window) };
}

function redrive(state: RunState, max: number, rules: RampRules): Turn {
  if (rules.probe && !state.probed) return { next: "probe", state };
  return { next: "redrive", state: { ...state, asked: max }, max };
}

/** In a step the share is that of a whole first step, as if what is to come were good: one failure of one would be too large a share. */
function reasonToStop(state: RunState, { now }: View, { patience }: RampRules): RunStop | undefined {
  const { judged, step, pending, exhausted, settings } = state;
  const { first, failureLimit } = settings;
  const decided = judged.succeeded + judged.failed;
  const toCome = step === undefined ? 0 : pending.length + (exhausted === undefined ? step.size - step.started : 0);
  const known = decided + toCome;
  const share = step === undefined || exhausted !== undefined ? known : Math.max(known, first);
  if (judged.failed > failureLimit * share) return "failureLimit";
  if (failureLimit < 1 && judged.failedInARow >= Math.max(2 * first, 10)) return "failureLimit";
  if (judged.held > failureLimit * Math.max(share, known + judged.held)) return "held";
  return pending.length > 0 && now - state.progressAt > patience ? "noOutcomes" : undefined;
}

function stopped(state: RunState, because: RunStop, view: View): Turn {
  return settle({ ...state, stop: { because } }, view);
}

/** Waits for the outcomes of what was started, so that the report has them; nothing more is started. */
function settle(before: RunState, { now }: View): Turn {
  const state: RunState = { ...before, phase: "settle" };
  const isOver =
    state.pending.length === 0 || state.stop?.because === "noOutcomes" || state.stop?.because === "leaseLost";
  return isOver || now - state.progressAt > STOP_PATIENCE_MS ? { next: "end", state } : poll(state);
}

/** Soon after something was decided, less and less often while nothing is. */
function poll(state: RunState): Turn {
  return wait(state, Math.min(LONGEST_POLL, Math.max(1, Math.ceil(state.waited * 1.5))));
}

function wait(state: RunState, seconds: number): Turn {
  return { next: "wait", state: { ...state, waited: seconds }, seconds };
}

/** What counts towards `max`: what was started, and what may have been. */
function spent({ counts }: RunState): number {
  return counts.started + counts.lost;
}
