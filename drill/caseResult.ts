// What came of one case: a row of the table.

/** What came of a case. */
export interface CaseResult {
  readonly name: string;
  /** What the caller saw. */
  readonly caller: string;
  /** Invocations of the handler, the redriven ones included. */
  readonly attempts: number;
  /** Where the work was on Monday morning, before anything was mended. */
  readonly ended: string;
  /** Alarms that went off by then. */
  readonly alarms: readonly string[];
  /** What the operator started again. */
  readonly redriven: number;
  /** Pieces of work that were handed in. */
  readonly work: number;
  /** What was done for them at the neighbours, or answered to whoever waited. */
  readonly effects: number;
  /** What should have been: one for each piece that makes sense. */
  readonly wanted: number;
  /** Pieces that nobody did and nobody keeps or knows of. */
  readonly lost: number;
  /** Effects beyond one for a piece. */
  readonly duplicated: number;
  /** Records in the poison queue in the end. */
  readonly poisoned: number;
}
