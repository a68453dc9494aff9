// The error of a record, read leniently: it is for people, and nothing that it lacks is worth a place in the poison queue.
import type { RecordError } from "../record";

/** An activity or a callback may fail without a name (`{"Error": null, "Cause": null}`); then the name is `Respool.Unnamed`. */
export function recordError(name: unknown, cause: unknown): RecordError {
  return {
    name: typeof name === "string" && name !== "" ? name : "Respool.Unnamed",
    cause: typeof cause === "string" ? cause : null,
  };
}
