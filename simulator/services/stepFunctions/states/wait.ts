// Wait: for so many seconds, or until a moment.
import type { Json, JsonObject } from "../../../json";
import type { StateDefinition } from "../definition/definition";
import { StateFailure } from "../failure";
import { expressionIn } from "../jsonata/template";
import { PathEvaluator, runtimeFailure } from "../languages/pathEvaluator";
import type { Visit } from "../visit";
import { checkNumber } from "./numbers";
import { checkPath } from "./paths";
import { type Checking, checkNextOrEnd, type StateType } from "./stateType";
import { parseTimestamp } from "./timestamp";

interface WaitState extends StateDefinition {
  readonly Seconds?: Json;
  readonly SecondsPath?: string;
  readonly Timestamp?: Json;
  readonly TimestampPath?: string;
}

/** Seconds (Amazon States Language, "Wait State"; AWS's own upper bound). */
const longestWait = 99_999_999;

function until(visit: Visit, { Timestamp, TimestampPath }: WaitState): number | undefined {
  if (TimestampPath !== undefined) {
    const text = new PathEvaluator(visit, visit.language.input(visit).value).field(TimestampPath);
    const time = typeof text === "string" ? parseTimestamp(text) : undefined;
    if (time !== undefined) return time;
    const form = "does not reference a valid ISO-8601 extended offset date-time format string";
    const shown = typeof text === "string" ? text : JSON.stringify(text);
    throw runtimeFailure(visit, `The TimestampPath parameter ${form}: ${TimestampPath} == ${shown}`);
  }
  if (Timestamp === undefined) return undefined;
  const isJsonata = visit.language.name === "JSONata";
  const text = (isJsonata ? visit.template().evaluateAs(Timestamp, "Timestamp", "string") : Timestamp) as string;
  const time = parseTimestamp(text);
  if (time !== undefined) return time;
  throw new StateFailure({
    error: "States.QueryEvaluationError",
    cause: `${visit.where} The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    evaluation: { location: "Timestamp", afterEntry: true },
  });
}

function secondsAt(visit: Visit, path: string): number {
  const value = new PathEvaluator(visit, visit.language.input(visit).value).field(path);
  const shown = `${path} == ${typeof value === "string" ? value : JSON.stringify(value)}`;
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw runtimeFailure(visit, `The SecondsPath parameter cannot be parsed as a long value: ${shown}`);
  }
  if (value < 0) throw runtimeFailure(visit, `The SecondsPath parameter references a negative value: ${shown}`);
  if (value <= longestWait) return value;
  throw runtimeFailure(visit, `The SecondsPath parameter references a value above ${longestWait}: ${shown}`);
}

function seconds(visit: Visit, { Seconds = 0, SecondsPath }: WaitState): number {
  if (SecondsPath !== undefined) return secondsAt(visit, SecondsPath);
  if (visit.language.name === "JSONPath") return Seconds as number;
  const value = visit.template().evaluateAs(Seconds, "Seconds", "number") as number;
  if (Number.isInteger(value) && value >= 0 && value <= longestWait) return value;
  throw new StateFailure({
    error: "States.QueryEvaluationError",
    cause: `${visit.where} The Seconds field must be a whole number from 0 to ${longestWait}: ${value}`,
    evaluation: { location: "Seconds", afterEntry: true },
  });
}

const lengths = ["Seconds", "SecondsPath", "Timestamp", "TimestampPath"];

function checkLength(state: JsonObject, { location, diagnostics, language }: Checking): void {
  const given = lengths.filter((field) => state[field] !== undefined);
  if (given.length !== 1) {
    const known = language === "JSONata" ? "'Seconds' and 'Timestamp'" : lengths.map((name) => `'${name}'`).join(", ");
    diagnostics.add(`Wait state must have exactly one of ${known}`, location);
  }
  checkNumber(state, "Seconds", { low: 0, high: longestWait, language }, location, diagnostics);
  if (language === "JSONPath") checkPath(state, "TimestampPath", location, diagnostics);
  const { Timestamp: timestamp } = state;
  if (timestamp === undefined || (language === "JSONata" && expressionIn(timestamp) !== undefined)) return;
  if (typeof timestamp !== "string" || parseTimestamp(timestamp) === undefined) {
    diagnostics.add("String does not match RFC3339 timestamp", `${location}/Timestamp`);
  }
}

export const wait: StateType = {
  name: "Wait",
  fields: {
    both: ["Next", "End", "Seconds", "Timestamp", "Assign"],
    JSONata: ["Output"],
    JSONPath: ["SecondsPath", "TimestampPath", "InputPath", "OutputPath"],
  },
  check: (state, checking) => {
    checkNextOrEnd(state, checking.location, checking.diagnostics);
    checkLength(state, checking);
  },
  run: (visit) => {
    const state = visit.definition as WaitState;
    const { now } = visit.clock;
    visit.at(until(visit, state) ?? now + seconds(visit, state) * 1000, () => {
      visit.leave({ result: visit.language.input(visit), from: "input" });
    });
  },
};
