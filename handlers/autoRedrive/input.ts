// What starts a run: an operator's input, a schedule's event, or a circuit breaker's.
import { isObject, own } from "../../records/json";
import { checkFilter, isScheduled, type ReprocessFilter, refuseOthers } from "../reprocess/request";
import { got, positiveNumber, wholeNumber } from "../validate";
import type { RunSettings } from "./runState";

/** What an operator starts a run with. Everything may be left out; the defaults are the component's arguments. */
export interface AutoRedriveInput {
  /** Who started it, for those who read the history and the progress. @default "an operator" */
  readonly by?: string;
  /** Why. @default none */
  readonly reason?: string;
  /** Only records that match. */
  readonly filter?: ReprocessFilter;
  /** Starts per second at most: more than 0, at most 1000. */
  readonly rate?: number;
  /** Starts of the first step: 1 to 500. */
  readonly first?: number;
  /** The share of outcomes that may have failed again, 0 to 1: more ends the run. */
  readonly failureLimit?: number;
  /** Starts at most, 1 to 10000000. @default all that waits */
  readonly max?: number;
}

/** A run's beginning. */
export interface CheckedInput {
  readonly by: string;
  readonly reason?: string;
  readonly settings: RunSettings;
}

const MEMBERS = ["by", "reason", "filter", "rate", "first", "failureLimit", "max"];
const LONGEST_TEXT = 1000;
const LONGEST_FILTER = 8192;

/** The source of a circuit breaker's events. */
const BREAKER_SOURCE = "respool.breaker";

/** @throws Error that names the argument, what it got and what is allowed */
export function checkInput(input: unknown, defaults: RunSettings & { readonly window: number }): CheckedInput {
  const { window, ...settings } = defaults;
  const event = startedByEvent(input);
  if (event !== undefined) return { ...event, settings };
  const request = input === undefined || input === null ? {} : input;
  if (!isObject(request)) throw new Error(`the input must be an object, got ${got(request)}`);
  refuseOthers("the input", request, MEMBERS);
  const { by = "an operator", reason, filter, rate, first, failureLimit, max } = request;
  return {
    by: text("by", by),
    ...(reason !== undefined && { reason: text("reason", reason) }),
    settings: {
      ...settings,
      ...(filter !== undefined && { filter: shortFilter(filter) }),
      ...(rate !== undefined && { rate: positiveNumber("rate", rate, 1000) }),
      ...(first !== undefined && { first: wholeNumber("first", first, 1, window) }),
      ...(failureLimit !== undefined && { failureLimit: share("failureLimit", failureLimit) }),
      ...(max !== undefined && { max: wholeNumber("max", max, 1, 10_000_000) }),
    },
  };
}

/** @throws Error `[failureLimit] must be a number from 0 to 1, got 20` */
export function share(name: string, value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 1))
    throw new Error(`[${name}] must be a number from 0 to 1, got ${got(value)}`);
  return value;
}

/** It is part of each state of the machine, which may have 256 KiB. */
function shortFilter(filter: unknown): ReprocessFilter {
  const { length } = JSON.stringify(filter);
  if (length > LONGEST_FILTER)
    throw new Error(`[filter] must have at most ${LONGEST_FILTER} characters, got ${length}`);
  return checkFilter(filter);
}

function startedByEvent(input: unknown): Pick<CheckedInput, "by" | "reason"> | undefined {
  if (!isObject(input)) return undefined;
  if (isScheduled(input)) return { by: `schedule ${String([own(input, "resources")].flat()[0] ?? "")}`.trim() };
  const detail = own(input, "detail");
  if (own(input, "source") !== BREAKER_SOURCE || !isObject(detail)) return undefined;
  const reason = own(detail, "reason");
  return {
    by: `circuit breaker ${String(own(detail, "breaker"))}: ${String(own(detail, "phase"))}`.slice(0, LONGEST_TEXT),
    ...(typeof reason === "string" && { reason: reason.slice(0, LONGEST_TEXT) }),
  };
}

function text(name: string, value: unknown): string {
  if (typeof value !== "string" || value === "" || value.length > LONGEST_TEXT)
    throw new Error(`[${name}] must be a text of 1 to ${LONGEST_TEXT} characters, got ${got(value)}`);
  return value;
}
