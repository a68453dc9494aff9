// The Retry and Catch fields of a state, looked at when the definition is created (Amazon States Language, "Errors").
import type { Json, JsonObject } from "../../../json";
import type { Diagnostics } from "../definition/diagnostics";
import type { Language } from "../languages/language";
import { checkResultPath } from "./paths";
import { checkAssign } from "./stateType";

const retrierFields = [
  "ErrorEquals",
  "IntervalSeconds",
  "MaxAttempts",
  "BackoffRate",
  "MaxDelaySeconds",
  "JitterStrategy",
  "Comment",
];
const catcherFields = {
  JSONata: ["ErrorEquals", "Next", "Output", "Assign", "Comment"],
  JSONPath: ["ErrorEquals", "Next", "ResultPath", "Assign", "Comment"],
};

const largest = 99_999_999;
/** (Developer Guide: "Handling errors in Step Functions workflows", retrier fields.) */
const longestDelay = 31_622_400;

function checkErrorEquals(entry: JsonObject, isLast: boolean, location: string, diagnostics: Diagnostics): void {
  const { ErrorEquals: names } = entry;
  const isNames = Array.isArray(names) && names.length > 0 && names.every((name: Json) => typeof name === "string");
  if (!isNames) {
    diagnostics.add("The field 'ErrorEquals' must be a non-empty array of strings", location);
    return;
  }
  if (!names.includes("States.ALL")) return;
  if (names.length > 1) diagnostics.add("'States.ALL' must appear alone in 'ErrorEquals'", `${location}/ErrorEquals`);
  if (!isLast) diagnostics.add("'States.ALL' must be in the last entry", `${location}/ErrorEquals`);
}

function forEachEntry(
  field: Json | undefined,
  location: string,
  diagnostics: Diagnostics,
  check: (entry: JsonObject, at: string) => void,
): void {
  if (field === undefined) return;
  if (!Array.isArray(field)) {
    diagnostics.add("The value must be an array", location);
    return;
  }
  field.forEach((entry: Json, index) => {
    const at = `${location}[${index}]`;
    if (!diagnostics.object(entry, at)) return;
    checkErrorEquals(entry, index === field.length - 1, at, diagnostics);
    check(entry, at);
  });
}

export function checkRetry(field: Json | undefined, location: string, diagnostics: Diagnostics): void {
  forEachEntry(field, location, diagnostics, (retrier, at) => {
    diagnostics.fields(retrier, retrierFields, at);
    diagnostics.integer(retrier, "IntervalSeconds", { low: 1, high: largest }, at);
    diagnostics.integer(retrier, "MaxAttempts", { low: 0, high: largest }, at);
    diagnostics.integer(retrier, "MaxDelaySeconds", { low: 1, high: longestDelay - 1 }, at);
    const { BackoffRate: rate, JitterStrategy: jitter } = retrier;
    if (rate !== undefined && !(typeof rate === "number" && rate >= 1)) {
      diagnostics.add("Value for the field 'BackoffRate' must be a number of at least 1.0", `${at}/BackoffRate`);
    }
    if (jitter !== undefined && jitter !== "FULL" && jitter !== "NONE") {
      diagnostics.add(
        "The field 'JitterStrategy' should have one of these values: [FULL, NONE]",
        `${at}/JitterStrategy`,
      );
    }
  });
}

export function checkCatch(
  field: Json | undefined,
  location: string,
  diagnostics: Diagnostics,
  language: Language["name"],
): void {
  forEachEntry(field, location, diagnostics, (catcher, at) => {
    diagnostics.fields(catcher, catcherFields[language], at);
    diagnostics.required(catcher, "Next", at);
    diagnostics.string(catcher, "Next", at);
    checkAssign(catcher, at, diagnostics, language);
    if (language === "JSONPath") checkResultPath(catcher, at, diagnostics);
  });
}

/** Retry and Catch of one state. */
export function checkRecovery(
  state: JsonObject,
  location: string,
  diagnostics: Diagnostics,
  language: Language["name"],
): void {
  checkRetry(state.Retry, `${location}/Retry`, diagnostics);
  checkCatch(state.Catch, `${location}/Catch`, diagnostics, language);
}
