// Wait: for so many seconds, or until a moment.
import type { Json, JsonObject } from "../../../json";
import type { StateDefinition } from "../definition/definition";
import type { Diagnostics } from "../definition/diagnostics";
import { StateFailure } from "../failure";
import { expressionIn } from "../jsonata/template";
import type { Visit } from "../visit";
import { checkAssign, checkNextOrEnd, type StateType } from "./stateType";

interface WaitState extends StateDefinition {
  readonly Seconds?: Json;
  readonly Timestamp?: Json;
}

/** Seconds (Amazon States Language, "Wait State"; AWS's own upper bound). */
const longestWait = 99_999_999;

const timestampForm = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d+)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds since the epoch of an RFC 3339 timestamp, or undefined when it is none. */
export function parseTimestamp(text: string): number | undefined {
  const parts = timestampForm.exec(text);
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction = ""] = parts;
  const local = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
  const overflowed = new Date(local).toISOString().slice(0, 19) !== text.slice(0, 19);
  if (overflowed) return undefined;
  const zone = parts[8] as string;
  const offset = zone === "Z" ? 0 : Number(`${zone[0]}1`) * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(4, 6)));
  return local + Math.floor(Number(`0${fraction}`) * 1000) - offset * 60_000;
}

function until(visit: Visit, template: Json): number {
  const text = visit.template().evaluateAs(template, "Timestamp", "string") as string;
  const time = parseTimestamp(text);
  if (time !== undefined) return time;
  throw new StateFailure({
    error: "States.QueryEvaluationError",
    cause: `${visit.where} The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    evaluation: { location: "Timestamp", afterEntry: true },
  });
}

function seconds(visit: Visit, template: Json): number {
  const value = visit.template().evaluateAs(template, "Seconds", "number") as number;
  if (Number.isInteger(value) && value >= 0 && value <= longestWait) return value;
  throw new StateFailure({
    error: "States.QueryEvaluationError",
    cause: `${visit.where} The Seconds field must be a whole number from 0 to ${longestWait}: ${value}`,
    evaluation: { location: "Seconds", afterEntry: true },
  });
}

function checkFields(state: JsonObject, location: string, diagnostics: Diagnostics): void {
  if ((state.Seconds === undefined) === (state.Timestamp === undefined)) {
    diagnostics.add("Wait state must have exactly one of 'Seconds' and 'Timestamp'", location);
  }
  diagnostics.integer(state, "Seconds", { low: 0, high: longestWait, orExpression: true }, location);
  const { Timestamp: timestamp } = state;
  if (timestamp === undefined || expressionIn(timestamp) !== undefined) return;
  if (typeof timestamp !== "string" || parseTimestamp(timestamp) === undefined) {
    diagnostics.add("String does not match RFC3339 timestamp", `${location}/Timestamp`);
  }
}

export const wait: StateType = {
  name: "Wait",
  fields: ["Next", "End", "Seconds", "Timestamp", "Output", "Assign"],
  check: (state, location, diagnostics) => {
    checkNextOrEnd(state, location, diagnostics);
    checkAssign(state, location, diagnostics);
    checkFields(state, location, diagnostics);
  },
  run: (visit) => {
    const { Seconds, Timestamp } = visit.definition as WaitState;
    const { now } = visit.clock;
    const end = Timestamp === undefined ? now + seconds(visit, Seconds ?? 0) * 1000 : until(visit, Timestamp);
    visit.at(end, () => {
      visit.leave({ defaultOutput: visit.input });
    });
  },
};
