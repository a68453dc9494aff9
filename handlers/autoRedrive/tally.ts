// Adds to a run's state what became known: the answer of a call, and the outcomes of redrives. Pure.
import { isObject, own } from "../../records/json";
import type { Decided } from "../outcomes/ask";
import type { StartedRedrive } from "../reprocess/request";
import type { FailedAgain, Judged, Pending, RunState } from "./runState";

/** What the state machine did since the last round. */
export type Answer =
  | { readonly of: "reprocess"; readonly result: unknown }
  | { readonly of: "reprocess" | "probe"; readonly error: string; readonly cause?: string }
  | { readonly of: "probe" };

/** How long the breaker is left alone after a probe that did not succeed, unless it says when to try again. */
export const PROBE_PAUSE_MS = 60_000;

/** Ids of work that are kept for each error, and errors that are kept by name. */
const IDS = 20;
const NAMES = 20;
const OTHER_ERRORS = "(others)";

/** The function was not invoked. https://docs.aws.amazon.com/step-functions/latest/dg/connect-lambda.html */
const NOT_INVOKED = "Lambda.TooManyRequestsException";

export function withAnswer(state: RunState, answer: Answer, now: number): RunState {
  if (answer.of === "probe") {
    if (!("error" in answer)) return { ...state, probed: true };
    return state.phase === "drain"
      ? { ...state, probeAgainAt: now + PROBE_PAUSE_MS }
      : { ...state, stop: { because: "probeFailed", error: inWords(answer) } };
  }
  return "error" in answer ? withRefusal(state, answer, now) : withStarts(state, answer.result, now);
}

/** What was started is not known. Where every start counts, that ends the run. */
function withRefusal(
  state: RunState,
  answer: { readonly error: string; readonly cause?: string },
  now: number,
): RunState {
  const { counts, asked = 0 } = state;
  const refused = state.refused + 1;
  const isInvoked = answer.error !== NOT_INVOKED;
  const next = {
    ...state,
    refused,
    counts: isInvoked ? { ...counts, lost: counts.lost + asked } : counts,
    asked: 0,
    ...(state.phase === "drain" && { probeAgainAt: now + PROBE_PAUSE_MS }),
  };
  const ends = state.phase !== "drain" && (refused >= 3 || (isInvoked && state.step !== undefined));
  return ends ? { ...next, stop: { because: "reprocessFailed", error: inWords(answer) } } : next;
}

function withStarts(state: RunState, result: unknown, now: number): RunState {
  const answer = isObject(result) ? result : {};
  const number = (name: string) => Number(own(answer, name) ?? 0);
  const started = (own(answer, "started") ?? []) as readonly StartedRedrive[];
  const known = new Set(state.pending.map(({ execution }) => execution));
  const pending: Pending[] = started
    .filter(({ execution }) => !known.has(execution))
    .map(({ execution, id, generation, mode }) => ({ execution, id, generation, mode }));
  const because = own(answer, "stoppedBecause");
  const { counts, step } = state;
  const next: RunState = {
    ...state,
    pending: [...state.pending, ...pending],
    counts: { ...counts, started: counts.started + pending.length, poisoned: counts.poisoned + number("poisoned") },
    ...(step !== undefined && { step: { ...step, started: step.started + pending.length } }),
    exhausted: because === "empty" || because === "noUse" ? { started: pending.length } : undefined,
    remaining: number("remaining"),
    refused: 0,
    asked: 0,
    ...(pending.length > 0 && { progressAt: now, waited: 0 }),
    ...(pending.length === 0 && state.phase === "drain" && { probeAgainAt: now + PROBE_PAUSE_MS }),
  };
  // They come back at once, and would be refused for ever.
  const isRefused = number("failed") > 0 && pending.length === 0 && number("poisoned") === 0;
  const error = `${number("failed")} records could not be redriven; the reprocess function's log says why`;
  return isRefused && state.phase !== "drain" ? { ...next, stop: { because: "reprocessFailed", error } } : next;
}

export function withOutcomes(
  state: RunState,
  decided: readonly Decided[],
  pending: readonly Pending[],
  now: number,
): RunState {
  if (decided.length === 0) return { ...state, pending };
  let { counts, judged, failedAgain, good, restarts } = state;
  for (const { redrive, outcome } of decided) {
    const kind: Kind = outcome.outcome;
    counts = { ...counts, [kind]: counts[kind] + 1 };
    judged = judgedWith(judged, kind);
    if (outcome.outcome === "failedAgain") failedAgain = failedWith(failedAgain, outcome.error, redrive.id);
    if (kind === "succeeded") {
      good++;
      restarts = 0;
    }
  }
  const allGood = decided.every(({ outcome }) => outcome.outcome === "succeeded");
  return {
    ...state,
    pending,
    counts,
    good,
    restarts,
    failedAgain,
    // While the breaker is probed, failures are to be expected.
    judged: state.phase === "drain" ? state.judged : judged,
    progressAt: now,
    waited: 0,
    ...(state.phase === "drain" && !allGood && { probeAgainAt: now + PROBE_PAUSE_MS, probed: false }),
  };
}

type Kind = "succeeded" | "failedAgain" | "held";

function judgedWith(judged: Judged, kind: Kind): Judged {
  if (kind === "held") return { ...judged, held: judged.held + 1 };
  if (kind === "succeeded") return { ...judged, succeeded: judged.succeeded + 1, failedInARow: 0 };
  return { ...judged, failed: judged.failed + 1, failedInARow: judged.failedInARow + 1 };
}

function failedWith(all: FailedAgain, error: string, id: string): FailedAgain {
  const name = Object.hasOwn(all, error) || Object.keys(all).length < NAMES ? error : OTHER_ERRORS;
  const { count, ids } = (Object.hasOwn(all, name) ? all[name] : undefined) ?? { count: 0, ids: [] };
  return { ...all, [name]: { count: count + 1, ids: ids.length < IDS && !ids.includes(id) ? [...ids, id] : ids } };
}

function inWords({ error, cause }: { readonly error: string; readonly cause?: string }): string {
  return `${error}: ${cause ?? ""}`.slice(0, 1000);
}
