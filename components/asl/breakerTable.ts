// The table of a circuit breaker, as state machines use it: its one item, calls of DynamoDB, and what a look at the item tells.
import { isOfThisRun, thisRun } from "./redriveGuard";
import {
  type Catcher,
  type Continuation,
  type Expression,
  expression,
  type Retrier,
  redriveCount,
  type TaskState,
  type Template,
} from "./states";

/** Which circuit breaker a step asks, and what it knows of the step. */
export interface BreakerUse {
  /** The breaker's table. */
  readonly tableName: string;
  /** The component's name, for events and for people. */
  readonly breaker: string;
  /** So many failures in a row open it. */
  readonly failureThreshold: number;
  /** Before a probe is let through. */
  readonly openSeconds: number;
  /** So many successes while it is half-open close it. */
  readonly successThreshold: number;
  /** How long the step can take at most from the check to its report. */
  readonly permitSeconds: number;
  /** Names the step in permits. */
  readonly step: string;
  /** Names of errors that are an answer of the dependency: with them it works. */
  readonly answers: readonly string[];
}

/** The table's hash key, and the key of its one item. */
const BREAKER_KEY = { key: { S: "breaker" } } as const;

/** The variables of a step: the epoch of the check, and the item as the last look found it. */
export const epochVariable = "epoch";
const lookVariable = "breaker";
/** The variable that tells how the check let the step through: `{ redrive, permit }`. */
const askedVariable = "asked";
/** The variable that names the report of a failure, so that one whose reply is lost is not counted twice. */
export const reportVariable = "breakerReport";

const conditionFailed = "DynamoDB.ConditionalCheckFailedException";

/** Nobody has changed it yet, or it was closed. */
export const isClosed = "(attribute_not_exists(phase) OR phase = :closed)";

/** Of one attempt. */
const timeoutSeconds = 10;

/** A condition that does not hold is an answer. */
const tableRetry: readonly Retrier[] = [
  { ErrorEquals: [conditionFailed], MaxAttempts: 0 },
  { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 4, BackoffRate: 2, JitterStrategy: "FULL" },
];

/** What a call of the table may take with all of its retries: permits last so much longer. */
export const longestCallSeconds = 5 * timeoutSeconds + 1 + 2 + 4 + 8;

/** Seconds since 1970 when the state was entered: the same in all of its retries. */
export const now = "$floor($toMillis($states.context.State.EnteredTime) / 1000)";

/** Seconds since 1970, so much later at least than now: after a redrive a state's EnteredTime is that of the run before. */
export function secondsLater(seconds: number): string {
  return `$ceil($millis() / 1000) + ${seconds}`;
}

/** What a state of the check assigns that lets the step through. */
export function assignAsked(epoch: Expression, permit: boolean): Readonly<Record<string, Template>> {
  return { [epochVariable]: epoch, [askedVariable]: { redrive: thisRun, permit } };
}

/** JSONata: whether the check let the step through since the execution was last redriven. */
export const askedInThisRun = isOfThisRun(`$${askedVariable}.redrive`);

/** JSONata: whether it gave a permit. */
export const askedForPermit = `$${askedVariable}.permit = true`;

/** The same in all rounds of one attempt, and in no other execution. */
export function ownerOf(step: string): string {
  const machine = "$states.context.StateMachine.Name";
  const execution = "$states.context.Execution.Name";
  const redrives = `$string(${redriveCount})`;
  return `(${machine} & ":" & ${execution} & "#" & ${redrives} & ${JSON.stringify(`#${step}`)})`;
}

/** DynamoDB's number out of one of JSONata. */
export function numberOf(source: string): Template {
  return { N: expression(`$string(${source})`) };
}

/** Opens it; `openedAt` stays that of the first time, until it closes. */
export const openingUpdate = [
  "SET phase = :open, epoch = epoch + :one, failures = :zero, retryAt = :retryAt",
  "openedAt = if_not_exists(openedAt, :now), reason = :reason, changedBy = :me REMOVE permits, allowed, successes",
].join(", ");

/** The values of {@link openingUpdate}. */
export function openingValues(openSeconds: number, changedBy: Expression, reason: Expression) {
  return {
    ":open": { S: "open" },
    ":one": { N: "1" },
    ":zero": { N: "0" },
    ":now": numberOf(now),
    ":retryAt": numberOf(secondsLater(openSeconds)),
    ":reason": { S: reason },
    ":me": { S: changedBy },
  };
}

/** Closes it. Values: `:closed`, `:one`, `:zero`, `:me`. */
export const closingUpdate = [
  "SET phase = :closed, epoch = epoch + :one, failures = :zero, changedBy = :me",
  "REMOVE permits, allowed, successes, retryAt, openedAt, reason",
].join(" ");

/** Where a state goes in a certain case. */
export interface Turn {
  readonly next: string;
  readonly assign?: Readonly<Record<string, Template>>;
}

/** A call of the table, and where it leads. */
export interface TableCall {
  readonly comment: string;
  readonly action: "getItem" | "updateItem";
  readonly tableName: string;
  readonly arguments: Readonly<Record<string, Template>>;
  readonly assign?: Readonly<Record<string, Template>>;
  /** @default the input as it is */
  readonly output?: Expression;
  readonly after: Continuation;
  /** When the condition does not hold. */
  readonly unless?: Turn;
  /** When DynamoDB cannot be asked. @default the execution fails */
  readonly failed?: Turn;
}

/** A call that is made again while DynamoDB cannot be reached. */
export function tableCall(call: TableCall): TaskState {
  const { comment, action, tableName, assign, output = untouched, after, unless, failed } = call;
  return {
    Type: "Task",
    Comment: comment,
    Resource: `arn:aws:states:::dynamodb:${action}`,
    Arguments: { TableName: tableName, Key: BREAKER_KEY, ...call.arguments },
    TimeoutSeconds: timeoutSeconds,
    ...(assign === undefined ? {} : { Assign: assign }),
    Output: output,
    Retry: tableRetry,
    Catch: [
      ...(unless === undefined ? [] : [turn([conditionFailed], unless)]),
      ...(failed === undefined ? [] : anyError.map((errors) => turn(errors, failed))),
    ],
    ...after,
  };
}

const untouched = expression("$states.input");

/** States.ALL must be alone, and leaves the others out. See catch.ts. */
export const anyError: readonly (readonly string[])[] = [
  ["States.DataLimitExceeded", "States.Runtime"],
  ["States.ALL"],
];

function turn(errors: readonly string[], { next, assign }: Turn): Catcher {
  return {
    ErrorEquals: errors,
    ...(assign === undefined ? {} : { Assign: assign }),
    Output: untouched,
    Next: next,
  };
}

/** Reads the item into the variable `breaker`. */
export function lookAt(
  options: Pick<TableCall, "tableName" | "after" | "failed"> & { readonly owner: string },
): TaskState {
  const { owner, ...call } = options;
  return tableCall({
    ...call,
    comment: "Looks why.",
    action: "getItem",
    arguments: { ConsistentRead: true },
    assign: { [lookVariable]: itemAsSeenBy(owner) },
  });
}

/**
 * What the item says, without DynamoDB's types and with what is absent filled in: JSONata's comparisons have no value where a side has
 * none, and a Choice would fail. A number that is absent is -1, which no condition takes for one that is there: else a hand-made item could
 * send a step round and round. `mine` is the owner's own permit, `free` whether there is another, `expired` one that can be replaced.
 */
function itemAsSeenBy(owner: string): Expression {
  const text = (name: string, absent: string) => `"${name}": $exists($item.${name}.S) ? $item.${name}.S : "${absent}"`;
  const number = (name: string) => `"${name}": $exists($item.${name}.N) ? $number($item.${name}.N) : -1`;
  return expression(
    [
      "($item := $exists($states.result.Item) ? $states.result.Item : {}",
      `$second := ${now}`,
      `$me := ${owner}`,
      "$permits := $exists($item.permits.M) ? $item.permits.M : {}",
      "$allowed := $exists($item.allowed.N) ? $number($item.allowed.N) : 0",
      "$expired := $keys($permits)[$number($lookup($permits, $).N) < $second][0]",
      `{${[
        text("phase", "closed"),
        text("reason", ""),
        text("changedBy", ""),
        text("lastFailure", ""),
        number("epoch"),
        number("failures"),
        number("successes"),
        number("retryAt"),
        `"hold": $exists($item.hold.M)`,
        `"holdReason": $exists($item.hold.M.reason.S) ? $item.hold.M.reason.S : ""`,
        `"holdBy": $exists($item.hold.M.by.S) ? $item.hold.M.by.S : ""`,
        `"mine": $exists($lookup($permits, $me))`,
        `"free": $exists($item.permits.M) and $count($keys($permits)) < $allowed`,
        `"expired": $exists($expired) ? $expired : ""`,
        `"expiredAt": $exists($expired) ? $lookup($permits, $expired).N : ""`,
      ].join(", ")}})`,
    ].join("; "),
  );
}

/** What the operator or the program that reads a record should know. */
export const lookedAt = (member: string) => `$${lookVariable}.${member}`;
