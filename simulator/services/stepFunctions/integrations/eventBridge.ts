// arn:aws:states:::events:putEvents (Developer Guide: "Add EventBridge events with Step Functions").
import type { JsonObject } from "../../../json";
import { StateFailure } from "../failure";
import { asText, optimised } from "./optimised";
import { eventBridge } from "./sdkServices";

function entryOf(entry: JsonObject): JsonObject {
  return { ...entry, Detail: asText(entry.Detail) };
}

/** One entry that was not taken fails the task, although the others were. */
function taken(output: JsonObject): JsonObject {
  const { Entries, FailedEntryCount } = output;
  if (FailedEntryCount === 0) return { Entries, FailedEntryCount };
  throw new StateFailure({ error: "EventBridge.FailedEntry", cause: JSON.stringify({ Entries, FailedEntryCount }) });
}

export const eventsPutEvents = optimised({
  resourceType: "events",
  action: "putEvents",
  patterns: [".waitForTaskToken"],
  supported: ["Entries"],
  required: ["Entries"],
  service: eventBridge,
  calls: { service: "events", action: "PutEvents" },
  input: ({ Entries, ...others }) => ({
    ...others,
    Entries: Array.isArray(Entries) ? Entries.map((entry) => entryOf(entry as JsonObject)) : Entries,
  }),
  answer: taken,
  contentType: "application/x-amz-json-1.1",
});
