// The functions of expressions.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
import { numberOf, textOf, timeOf, timeText, type Value } from "./values";

/** What a function may look at beside its arguments. */
export interface Surroundings {
  /** The line's @timestamp. */
  readonly timestamp: Value;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

interface QueryFunction {
  /** How many arguments it takes. */
  readonly least: number;
  readonly most: number;
  /** The place of the argument that must be a period such as 5m, if any. */
  readonly period?: number;
  apply(values: readonly Value[], surroundings: Surroundings): Value;
}

const many = Number.POSITIVE_INFINITY;

function numeric(apply: (value: number) => number): QueryFunction {
  return {
    least: 1,
    most: 1,
    apply: ([value]) => {
      const number = numberOf(value);
      return number === undefined ? undefined : finite(apply(number));
    },
  };
}

function finite(value: number): Value {
  return Number.isFinite(value) ? value : undefined;
}

function extreme(choose: (...values: number[]) => number): QueryFunction {
  return {
    least: 1,
    most: many,
    apply: (values) => {
      const numbers = values.map(numberOf).filter((value) => value !== undefined);
      return numbers.length === 0 ? undefined : choose(...numbers);
    },
  };
}

function textual(apply: (text: string) => Value): QueryFunction {
  return { least: 1, most: 1, apply: ([value]) => (value === undefined ? undefined : apply(textOf(value))) };
}

function rounded(value: Value, period: Value, round: (value: number) => number): Value {
  const time = timeOf(value);
  return time === undefined || typeof period !== "number" ? undefined : timeText(round(time / period) * period);
}

/** Removes a text, or white space, from the ends that are named. */
function trimming(atStart: boolean, atEnd: boolean): QueryFunction {
  return {
    least: 1,
    most: 2,
    apply: ([value, removed]) => {
      if (value === undefined) return undefined;
      let text = textOf(value);
      if (removed === undefined) {
        if (atStart) text = text.trimStart();
        return atEnd ? text.trimEnd() : text;
      }
      const part = textOf(removed);
      while (part !== "" && atStart && text.startsWith(part)) text = text.slice(part.length);
      while (part !== "" && atEnd && text.endsWith(part)) text = text.slice(0, text.length - part.length);
      return text;
    },
  };
}

function substring([value, start, length]: readonly Value[]): Value {
  const [from, count] = [numberOf(start), numberOf(length)];
  if (value === undefined || from === undefined) return undefined;
  const characters = [...textOf(value)];
  return characters.slice(from, count === undefined ? undefined : from + count).join("");
}

function texts(values: readonly Value[]): string[] | undefined {
  return values.includes(undefined) ? undefined : values.map((value) => textOf(value ?? ""));
}

export const functions = {
  abs: numeric(Math.abs),
  ceil: numeric(Math.ceil),
  floor: numeric(Math.floor),
  log: numeric(Math.log),
  sqrt: numeric(Math.sqrt),
  greatest: extreme(Math.max),
  least: extreme(Math.min),
  bin: { least: 1, most: 1, period: 0, apply: ([period], { timestamp }) => rounded(timestamp, period, Math.floor) },
  datefloor: { least: 2, most: 2, period: 1, apply: ([time, period]) => rounded(time, period, Math.floor) },
  dateceil: { least: 2, most: 2, period: 1, apply: ([time, period]) => rounded(time, period, Math.ceil) },
  fromMillis: {
    least: 1,
    most: 1,
    apply: ([value]) => {
      const time = numberOf(value);
      return time === undefined ? undefined : timeText(time);
    },
  },
  toMillis: { least: 1, most: 1, apply: ([time]) => timeOf(time) },
  now: { least: 0, most: 0, apply: (_, { now }) => Math.floor(now / 1000) },
  ispresent: { least: 1, most: 1, apply: ([value]) => value !== undefined },
  coalesce: { least: 1, most: many, apply: (values) => values.find((value) => value !== undefined) },
  isempty: { least: 1, most: 1, apply: ([value]) => value === undefined || value === "" },
  isblank: { least: 1, most: 1, apply: ([value]) => value === undefined || textOf(value).trim() === "" },
  concat: { least: 1, most: many, apply: (values) => texts(values)?.join("") },
  trim: trimming(true, true),
  ltrim: trimming(true, false),
  rtrim: trimming(false, true),
  strlen: textual((text) => [...text].length),
  toupper: textual((text) => text.toUpperCase()),
  tolower: textual((text) => text.toLowerCase()),
  substr: { least: 2, most: 3, apply: substring },
  replace: {
    least: 3,
    most: 3,
    apply: (values) => {
      const [text = "", part = "", replacement = ""] = texts(values) ?? [];
      return values.includes(undefined) ? undefined : text.replaceAll(part, () => replacement);
    },
  },
  strcontains: {
    least: 2,
    most: 2,
    apply: (values) => {
      const [text = "", part = ""] = texts(values) ?? [];
      return Number(!values.includes(undefined) && text.includes(part));
    },
  },
} satisfies Record<string, QueryFunction>;

export type Functions = typeof functions;

/** Documented, and left out of the simulator. */
export const otherFunctions: readonly string[] = [
  "isValidIp",
  "isValidIpV4",
  "isValidIpV6",
  "isIpInSubnet",
  "isIpv4InSubnet",
  "isIpv6InSubnet",
  "jsonParse",
  "jsonStringify",
];

export function isFunction(name: string): name is keyof Functions {
  return Object.hasOwn(functions, name);
}

/** The function with its type widened, for calls by name. */
export function functionOf(name: keyof Functions): QueryFunction {
  return functions[name];
}
