// Tells the circuit breaker how an attempt ended. Reports of an epoch that is over change nothing; one that cannot be made is left out.
import { breakerEventState } from "./breakerEvents";
import {
  type BreakerUse,
  closingUpdate,
  epochVariable,
  isClosed,
  lookAt,
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
  type Continuation,
  expression,
  type Fragment,
  type State,
  type StateNames,
  type States,
  type TaskState,
} from "./states";

/** What the report of a success must know. */
export interface BreakerSucceededOptions {
  readonly names: StateNames;
  readonly use: BreakerUse;
  /** What follows; the first state may end the execution, so that the report costs one transition. */
  readonly next: Continuation;
}

/** What the report of a failure must know. */
export interface BreakerFailedOptions {
  readonly names: StateNames;
  readonly use: BreakerUse;
  /** The state that the failure goes on to. */
  readonly next: string;
}

interface Report {
  readonly names: StateNames;
  readonly use: BreakerUse;
  readonly owner: string;
  /** Where all the rarer branches go. */
  readonly next: string;
}

const epoch = `$${epochVariable}`;
const sameEpoch = `${lookedAt("epoch")} = ${epoch}`;
const closed = `${lookedAt("phase")} = "closed"`;
const halfOpenWithPermit = `${lookedAt("phase")} = "halfOpen" and ${lookedAt("mine")} and ${lookedAt("successes")} >= 0`;
/** This very attempt changed the phase, and the reply was lost. */
const changedBefore = (owner: string) => `${lookedAt("epoch")} = ${epoch} + 1 and ${lookedAt("changedBy")} = ${owner}`;

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

const errorName = `($type($${failureVariable}.Error) = "string" ? $${failureVariable}.Error : "Respool.Unnamed")`;

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

/** A look at the item, and where it leads; everything else goes on. */
function looking({ names, use, owner, next }: Report, state: string, choices: readonly ChoiceRule[]): States {
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
