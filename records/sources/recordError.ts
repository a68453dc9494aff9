// The error of a record, read leniently: it is for people, and nothing that it lacks is worth a place in the poison queue.
import { isObject, own } from "../json";
import type { RecordError } from "../record";
import { toldBySpoolFailure } from "./spoolFailure";

/**
 * The error that an execution ended with. Where its state machine could not reach the spool, that error says only so: filters and
 * listings get the one that made the work fail, with the other beside it.
 */
export function executionError(name: unknown, cause: unknown): RecordError {
  const told = toldBySpoolFailure(name, cause);
  return told === undefined
    ? nameAndCause(name, cause)
    : readError({ ...told.error, spoolError: own(told.json, "spoolError") });
}

/** The error in a record's body, `{ name, cause, spoolError? }`. */
export function readError(error: unknown): RecordError {
  const json = isObject(error) ? error : {};
  const spoolError = own(json, "spoolError");
  return {
    ...nameAndCause(own(json, "name"), own(json, "cause")),
    ...(isObject(spoolError) && { spoolError: nameAndCause(own(spoolError, "name"), own(spoolError, "cause")) }),
  };
}

/** An activity or a callback may fail without a name (`{"Error": null, "Cause": null}`); then the name is `Respool.Unnamed`. */
function nameAndCause(name: unknown, cause: unknown) {
  return {
    name: typeof name === "string" && name !== "" ? name : "Respool.Unnamed",
    cause: typeof cause === "string" ? cause : null,
  };
}
