// The conditional writes of a command's status, as expressions of DynamoDB.
import type { CommandReason } from "./status";
import { childName, type KeptChild } from "./statusItem";

/** One write of an item, and what must hold for it. `#name` in the texts is the attribute of that name. */
export interface StatusUpdate {
  /** Texts of the form `#name = <operand>`. */
  readonly set: readonly string[];
  readonly remove?: readonly string[];
  readonly condition: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** Names behind a `#`, where it is another one. */
  readonly names?: Readonly<Record<string, string>>;
}

/** What begins an attempt: the item is made where there is none. */
export interface BeginCommand {
  readonly id: string;
  readonly name: string;
  readonly source: string;
  /** When the command was accepted, ISO 8601. */
  readonly time: string;
  /** How many redrives led to this attempt. */
  readonly generation: number;
  /** Another one for each attempt. */
  readonly attempt: string;
  /** When the attempt must have ended, in milliseconds since 1970. */
  readonly until: number;
  /** Whether no other attempt comes after it by itself. */
  readonly last: boolean;
}

/** A command that failed ends in that generation: a later one was redriven by somebody. */
const NOT_ENDED = "NOT #state IN (:succeeded, :cancelled) AND NOT (#state = :failed AND #generation >= :generation)";
/** Nobody is at it: an attempt that has begun may still succeed. */
const NOT_LIVE = "NOT (#state = :running AND #until > :moment)";
const ENDS = { ":succeeded": "succeeded", ":cancelled": "cancelled", ":failed": "failed" };
const IS_THIS_ATTEMPT = "#state = :running AND #attempt = :attempt";

export function beginUpdate(begin: BeginCommand, now: string): StatusUpdate {
  const { name, source, time, generation, attempt, until, last } = begin;
  return {
    set: [
      "#name = :name",
      "#source = :source",
      "#state = :running",
      "#acceptedAt = if_not_exists(#acceptedAt, :time)",
      "#startedAt = if_not_exists(#startedAt, :now)",
      "#attempts = if_not_exists(#attempts, :none) + :one",
      "#generation = :generation",
      "#attempt = :attempt",
      "#until = :until",
      "#children = if_not_exists(#children, :children)",
      ...(last ? ["#last = :last"] : []),
    ],
    remove: ["envelope", "parkedAt", "finishedAt", "reason", ...(last ? [] : ["last"])],
    // The call may be repeated when its reply is lost: that is no other attempt.
    // A later generation was given the command as somebody may have edited it: an older one must not do it as it was.
    condition: `attribute_not_exists(#id) OR (${NOT_ENDED} AND #generation <= :generation AND (attribute_not_exists(#attempt) OR #attempt <> :attempt))`,
    values: {
      ...ENDS,
      ":name": name,
      ":source": source,
      ":running": "running",
      ":time": time,
      ":now": now,
      ":none": 0,
      ":one": 1,
      ":generation": generation,
      ":attempt": attempt,
      ":until": until,
      ":children": {},
      ...(last && { ":last": true }),
    },
  };
}

export function progressUpdate(attempt: string, share: number, message: string | undefined): StatusUpdate {
  const says = message !== undefined;
  return {
    set: ["#progress = :progress", ...(says ? ["#message = :message"] : [])],
    remove: says ? [] : ["message"],
    condition: IS_THIS_ATTEMPT,
    values: { ...thisAttempt(attempt), ":progress": share, ...(says && { ":message": message }) },
  };
}

export function addChildUpdate(attempt: string, child: KeptChild): StatusUpdate {
  return {
    set: ["#children.#child = if_not_exists(#children.#child, :child)"],
    condition: IS_THIS_ATTEMPT,
    values: { ...thisAttempt(attempt), ":child": child },
    names: { child: childName(child) },
  };
}

/** @param result JSON; undefined where there is none */
export function succeedUpdate(
  attempt: string,
  result: { readonly text?: string; readonly omitted?: true },
  now: string,
): StatusUpdate {
  const { text, omitted } = result;
  return {
    set: [
      "#state = :succeeded",
      "#finishedAt = :now",
      ...(text === undefined ? [] : ["#result = :result"]),
      ...(omitted ? ["#resultOmitted = :omitted"] : []),
    ],
    remove: ["until", "last"],
    condition: IS_THIS_ATTEMPT,
    values: {
      ...thisAttempt(attempt),
      ":succeeded": "succeeded",
      ":now": now,
      ...(text !== undefined && { ":result": text }),
      ...(omitted && { ":omitted": true }),
    },
  };
}

/** @param attempt undefined where none could begin */
export function failUpdate(
  attempt: string | undefined,
  reason: CommandReason,
  generation: number,
  now: string,
): StatusUpdate {
  const values = { ":now": now, ":reason": reason, ":generation": generation, ":failed": "failed" };
  return {
    set: ["#state = :failed", "#finishedAt = :now", "#reason = :reason", "#generation = :generation"],
    remove: ["envelope", "parkedAt", "until", "last"],
    ...(attempt === undefined
      ? {
          condition: `attribute_exists(#id) AND ${NOT_ENDED} AND ${NOT_LIVE}`,
          values: { ...ENDS, ...liveAt(now), ...values },
        }
      : { condition: IS_THIS_ATTEMPT, values: { ...thisAttempt(attempt), ...values } }),
  };
}

/** @param attempt undefined where none could begin */
export function parkUpdate(attempt: string | undefined, now: string): StatusUpdate {
  const values = { ":now": now, ":parked": "parked" };
  return {
    set: ["#state = :parked", "#parkedAt = :now"],
    remove: ["envelope", "until", "last"],
    ...(attempt === undefined
      ? {
          condition: `attribute_exists(#id) AND NOT #state IN (:succeeded, :cancelled, :failed) AND ${NOT_LIVE}`,
          values: { ...ENDS, ...liveAt(now), ...values },
        }
      : { condition: IS_THIS_ATTEMPT, values: { ...thisAttempt(attempt), ...values } }),
  };
}

export function cancelUpdate(now: string): StatusUpdate {
  return {
    set: ["#state = :cancelled", "#finishedAt = :now"],
    remove: ["envelope"],
    condition: "#state = :accepted",
    values: { ":cancelled": "cancelled", ":accepted": "accepted", ":now": now },
  };
}

export function sentUpdate(now: string): StatusUpdate {
  return {
    set: ["#sentAt = if_not_exists(#sentAt, :now)"],
    condition: "attribute_exists(#id)",
    values: { ":now": now },
  };
}

export function knownUpdate(children: readonly KeptChild[]): StatusUpdate {
  return {
    set: children.map((_, at) => `#children.#child${at}.#known = :known${at}`),
    condition: children.map((_, at) => `attribute_exists(#children.#child${at})`).join(" AND "),
    values: Object.fromEntries(children.map(({ known }, at) => [`:known${at}`, known])),
    names: Object.fromEntries(children.map((child, at) => [`child${at}`, childName(child)])),
  };
}

/** What UpdateItem and an update of a transaction take, beside the table. */
export function expressionOf({ set, remove = [], condition, values, names = {} }: StatusUpdate, expiration: number) {
  const sets = `SET ${[...set, "#expiration = :expiration"].join(", ")}`;
  const removes = remove.length > 0 ? ` REMOVE ${remove.map((name) => `#${name}`).join(", ")}` : "";
  const UpdateExpression = `${sets}${removes}`;
  return {
    UpdateExpression,
    ConditionExpression: condition,
    ExpressionAttributeNames: namesIn(`${UpdateExpression} ${condition}`, names),
    ExpressionAttributeValues: { ...values, ":expiration": expiration },
  };
}

/** DynamoDB takes the names that the expressions use, and no others; many of ours are reserved words. */
export function namesIn(text: string, names: Readonly<Record<string, string>> = {}): Record<string, string> {
  const used = new Set(Array.from(text.matchAll(/#(\w+)/g), ([, name = ""]) => name));
  return Object.fromEntries(Array.from(used, (name) => [`#${name}`, names[name] ?? name]));
}

function thisAttempt(attempt: string) {
  return { ":attempt": attempt, ":running": "running" };
}

function liveAt(now: string) {
  return { ":running": "running", ":moment": Date.parse(now) };
}
