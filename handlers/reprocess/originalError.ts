// The error of a record by reference as Step Functions kept it: the record has room for the beginning of its cause only.
import type { FailureRecord, RecordError } from "../../records/record";
import type { StepFunctionsApi } from "../aws";

/** The error lies a few events before the end: after it come only the states that wrote the record. */
const LAST_EVENTS = 50;

/**
 * Looks for the newest event with the record's error name and a cause that begins as the record's does.
 *
 * @returns the record's own error when the history has no such event, or cannot be read
 */
export async function originalError(api: StepFunctionsApi, record: FailureRecord): Promise<RecordError> {
  const { error, input } = record;
  if (input.by !== "reference" || error.cause === null) return error;
  try {
    const { events = [] } = await api.getExecutionHistory({
      executionArn: input.execution,
      reverseOrder: true,
      maxResults: LAST_EVENTS,
    });
    for (const event of events)
      for (const details of Object.values(event)) {
        const cause = causeIn(details, error.name);
        if (cause?.startsWith(error.cause)) return { ...error, cause };
      }
  } catch {
    // The execution may be older than the 90 days that its history is kept: the record's own error is the best there is.
  }
  return error;
}

/** Each type of history event has its details under a member of its own; those of failures have `error` and `cause`. */
function causeIn(details: unknown, name: string): string | undefined {
  if (typeof details !== "object" || details === null || !("error" in details) || !("cause" in details))
    return undefined;
  return details.error === name && typeof details.cause === "string" ? details.cause : undefined;
}
