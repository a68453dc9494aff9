// The states around a step of which only so many may run at once: take a lease before it, give the lease back after it.
import { catchErrors, failureVariable } from "./catch";
import { evaluationFailed, type Guard, guardedTimeout, isOfThisRun, redrivenState, thisRun } from "./redriveGuard";
import {
  conditionFailed,
  freeLease,
  keyText,
  leasesWhere,
  leaseVariable,
  ownerSource,
  readItem,
  SEMAPHORE_TIMEOUT_ERROR,
  SEMAPHORE_UNAVAILABLE_ERROR,
  type SemaphoreUse,
  tableCall,
} from "./semaphoreLease";
import {
  type Catcher,
  type ChoiceState,
  type Continuation,
  expression,
  type Fragment,
  redriveCount,
  type StateNames,
  type States,
  type TaskState,
  type Template,
  type WaitState,
} from "./states";

/** What the states that take a lease must know. */
export interface AcquireOptions {
  readonly names: StateNames;
  readonly use: SemaphoreUse;
  /** Where an execution goes that has a lease. */
  readonly acquired: string;
  /** Where it goes after each wait: a circuit breaker's check, or `names("Acquire")`. */
  readonly again: string;
  /** Where work goes that got no lease; `failure` has `Held: true`. */
  readonly gaveUp: string;
  /** Where work goes whose key has no value; `failure` is what Step Functions says. */
  readonly failed: string;
  /** What must have been passed in the same run of the execution before a lease is taken. @default nothing */
  readonly guard?: Guard;
  /** Where an execution goes before each wait, under a condition; `names("Wait")` must follow. @default nowhere */
  readonly beforeWait?: { readonly condition: string; readonly next: string };
}

/** JSONata: whether the execution's lease was taken since its last redrive. */
export const leaseOfThisRun = isOfThisRun(`$${leaseVariable}.redrive`);

/** The variable that holds since when the execution waits: `{ for, since }`. */
const waitingVariable = "waiting";

/** The variable that holds what the table said: `{ mine, expired }`. */
const seenVariable = "seen";

/** Which attempt waits: what was assigned before a redrive, or before the work was held, does not count. */
const attemptSource = [
  `$states.context.State.Name & "#" & $string(${redriveCount})`,
  `"#" & ($exists($generation) ? $string($generation) : "0")`,
].join(" & ");

/** How long it has waited, in seconds. */
const waited = "($millis() - $waiting.since) / 1000";

/**
 * Waits are random, of up to so many seconds, once the execution has waited for half as long: forty that wait for five places ask every
 * quarter of a second, all together.
 */
const longestPause = 20;

/** Who has waited very long asks more rarely still, or its history would not hold a year of it: 25,000 events. */
const pauseShare = 50;

/** Items outlive every lease, since a longer lease may have been taken before a shorter one, and none lasts over a year. */
const itemSeconds = 366 * 86_400;

/**
 * States that take a lease. One transition when one is free; four for each round of waiting (Acquire, Look, Admit, Wait).
 *
 * Not for inline Map states within Map states: two iterations may have one index there.
 */
export function acquireStates(options: AcquireOptions): Fragment {
  const { names, use, again, guard, failed } = options;
  const states: States = {
    [names("Acquire")]: acquireState(options),
    [names("Look")]: lookState(options),
    [names("Admit")]: admitState(options),
    [names("Reclaim")]: reclaimState(use, { freed: names("Acquire"), failed: names("Wait") }),
    [names("Wait")]: waitState(use, again),
    ...(guard === undefined ? {} : redrivenState(names("AcquireRedriven"), guard, failed)),
  };
  return { startAt: names("Acquire"), states };
}

function acquireState({ names, use, acquired, gaveUp, failed, guard }: AcquireOptions): TaskState {
  const key = keyText(use.key);
  const lease = { key, owner: expression(ownerSource), redrive: thisRun };
  const attempt = `$attempt := ${attemptSource}`;
  const waiting = `(${attempt}; {"for": $attempt, "since": $waiting.for = $attempt ? $waiting.since : $millis()})`;
  // The clock of now: after a redrive the state's EnteredTime is that of the run before.
  const expires = `$floor($millis() / 1000) + ${use.leaseSeconds}`;
  return {
    Type: "Task",
    Comment: `Takes one of ${use.limit} leases.`,
    Resource: "arn:aws:states:::dynamodb:updateItem",
    Arguments: {
      TableName: use.tableName,
      Key: { key: { S: key } },
      UpdateExpression: "SET #me = :expires, held = if_not_exists(held, :none) + :one, expiresAt = :gone",
      ConditionExpression: "attribute_not_exists(#me) AND (attribute_not_exists(held) OR held < :limit)",
      ExpressionAttributeNames: { "#me": lease.owner },
      ExpressionAttributeValues: {
        ":expires": { N: expression(`$string(${expires})`) },
        ":gone": { N: expression(`$string(${expires} + ${itemSeconds})`) },
        ":limit": { N: String(use.limit) },
        ":none": { N: "0" },
        ":one": { N: "1" },
      },
    },
    ...tableCall,
    ...(guard === undefined ? {} : { TimeoutSeconds: guardedTimeout(guard, tableCall.TimeoutSeconds) }),
    Assign: { [leaseVariable]: lease, [waitingVariable]: null },
    Output: expression("$states.input"),
    Catch: [
      {
        ErrorEquals: [conditionFailed],
        Assign: { [leaseVariable]: lease, [waitingVariable]: expression(waiting) },
        Output: expression("$states.input"),
        Next: names("Look"),
      },
      catchErrors([evaluationFailed], guard === undefined ? failed : names("AcquireRedriven")),
      ...unavailable(gaveUp),
    ],
    Next: acquired,
  };
}

/** Looks whether a reply was lost, and for a lease whose owner did not give it back in time; one of them at random, since many look at once. */
function lookState({ names, use, gaveUp }: AcquireOptions): TaskState {
  const dead = leasesWhere("$number($value.N) < $clock");
  const pick = "$index := $floor($random() * $count($dead)); $count($dead) = 0 ? null : $dead[$index]";
  return {
    Type: "Task",
    Comment: "No lease was free, or the reply that gave one was lost.",
    ...readItem(use.tableName, expression(`$${leaseVariable}.key`)),
    ...tableCall,
    Assign: {
      [seenVariable]: {
        mine: expression(`$exists($lookup($states.result.Item, $${leaseVariable}.owner))`),
        expired: expression(`($clock := $millis() / 1000; $dead := ${dead}; ${pick})`),
      },
    },
    Output: expression("$states.input"),
    Catch: unavailable(gaveUp),
    Next: names("Admit"),
  };
}

function admitState({ names, use, acquired, gaveUp, beforeWait }: AcquireOptions): ChoiceState {
  const cause = `"waited " & $string($floor(${waited})) & " seconds for one of ${use.limit} places"`;
  return {
    Type: "Choice",
    Comment: "Goes on with its lease, takes away one that expired, gives up, or waits.",
    Choices: [
      {
        // A lease of the run before a redrive may be about to expire.
        Condition: expression(`$${seenVariable}.mine and ${leaseOfThisRun}`),
        Assign: { [waitingVariable]: null },
        Next: acquired,
      },
      { Condition: expression(`$${seenVariable}.expired != null`), Next: names("Reclaim") },
      {
        Condition: expression(`${waited} >= ${use.maximumWaitSeconds}`),
        Assign: { [failureVariable]: held(SEMAPHORE_TIMEOUT_ERROR, cause), [waitingVariable]: null },
        Next: gaveUp,
      },
      ...(beforeWait === undefined ? [] : [{ Condition: expression(beforeWait.condition), Next: beforeWait.next }]),
    ],
    Default: names("Wait"),
  };
}

function reclaimState(use: SemaphoreUse, { freed, failed }: { freed: string; failed: string }): TaskState {
  const after = { Output: expression("$states.input") };
  return {
    Type: "Task",
    Comment: "Takes a lease away that expired.",
    ...freeLease(use.tableName, expression(`$${leaseVariable}.key`), expression(`$${seenVariable}.expired`)),
    ...tableCall,
    ...after,
    Catch: [
      { ErrorEquals: [conditionFailed], ...after, Next: freed },
      { ErrorEquals: ["States.ALL"], ...after, Next: failed },
    ],
    Next: freed,
  };
}

function waitState({ maximumWaitSeconds }: SemaphoreUse, again: string): WaitState {
  const most = `$min([$max([1, 2 * $waited]), $max([${longestPause}, $waited / ${pauseShare}])])`;
  const pause = `$min([$random() * ${most}, ${maximumWaitSeconds} - $waited])`;
  return {
    Type: "Wait",
    Comment: "A random time, so that those who wait do not ask at once.",
    Seconds: expression(`($waited := ${waited}; $max([1, $ceil(${pause})]))`),
    Next: again,
  };
}

/** What the state that gives a lease back must know. */
export interface ReleaseOptions {
  /** The state's own name. @example `names("Release")` */
  readonly name: string;
  readonly use: Pick<SemaphoreUse, "tableName">;
  readonly after: Continuation;
}

/**
 * Gives the lease back, in one transition, and passes its input on; what becomes of the call does not matter, since the lease expires.
 *
 * Where the execution ends after it, a state `<name>: End` is added, for Catch must name a state.
 */
export function releaseStates({ name, use, after }: ReleaseOptions): Fragment {
  const end = `${name}: End`;
  const input = expression("$states.input");
  const release: TaskState = {
    Type: "Task",
    Comment: "Gives the lease back.",
    ...freeLease(use.tableName, expression(`$${leaseVariable}.key`), expression(`$${leaseVariable}.owner`)),
    ...tableCall,
    Output: input,
    Catch: [
      {
        ErrorEquals: ["States.ALL"],
        Output: input,
        Next: "Next" in after ? after.Next : end,
      },
    ],
    ...after,
  };
  const last: States = "Next" in after ? {} : { [end]: { Type: "Pass", Comment: "The lease expires.", End: true } };
  return { startAt: name, states: { [name]: release, ...last } };
}

function held(error: string, cause: string): Template {
  return { Error: error, Cause: expression(cause), Held: true };
}

function unavailable(next: string): Catcher[] {
  const cause = `$states.errorOutput.Error & ": " & $states.errorOutput.Cause`;
  return [["States.DataLimitExceeded", "States.Runtime"], ["States.ALL"]].map((errors) => ({
    ErrorEquals: errors,
    Assign: { [failureVariable]: held(SEMAPHORE_UNAVAILABLE_ERROR, cause), [waitingVariable]: null },
    Output: expression("$states.input"),
    Next: next,
  }));
}
