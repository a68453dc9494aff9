// What an execution's cause tells of work that its state machine could not record, since the spool was out of reach.
import { isObject, type JsonObject, own, parsed } from "../json";
import { SPOOL_FAILED_ERROR } from "../record";

/** `{ error, spoolError, held?, attempts? ... }` as the state machine made it. */
interface SpoolFailure {
  readonly json: JsonObject;
  /** What made the work fail. */
  readonly error: JsonObject;
}

/** The largest count that is believed. */
const MOST_ATTEMPTS = 10_000;

/** A gate cannot name its error: there the JSON stands in the message of a failed condition, which becomes part of the cause. */
const GATE_ERROR = "States.QueryEvaluationError";
const GATE_TEXT = `${SPOOL_FAILED_ERROR} {"error":`;

/** Undefined where an execution failed with anything else. */
export function toldBySpoolFailure(name: unknown, cause: unknown): SpoolFailure | undefined {
  const json = name === SPOOL_FAILED_ERROR ? parsed(cause) : name === GATE_ERROR ? parsed(inMessage(cause)) : undefined;
  const error = isObject(json) ? own(json, "error") : undefined;
  return isObject(json) && isObject(error) ? { json, error } : undefined;
}

/** What a record of such an execution says beside the error; nothing where the cause tells nothing. */
export function countedBySpoolFailure(name: unknown, cause: unknown) {
  const { json = {} } = toldBySpoolFailure(name, cause) ?? {};
  const [count, step] = [own(json, "count"), own(json, "step")];
  return {
    ...(own(json, "held") === true && { kind: "held" as const }),
    ...(Number.isInteger(count) && Number(count) >= 0 && Number(count) <= MOST_ATTEMPTS && { attempts: Number(count) }),
    ...(typeof step === "string" && step !== "" && { step }),
  };
}

function inMessage(cause: unknown): string {
  const text = typeof cause === "string" ? cause : "";
  const start = text.indexOf(GATE_TEXT);
  return start < 0 ? "" : text.slice(start + SPOOL_FAILED_ERROR.length + 1, text.lastIndexOf("}") + 1);
}
