// What the reports to a circuit breaker share: which attempts count, and the look that tells why a condition did not hold.
import { type BreakerUse, epochVariable, lookAt, lookedAt } from "./breakerTable";
import type { ChoiceRule, StateNames, States } from "./states";

/** What the states of a report share. */
export interface Report {
  readonly names: StateNames;
  readonly use: BreakerUse;
  readonly owner: string;
  /** Where all the rarer branches go. */
  readonly next: string;
}

/** That of the check. */
export const epoch = `$${epochVariable}`;
// What the last look says, as conditions.
export const sameEpoch = `${lookedAt("epoch")} = ${epoch}`;
export const closed = `${lookedAt("phase")} = "closed"`;
export const halfOpenWithPermit = `${lookedAt("phase")} = "halfOpen" and ${lookedAt("mine")} and ${lookedAt("successes")} >= 0`;
/** This very attempt changed the phase, and the reply was lost. */
export const changedBefore = (owner: string) =>
  `${lookedAt("epoch")} = ${epoch} + 1 and ${lookedAt("changedBy")} = ${owner}`;

/** A look at the item, and where it leads; everything else goes on. */
export function looking({ names, use, owner, next }: Report, state: string, choices: readonly ChoiceRule[]): States {
  return {
    [names(`${state}Look`)]: lookAt({
      tableName: use.tableName,
      owner,
      after: { Next: names(`${state}Phase`) },
      failed: { next },
    }),
    [names(`${state}Phase`)]: {
      Type: "Choice",
      Comment: "An attempt of an epoch that is over says nothing.",
      Choices: choices,
      Default: next,
    },
  };
}
