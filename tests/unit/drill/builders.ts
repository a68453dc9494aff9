// Builders for the unit tests of the drill.
import type { CaseResult } from "../../../drill/caseResult";

/** A row of a case in which all went well. */
export function resultOf(changes: Partial<CaseResult> = {}): CaseResult {
  return {
    name: "event-down",
    caller: "accepted",
    attempts: 4,
    ended: "spool 1",
    alarms: ["errors", "dropped", "spool"],
    redriven: 1,
    work: 1,
    effects: 1,
    wanted: 1,
    lost: 0,
    duplicated: 0,
    poisoned: 0,
    ...changes,
  };
}
