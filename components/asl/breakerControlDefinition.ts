// The state machine by which operators and alarms control a circuit breaker. Its history says who did what, when, and why.
import { type BreakerEventPhase, breakerEventState } from "./breakerEvents";
import { closingUpdate, isClosed, openingUpdate, openingValues, tableCall } from "./breakerTable";
import {
  type ChoiceState,
  type Expression,
  expression,
  type FailState,
  type StateMachineDefinition,
  type TaskState,
} from "./states";

/** The error of an execution whose input asks for nothing that the state machine knows. */
export const UNKNOWN_ACTION_ERROR = "Respool.UnknownAction";

/** What a circuit breaker can be told. */
export type BreakerAction = "hold" | "release" | "open" | "close" | "status";

/** What the state machine must know. */
export interface BreakerControlOptions {
  readonly tableName: string;
  /** The component's name. */
  readonly breaker: string;
  readonly openSeconds: number;
}

const actions: readonly (readonly [BreakerAction, string])[] = [
  ["hold", "Hold"],
  ["release", "Release"],
  ["open", "Open"],
  ["close", "Close"],
  ["status", "Status"],
];

/** Whoever started it; a lost reply is told from somebody else's change by this. */
const execution = "$states.context.Execution.Id";

/**
 * Its input is `{ "action": "hold" | "release" | "open" | "close" | "status", "reason"?, "by"? }`, its output what the circuit breaker is
 * afterwards. An execution that cannot reach DynamoDB or EventBridge fails, and may be started again.
 */
export function breakerControlDefinition(options: BreakerControlOptions): StateMachineDefinition {
  const { breaker } = options;
  return {
    Comment: `Holds, releases, opens and closes the circuit breaker ${breaker}.`,
    QueryLanguage: "JSONata",
    StartAt: "Action",
    States: {
      Action: actionState(),
      Hold: holdState(options),
      Release: releaseState(options),
      Open: openState(options),
      Close: closeState(options),
      Changed: changedState(options),
      Outcome: outcomeState(),
      Opened: eventState(options, "open"),
      Closed: eventState(options, "closed"),
      Status: statusState(options),
      UnknownAction: unknownActionState(),
    },
  };
}

function actionState(): ChoiceState {
  return {
    Type: "Choice",
    Choices: actions.map(([action, Next]) => ({ Condition: expression(`$states.input.action = "${action}"`), Next })),
    Default: "UnknownAction",
  };
}

function unknownActionState(): FailState {
  const allowed = actions.map(([action]) => `"${action}"`).join(", ");
  const got = `($exists($states.input.action) ? $string($states.input.action) : "nothing")`;
  return {
    Type: "Fail",
    Error: UNKNOWN_ACTION_ERROR,
    Cause: expression(`${JSON.stringify(`[action] must be one of ${allowed}, got `)} & ${got}`),
  };
}

/** Text of the input, cut to what an item may well hold. */
function given(member: string, absent: string): string {
  return `($exists($states.input.${member}) ? $substring($string($states.input.${member}), 0, 256) : "${absent}")`;
}

const reason = given("reason", "");
const by = given("by", "an operator");

/** Whatever the phase is: nothing is attempted until it is released. */
function holdState({ tableName }: BreakerControlOptions): TaskState {
  return tableCall({
    comment: "Nothing is attempted until it is released.",
    action: "updateItem",
    tableName,
    arguments: {
      UpdateExpression: "SET #hold = :hold",
      ExpressionAttributeNames: { "#hold": "hold" },
      ExpressionAttributeValues: {
        ":hold": {
          M: {
            by: { S: expression(by) },
            reason: { S: expression(reason) },
            at: { S: expression("$states.context.State.EnteredTime") },
          },
        },
      },
    },
    after: { Next: "Status" },
  });
}

function releaseState({ tableName }: BreakerControlOptions): TaskState {
  return tableCall({
    comment: "What it was before counts again.",
    action: "updateItem",
    tableName,
    arguments: {
      UpdateExpression: "SET changedBy = :me REMOVE #hold",
      ConditionExpression: "attribute_exists(#hold)",
      ExpressionAttributeNames: { "#hold": "hold" },
      ExpressionAttributeValues: { ":me": { S: expression(execution) } },
    },
    after: { Next: "Changed" },
    unless: { next: "Changed" },
  });
}

/** An alarm that goes off again does not make it wait longer. */
function openState({ tableName, openSeconds }: BreakerControlOptions): TaskState {
  return tableCall({
    comment: "Opens it, unless it is open.",
    action: "updateItem",
    tableName,
    arguments: {
      UpdateExpression: openingUpdate.replace("epoch = epoch + :one", "epoch = if_not_exists(epoch, :zero) + :one"),
      ConditionExpression: "attribute_not_exists(phase) OR phase <> :open",
      ExpressionAttributeValues: openingValues(
        openSeconds,
        expression(execution),
        expression(`"opened by " & ${by} & (${reason} = "" ? "" : ": " & ${reason})`),
      ),
    },
    after: { Next: "Changed" },
    unless: { next: "Changed" },
  });
}

function closeState({ tableName }: BreakerControlOptions): TaskState {
  return tableCall({
    comment: "Closes it, unless it is closed.",
    action: "updateItem",
    tableName,
    arguments: {
      UpdateExpression: closingUpdate,
      ConditionExpression: `NOT ${isClosed}`,
      ExpressionAttributeValues: {
        ":closed": { S: "closed" },
        ":one": { N: "1" },
        ":zero": { N: "0" },
        ":me": { S: expression(execution) },
      },
    },
    after: { Next: "Changed" },
    unless: { next: "Changed" },
  });
}

/** A condition that did not hold may have been met by this very execution, whose reply was lost: so the item says who changed it. */
function changedState({ tableName }: BreakerControlOptions): TaskState {
  const item = "$states.result.Item";
  const own = `$exists(${item}.changedBy.S) and ${item}.changedBy.S = ${execution}`;
  return tableCall({
    comment: "Looks whether this execution changed it.",
    action: "getItem",
    tableName,
    arguments: { ConsistentRead: true },
    assign: {
      changed: expression(
        `{"own": ${own}, "phase": $exists(${item}.phase.S) ? ${item}.phase.S : "closed", "held": $exists(${item}.hold), ` +
          `"epoch": $exists(${item}.epoch.N) ? $number(${item}.epoch.N) : 0}`,
      ),
    },
    after: { Next: "Outcome" },
  });
}

/** A release lets work through again where the phase is closed: to those who wait for that, it closes. */
function outcomeState(): ChoiceState {
  return {
    Type: "Choice",
    Choices: [
      {
        Condition: expression(`$changed.own and $changed.phase = "open" and $states.input.action = "open"`),
        Next: "Opened",
      },
      {
        Condition: expression(
          `$changed.own and $changed.phase = "closed" and $changed.held = false and $states.input.action in ["close", "release"]`,
        ),
        Next: "Closed",
      },
    ],
    Default: "Status",
  };
}

function eventState({ breaker, tableName }: BreakerControlOptions, phase: BreakerEventPhase): TaskState {
  return breakerEventState({
    breaker,
    tableName,
    phase,
    epoch: expression("$changed.epoch"),
    reason: expression(`$states.input.action & " by " & ${by} & (${reason} = "" ? "" : ": " & ${reason})`),
    after: { Next: "Status" },
  });
}

function statusState({ breaker, tableName }: BreakerControlOptions): TaskState {
  const item = "$states.result.Item";
  return tableCall({
    comment: "What it is now.",
    action: "getItem",
    tableName,
    arguments: { ConsistentRead: true },
    output: statusOf(breaker, item),
    after: { End: true },
  });
}

/** What is absent is left out. Times are as people read them. */
function statusOf(breaker: string, item: string): Expression {
  const number = (name: string) => `$exists(${item}.${name}.N) ? {"${name}": $number(${item}.${name}.N)} : {}`;
  const time = (name: string) =>
    `$exists(${item}.${name}.N) ? {"${name}": $fromMillis($number(${item}.${name}.N) * 1000)} : {}`;
  const hold = `${item}.hold.M`;
  return expression(
    `$merge([${[
      `{"breaker": ${JSON.stringify(breaker)}, "phase": $exists(${item}.phase.S) ? ${item}.phase.S : "closed"}`,
      `$exists(${item}.epoch.N) ? {"epoch": $number(${item}.epoch.N)} : {"epoch": 0}`,
      ...["failures", "successes", "allowed"].map(number),
      ...["openedAt", "retryAt"].map(time),
      `$exists(${item}.reason.S) ? {"reason": ${item}.reason.S} : {}`,
      `$exists(${item}.permits.M) ? {"permits": $count($keys(${item}.permits.M))} : {}`,
      `$exists(${hold}) ? {"hold": {"by": ${hold}.by.S, "reason": ${hold}.reason.S, "at": ${hold}.at.S}} : {}`,
    ].join(", ")}])`,
  );
}
