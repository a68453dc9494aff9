// What passes between the state machine of an AutoRedrive and its function.
import type { Turn } from "./ramp";
import type { RunReport, RunState, StepRequest } from "./runState";
import type { Answer } from "./tally";

/** What the state machine asks. */
export type RoundRequest =
  | {
      /** The input of the execution. */
      readonly input: unknown;
      /** Its ARN. */
      readonly execution: string;
    }
  | {
      readonly run: RunState;
      /** @default nothing was done but waiting */
      readonly answer?: Answer | null;
      readonly execution: string;
    };

/** What it is to do next. */
export type Round =
  | { readonly next: "redrive"; readonly run: RunState; readonly request: StepRequest }
  | { readonly next: "wait"; readonly run: RunState; readonly seconds: number }
  | { readonly next: "probe"; readonly run: RunState }
  | { readonly next: "continue"; readonly run: RunState; readonly name: string }
  | { readonly next: "refused"; readonly cause: string }
  | {
      readonly next: "end";
      readonly report: RunReport | { readonly stopped: "anotherRun"; readonly by?: string; readonly since?: string };
      /** Another run to start. @default none */
      readonly again?: { readonly name: string; readonly input: { readonly by: string; readonly reason: string } };
    };

/** @param rounds after which another execution goes on */
export function replyOf(turn: Exclude<Turn, { next: "end" }>, execution: string, rounds: number): Round {
  const { state } = turn;
  // What is asked for from now on would be this execution's to do.
  if (state.rounds >= rounds) {
    return { next: "continue", run: { ...state, asked: 0 }, name: `${state.run}-${state.execution + 1}` };
  }
  if (turn.next === "wait") return { next: "wait", run: state, seconds: turn.seconds };
  if (turn.next === "probe") return { next: "probe", run: state };
  const { rate, filter } = state.settings;
  const { parkedBefore } = state;
  return {
    next: "redrive",
    run: state,
    request: {
      max: turn.max,
      rate,
      ...(filter !== undefined && { filter }),
      report: true,
      run: execution,
      parkedBefore,
    },
  };
}

/** The end of a run. */
export function endOf(state: RunState): Extract<Round, { next: "end" }> {
  return { next: "end", report: reportOf(state) };
}

function reportOf(state: RunState): RunReport {
  const { counts, stop, pending, remaining, failedAgain, by, reason, startedAt } = state;
  return {
    ...counts,
    undecided: pending.length,
    ...(remaining !== undefined && { remaining }),
    stoppedBecause: stop?.because ?? "empty",
    ...(stop?.error !== undefined && { error: stop.error }),
    errors: failedAgain,
    by,
    ...(reason !== undefined && { reason }),
    startedAt: new Date(startedAt).toISOString(),
  };
}
