// Asks the circuit breaker before a step is tried: closed costs one transition; what must wait is held, never attempted.

import {
  assignAsked,
  type BreakerUse,
  isClosed,
  longestCallSeconds,
  lookAt,
  lookedAt,
  now,
  numberOf,
  ownerOf,
  secondsLater,
  type Turn,
  tableCall,
} from "./breakerTable";
import { failureVariable } from "./catch";
import {
  type ChoiceRule,
  type ChoiceState,
  type Expression,
  expression,
  type Fragment,
  type StateNames,
  type TaskState,
} from "./states";

/** The error of work that waits since the circuit breaker does not let it through. */
const HELD_ERROR = "Respool.Held";
/** The error of work that waits since the circuit breaker's table could not be asked. */
const BREAKER_UNAVAILABLE_ERROR = "Respool.BreakerUnavailable";

/** What the check of a circuit breaker must know. */
export interface BreakerCheckOptions {
  readonly names: StateNames;
  readonly use: BreakerUse;
  /** The state that the work goes on to. */
  readonly passed: string;
  /** Where work goes that is not attempted now: the variable `failure` says why, with `Held: true`. */
  readonly held: string;
}

interface Check extends BreakerCheckOptions {
  readonly owner: string;
}

/**
 * The check. A half-open circuit breaker gives out permits, which expire; a permit that the work has already is prolonged, so that a step may
 * come back here while it waits for something else.
 *
 * Each condition that does not hold means that somebody else changed the item in between: then it looks again.
 */
export function breakerCheck(options: BreakerCheckOptions): Fragment {
  const check = { ...options, owner: ownerOf(options.use.step) };
  const { names } = options;
  return {
    startAt: names("Breaker"),
    states: {
      [names("Breaker")]: closedState(check),
      [names("BreakerLook")]: lookAt({
        tableName: check.use.tableName,
        owner: check.owner,
        after: { Next: names("BreakerPhase") },
        failed: unavailable(check),
      }),
      [names("BreakerPhase")]: phaseState(check),
      [names("BreakerProbe")]: probeState(check),
      [names("BreakerPermit")]: permitState(check),
    },
  };
}

/** It writes what nobody has written yet, and nothing else: so the condition costs no choice, and reports need not ask what is there. */
function closedState(check: Check): TaskState {
  const { names, use, passed } = check;
  return tableCall({
    comment: "Goes on while the circuit breaker is closed.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression: "SET epoch = if_not_exists(epoch, :zero), failures = if_not_exists(failures, :zero)",
      ConditionExpression: `attribute_not_exists(#hold) AND ${isClosed}`,
      ExpressionAttributeNames: { "#hold": "hold" },
      ExpressionAttributeValues: { ":zero": { N: "0" }, ":closed": { S: "closed" } },
      ReturnValues: "ALL_NEW",
    },
    assign: assignAsked(expression("$number($states.result.Attributes.epoch.N)"), false),
    after: { Next: passed },
    unless: { next: names("BreakerLook") },
    failed: unavailable(check),
  });
}

function phaseState({ names, use, held }: Check): ChoiceState {
  const { breaker } = use;
  const is = (phase: string) => `${lookedAt("phase")} = "${phase}"`;
  const hold = (condition: string, cause: string): ChoiceRule => ({
    Condition: expression(condition),
    Assign: { [failureVariable]: heldBecause(HELD_ERROR, cause) },
    Next: held,
  });
  const called = JSON.stringify(`the circuit breaker ${breaker}`);
  const because = (member: string) => `(${lookedAt(member)} = "" ? "" : ": " & ${lookedAt(member)})`;
  const until = `$fromMillis(${lookedAt("retryAt")} * 1000)`;
  return {
    Type: "Choice",
    Comment: "Who may go on depends on the phase.",
    Choices: [
      hold(lookedAt("hold"), `${called} & " is held by " & ${lookedAt("holdBy")} & ${because("holdReason")}`),
      { Condition: expression(is("closed")), Next: names("Breaker") },
      hold(
        `${is("open")} and ${now} < ${lookedAt("retryAt")}`,
        `${called} & " is open until " & ${until} & ${because("reason")}`,
      ),
      { Condition: expression(`${is("open")} and ${lookedAt("retryAt")} >= 0`), Next: names("BreakerProbe") },
      {
        Condition: expression(
          `${is("halfOpen")} and (${lookedAt("mine")} or ${lookedAt("free")} or ${lookedAt("expired")} != "")`,
        ),
        Next: names("BreakerPermit"),
      },
      hold(is("halfOpen"), `${called} & " is half-open: as many are being tried as may be" & ${because("reason")}`),
    ],
    Assign: {
      [failureVariable]: heldBecause(
        BREAKER_UNAVAILABLE_ERROR,
        `${called} & " has a table that was not written by it: phase " & ${lookedAt("phase")}`,
      ),
    },
    Default: held,
  };
}

/** Opens it halfway, with the first permit. */
function probeState(check: Check): TaskState {
  const { names, use, owner, passed } = check;
  return tableCall({
    comment: "Takes the first permit.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression:
        "SET phase = :halfOpen, epoch = epoch + :one, allowed = :one, successes = :zero, permits = :permits",
      ConditionExpression: "attribute_not_exists(#hold) AND phase = :open AND epoch = :epoch AND retryAt <= :now",
      ExpressionAttributeNames: { "#hold": "hold" },
      ExpressionAttributeValues: {
        ":open": { S: "open" },
        ":halfOpen": { S: "halfOpen" },
        ":zero": { N: "0" },
        ":one": { N: "1" },
        ":epoch": numberOf(lookedAt("epoch")),
        ":now": numberOf(now),
        ":permits": { M: expression(`{${owner}: {"N": $string(${expiry(use)})}}`) },
      },
    },
    assign: assignAsked(expression(`${lookedAt("epoch")} + 1`), true),
    after: { Next: passed },
    unless: { next: names("BreakerLook") },
    failed: unavailable(check),
  });
}

/** Takes a permit that is free, prolongs its own, or replaces one that has expired. */
function permitState(check: Check): TaskState {
  const { names, use, owner, passed } = check;
  const replaces = `(${lookedAt("mine")} or ${lookedAt("free")}) = false`;
  const either = (replacing: string, otherwise: string) => expression(`${replaces} ? ${replacing} : ${otherwise}`);
  return tableCall({
    comment: "Takes a permit.",
    action: "updateItem",
    tableName: use.tableName,
    arguments: {
      UpdateExpression: either(`"SET permits.#me = :expires REMOVE permits.#dead"`, `"SET permits.#me = :expires"`),
      ConditionExpression: expression(
        `"attribute_not_exists(#hold) AND phase = :halfOpen AND epoch = :epoch AND " & (${replaces}
          ? "permits.#dead = :seen AND attribute_not_exists(permits.#me)"
          : "(attribute_exists(permits.#me) OR size(permits) < allowed)")`.replace(/\s+/g, " "),
      ),
      ExpressionAttributeNames: expression(
        `$merge([{"#hold": "hold", "#me": ${owner}}, ${replaces} ? {"#dead": ${lookedAt("expired")}} : {}])`,
      ),
      ExpressionAttributeValues: expression(
        `$merge([${[
          `{":halfOpen": {"S": "halfOpen"}, ":epoch": {"N": $string(${lookedAt("epoch")})}`,
          `":expires": {"N": $string(${expiry(use)})}}`,
        ].join(", ")}, ${replaces} ? {":seen": {"N": ${lookedAt("expiredAt")}}} : {}])`,
      ),
    },
    assign: assignAsked(expression(lookedAt("epoch")), true),
    after: { Next: passed },
    unless: { next: names("BreakerLook") },
    failed: unavailable(check),
  });
}

/** An attempt that never reports keeps the others out for as long as it may still be running, and not for less than a failure would. */
function expiry({ permitSeconds, openSeconds }: BreakerUse): string {
  return secondsLater(Math.max(permitSeconds + longestCallSeconds, openSeconds));
}

function heldBecause(error: string, cause: string): Expression {
  return expression(`{"Error": "${error}", "Cause": ${cause}, "Held": true}`);
}

function unavailable({ use, held }: Check): Turn {
  const of = (field: string) =>
    `($type($states.errorOutput.${field}) = "string" ? ": " & $substring($states.errorOutput.${field}, 0, 1000) : "")`;
  const called = JSON.stringify(`the circuit breaker ${use.breaker} could not be asked`);
  const cause = `${called} & ${of("Error")} & ${of("Cause")}`;
  return { next: held, assign: { [failureVariable]: heldBecause(BREAKER_UNAVAILABLE_ERROR, cause) } };
}
