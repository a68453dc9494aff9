// When an alarm has to be looked at again. CloudWatch evaluates every minute; here only those minutes count in which
// the outcome can be another one.
import type { Series } from "./series";

export interface ScheduleInput {
  /** The metrics that the alarm depends on. */
  readonly series: readonly Series[];
  /** Minutes. */
  readonly period: number;
  /** Periods. */
  readonly range: number;
  /** Whether an evaluation at the end of a minute would change the alarm's state, as far as the data is known now. */
  changesStateAt(atMinute: number): boolean;
}

/** Beyond this an unlimited growth is not followed: two years, in minutes. */
const horizon = 2 ** 20;

/**
 * When what was put in a minute enters a period of the evaluation range, moves on to the one before, or leaves the range.
 * The range slides: AWS, "Alarm evaluation window", sliding window.
 */
function nextMoveOfData(minute: number, { period, range }: ScheduleInput, now: number): number {
  const periodsPassed = Math.max(0, Math.floor((now - minute - 1) / period) + 1);
  return periodsPassed <= range ? minute + 1 + periodsPassed * period : Number.POSITIVE_INFINITY;
}

/** A gauge's change makes a period that lies on both sides of it another one every minute, until the range has passed it. */
function nextMoveOfChange(change: number, { period, range }: ScheduleInput, now: number): number {
  if (change >= now) return change + 1;
  return now + 1 <= change + range * period ? now + 1 : Number.POSITIVE_INFINITY;
}

/** The next minute at which the evaluation range holds other data, or the same data in other periods. */
function nextMove(input: ScheduleInput, now: number): number {
  const oldest = now - input.range * input.period - 1;
  let next = Number.POSITIVE_INFINITY;
  for (const series of input.series) {
    for (const change of series.gaugeChanges(oldest)) next = Math.min(next, nextMoveOfChange(change, input, now));
    if (next === now + 1) return next;
    for (const minute of series.minutesWithData(oldest)) {
      next = Math.min(next, nextMoveOfData(minute, input, now));
      if (next === now + 1) return next;
    }
  }
  return next;
}

/**
 * The first minute after `now` and before `limit` at which growth alone changes the state; else the limit. Growth goes
 * one way, so that a state that it has changed does not change back.
 */
function findCrossing(input: ScheduleInput, now: number, limit: number): number | undefined {
  const last = Math.min(limit, now + horizon);
  let before = now;
  let step = 1;
  while (before < last) {
    const probe = Math.min(last, now + step);
    if (input.changesStateAt(probe)) return firstChange(input, before, probe);
    before = probe;
    step *= 2;
  }
  return Number.isFinite(limit) ? limit : undefined;
}

function firstChange(input: ScheduleInput, unchanged: number, changed: number): number {
  let low = unchanged;
  let high = changed;
  while (high - low > 1) {
    const middle = low + ((high - low) >> 1);
    if (input.changesStateAt(middle)) high = middle;
    else low = middle;
  }
  return high;
}

/**
 * The next minute at whose beginning the alarm has to be evaluated, or undefined when nothing can change until its
 * metrics do.
 *
 * @param now the minute at whose beginning it was evaluated last
 */
export function nextEvaluation(input: ScheduleInput, now: number): number | undefined {
  const move = nextMove(input, now);
  const oldest = now - input.range * input.period;
  if (input.series.some((series) => series.growsFrom(oldest))) return findCrossing(input, now, move);
  return Number.isFinite(move) ? move : undefined;
}
