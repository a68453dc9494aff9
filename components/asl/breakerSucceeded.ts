// Tells the circuit breaker that an attempt succeeded. A report of an epoch that is over changes nothing; one that cannot be made is left out.
import { breakerEventState } from "./breakerEvents";
import { changedBefore, closed, epoch, halfOpenWithPermit, looking, type Report, sameEpoch } from "./breakerReport";
import { type BreakerUse, closingUpdate, isClosed, lookedAt, numberOf, ownerOf, tableCall } from "./breakerTable";
import {
  type ChoiceRule,
  type Continuation,
  expression,
  type Fragment,
  type State,
  type StateNames,
  type TaskState,
} from "./states";

/** What the report of a success must know. */
export interface BreakerSucceededOptions {
  readonly names: StateNames;
  readonly use: BreakerUse;
  /** What follows; the first state may end the execution, so that the report costs one transition. */
  readonly next: Continuation;
}

/** Reports a success: closed, it ends the row of failures; half-open, it gives the permit back, and lets one more through, or closes. */
export function breakerSucceeded({ names, use, next }: BreakerSucceededOptions): Fragment {
  const reported = names("BreakerReported");
  const ends = !("Next" in next);
  const report: Report = { names, use, owner: ownerOf(use.step), next: ends ? reported : next.Next };
  return {
    startAt: names("BreakerSucceeded"),
    states: {
      [names("BreakerSucceeded")]: succeededState(report, next),
      ...looking(report, "BreakerSucceeded", succeededPhase(report)),
      [names("BreakerRecovering")]: recoveringState(report),
      [names("BreakerClose")]: closeState(report),
      [names("BreakerClosed")]: breakerEventState({
        breaker: use.breaker,
        tableName: use.tableName,
        phase: "closed",
        epoch: expression(`${epoch} + 1`),
        reason: "the dependency answers",
        after: { Next: report.next },
        failed: report.next,
      }),
      ...(ends ? { [reported]: { Type: "Pass", End: true } satisfies State } : {}),
    },
  };
}

function succeededState({ names, use, next }: Report, after: Continuation): TaskState {
  return tableCall({
    comment: "Ends the row of failures.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression: "SET failures = :zero",
      ConditionExpression: `epoch = :epoch AND ${isClosed}`,
      ExpressionAttributeValues: { ":epoch": numberOf(epoch), ":zero": { N: "0" }, ":closed": { S: "closed" } },
    },
    after,
    unless: { next: names("BreakerSucceededLook") },
    failed: { next },
  });
}

function succeededPhase({ names, use, owner }: Report): readonly ChoiceRule[] {
  const { successThreshold } = use;
  return [
    { Condition: expression(changedBefore(owner)), Next: names("BreakerClosed") },
    // It opened and was closed again while the look was on its way: nothing is left to say, unless the epoch is the same.
    { Condition: expression(`${sameEpoch} and ${closed}`), Next: names("BreakerSucceeded") },
    {
      Condition: expression(
        `${sameEpoch} and ${halfOpenWithPermit} and ${lookedAt("successes")} + 1 < ${successThreshold}`,
      ),
      Next: names("BreakerRecovering"),
    },
    { Condition: expression(`${sameEpoch} and ${halfOpenWithPermit}`), Next: names("BreakerClose") },
  ];
}

const halfOpenCondition = "phase = :halfOpen AND epoch = :epoch AND attribute_exists(permits.#me)";

function recoveringState({ names, use, owner, next }: Report): TaskState {
  return tableCall({
    comment: "Gives the permit back, and lets one more through.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression: "SET successes = successes + :one, allowed = allowed + :one REMOVE permits.#me",
      ConditionExpression: `${halfOpenCondition} AND successes < :last`,
      ExpressionAttributeNames: { "#me": expression(owner) },
      ExpressionAttributeValues: {
        ":halfOpen": { S: "halfOpen" },
        ":epoch": numberOf(epoch),
        ":one": { N: "1" },
        ":last": { N: String(use.successThreshold - 1) },
      },
    },
    after: { Next: next },
    unless: { next: names("BreakerSucceededLook") },
    failed: { next },
  });
}

function closeState({ names, use, owner, next }: Report): TaskState {
  return tableCall({
    comment: "Closes it.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression: closingUpdate,
      ConditionExpression: `${halfOpenCondition} AND successes >= :last`,
      ExpressionAttributeNames: { "#me": expression(owner) },
      ExpressionAttributeValues: {
        ":halfOpen": { S: "halfOpen" },
        ":closed": { S: "closed" },
        ":epoch": numberOf(epoch),
        ":zero": { N: "0" },
        ":one": { N: "1" },
        ":last": { N: String(use.successThreshold - 1) },
        ":me": { S: expression(owner) },
      },
    },
    after: { Next: names("BreakerClosed") },
    unless: { next: names("BreakerSucceededLook") },
    failed: { next },
  });
}
