// What an AutoRedrive run knows, from round to round: the data of its state machine, and so part of its execution history.
import type { RedriveMode } from "../../records/record";
import type { ReprocessFilter } from "../reprocess/request";

/** A redrive whose outcome is not known yet. */
export interface Pending {
  readonly execution: string;
  readonly id: string;
  /** The generation that had failed. */
  readonly generation: number;
  readonly mode: RedriveMode;
}

/** What a run was asked for, with nothing left open. */
export interface RunSettings {
  /** Starts per second at most. */
  readonly rate: number;
  /** Starts of the first step. */
  readonly first: number;
  /** The share of outcomes that may have failed again. */
  readonly failureLimit: number;
  /** Starts at most. @default all that waits */
  readonly max?: number;
  readonly filter?: ReprocessFilter;
}

/** What a run counts. */
export interface RunCounts {
  readonly started: number;
  readonly succeeded: number;
  readonly failedAgain: number;
  /** Not attempted, since a breaker was open or a semaphore full; in the spool again. */
  readonly held: number;
  /** Asked for in calls of the reprocess function whose answer was lost: at most so many were started beside those that are counted. */
  readonly lost: number;
  readonly poisoned: number;
}

/** Why a run ended. */
export type RunStop =
  | "empty"
  | "max"
  | "failureLimit"
  | "held"
  | "breakerOpen"
  | "probeFailed"
  | "reprocessFailed"
  | "noOutcomes"
  | "leaseLost";

/** Where a run is: it probes one at a time while the breaker is not closed, it ramps up, or it waits for the last outcomes. */
export type RunPhase = "drain" | "ramp" | "settle";

/** A step that must be over before more is started. */
export interface Step {
  readonly size: number;
  readonly started: number;
}

/** Outcomes that the failure share is computed over, and the failures that the last ones were in a row. */
export interface Judged {
  readonly succeeded: number;
  readonly failed: number;
  readonly held: number;
  readonly failedInARow: number;
}

/** Errors that redrives failed again with, by name. */
export type FailedAgain = Readonly<Record<string, { readonly count: number; readonly ids: readonly string[] }>>;

export interface RunState {
  /** Names the run: the name of its first execution, or a hash of it. */
  readonly run: string;
  readonly by: string;
  readonly reason?: string;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly settings: RunSettings;
  readonly phase: RunPhase;
  /** Records that were parked later are left alone. */
  readonly parkedBefore: number;
  readonly step?: Step;
  /** How many may be undecided once no step holds the run back. */
  readonly window: number;
  /** Good outcomes since the window was doubled. */
  readonly good: number;
  readonly counts: RunCounts;
  readonly judged: Judged;
  readonly failedAgain: FailedAgain;
  /** The one that was asked about longest ago is first. */
  readonly pending: readonly Pending[];
  /** The spool had no more when it was last asked; `started` says whether that call started anything. */
  readonly exhausted?: { readonly started: number };
  /** Messages in the spool and beside it, when last counted. */
  readonly remaining?: number;
  readonly stop?: { readonly because: RunStop; readonly error?: string };
  /** When an outcome or a start was last seen, milliseconds since 1970. */
  readonly progressAt: number;
  /** The probe closure has not thrown since the dependency was last found down. */
  readonly probed: boolean;
  /** What the reprocess function was last asked for, and has not answered. */
  readonly asked: number;
  /** Not before then may the breaker be probed again, milliseconds since 1970. */
  readonly probeAgainAt?: number;
  /** Since when it waits for the breaker, milliseconds since 1970. */
  readonly drainsSince?: number;
  /** The seconds of the last wait. */
  readonly waited: number;
  /** Calls of the reprocess function in a row that failed. */
  readonly refused: number;
  /** How often held work made the run begin again without a success between. */
  readonly restarts: number;
  /** Rounds of this execution; when there were many, another execution goes on. */
  readonly rounds: number;
  /** Which execution of the run this is, counted from 0. */
  readonly execution: number;
}

/** What the reprocess function is asked for. */
export interface StepRequest {
  readonly max: number;
  readonly rate: number;
  readonly filter?: ReprocessFilter;
  readonly report: true;
  readonly run: string;
  readonly parkedBefore: number;
}

/** The report of a run: its execution's output. */
export interface RunReport extends RunCounts {
  readonly stoppedBecause: RunStop;
  /** Started, and not decided when the run ended. */
  readonly undecided: number;
  /** Messages in the spool and beside it. */
  readonly remaining?: number;
  /** What could not be done, where that ended the run. */
  readonly error?: string;
  readonly errors: FailedAgain;
  readonly by: string;
  readonly reason?: string;
  /** ISO 8601. */
  readonly startedAt: string;
}
