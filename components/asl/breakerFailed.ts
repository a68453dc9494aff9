// Tells the circuit breaker that an attempt failed. A report of an epoch that is over changes nothing; one that cannot be made is left out.
import { breakerEventState } from "./breakerEvents";
import { changedBefore, closed, epoch, halfOpenWithPermit, looking, type Report, sameEpoch } from "./breakerReport";
import { breakerSucceeded } from "./breakerSucceeded";
import {
  type BreakerUse,
  isClosed,
  lookedAt,
  numberOf,
  openingUpdate,
  openingValues,
  ownerOf,
  reportVariable,
  tableCall,
} from "./breakerTable";
import { failureVariable } from "./catch";
import {
  type ChoiceRule,
  type ChoiceState,
  expression,
  type Fragment,
  type StateNames,
  type States,
  type TaskState,
} from "./states";

/** What the report of a failure must know. */
export interface BreakerFailedOptions {
  readonly names: StateNames;
  readonly use: BreakerUse;
  /** The state that the failure goes on to. */
  readonly next: string;
}

const errorName = `($type($${failureVariable}.Error) = "string" ? $${failureVariable}.Error : "Respool.Unnamed")`;

/**
 * Reports a failure, the one in the variable `failure`: closed, it counts; enough in a row, or one while it is half-open, open it. Errors that
 * are answers of the dependency are reported as successes. Work that was held must not come here: it was no attempt.
 */
export function breakerFailed({ names, use, next }: BreakerFailedOptions): Fragment {
  const report: Report = { names, use, owner: ownerOf(use.step), next };
  const states: States = {
    [names("BreakerFailed")]: failedState(report),
    ...looking(report, "BreakerFailed", failedPhase(report)),
    [names("BreakerOpen")]: openState(report),
    [names("BreakerOpened")]: breakerEventState({
      breaker: use.breaker,
      tableName: use.tableName,
      phase: "open",
      epoch: expression(`${epoch} + 1`),
      reason: expression(errorName),
      after: { Next: next },
      failed: next,
    }),
  };
  if (use.answers.length === 0) return { startAt: names("BreakerFailed"), states };
  const answered = (state: string) => names(state.replace("Breaker", "BreakerAnswer"));
  const success = breakerSucceeded({ names: answered, use, next: { Next: next } });
  const outcome: ChoiceState = {
    Type: "Choice",
    Comment: "An error that is an answer means that the dependency works.",
    Choices: [
      {
        Condition: expression(`${errorName} in ${JSON.stringify(use.answers)}`),
        Next: success.startAt,
      },
    ],
    Default: names("BreakerFailed"),
  };
  return {
    startAt: names("BreakerOutcome"),
    states: { [names("BreakerOutcome")]: outcome, ...states, ...success.states },
  };
}

/** The report of one visit: the same when DynamoDB is asked again. */
const thisReport = (owner: string) => expression(`${owner} & "@" & $states.context.State.EnteredTime`);

function failedState({ names, use, owner, next }: Report): TaskState {
  return tableCall({
    comment: "Counts the failure, unless it is the one that opens the circuit breaker.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression: "SET failures = failures + :one, lastFailure = :report",
      ConditionExpression: [
        `epoch = :epoch AND ${isClosed} AND failures < :last`,
        "(attribute_not_exists(lastFailure) OR lastFailure <> :report)",
      ].join(" AND "),
      ExpressionAttributeValues: {
        ":epoch": numberOf(epoch),
        ":closed": { S: "closed" },
        ":one": { N: "1" },
        ":last": { N: String(use.failureThreshold - 1) },
        ":report": { S: thisReport(owner) },
      },
    },
    after: { Next: next },
    unless: { next: names("BreakerFailedLook"), assign: { [reportVariable]: thisReport(owner) } },
    failed: { next },
  });
}

function failedPhase({ names, use, owner, next }: Report): readonly ChoiceRule[] {
  const enough = `${closed} and ${lookedAt("failures")} + 1 >= ${use.failureThreshold}`;
  return [
    { Condition: expression(changedBefore(owner)), Next: names("BreakerOpened") },
    { Condition: expression(`${lookedAt("lastFailure")} = $${reportVariable}`), Next: next },
    { Condition: expression(`${sameEpoch} and (${enough} or ${halfOpenWithPermit})`), Next: names("BreakerOpen") },
    // A success came in between: the row is shorter again.
    {
      Condition: expression(`${sameEpoch} and ${closed} and ${lookedAt("failures")} >= 0`),
      Next: names("BreakerFailed"),
    },
  ];
}

function openState({ names, use, owner, next }: Report): TaskState {
  return tableCall({
    comment: "Opens it.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression: openingUpdate,
      ConditionExpression: [
        "epoch = :epoch",
        `((${isClosed} AND failures >= :last) OR (phase = :halfOpen AND attribute_exists(permits.#me)))`,
      ].join(" AND "),
      ExpressionAttributeNames: { "#me": expression(owner) },
      ExpressionAttributeValues: {
        ...openingValues(use.openSeconds, expression(owner), expression(errorName)),
        ":epoch": numberOf(epoch),
        ":closed": { S: "closed" },
        ":halfOpen": { S: "halfOpen" },
        ":last": { N: String(use.failureThreshold - 1) },
      },
    },
    after: { Next: names("BreakerOpened") },
    unless: { next: names("BreakerFailedLook") },
    failed: { next },
  });
}
