// The failure record that an execution wrote last, found in its history: what it failed with, and whether it was attempted at all.
import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { isObject, own, parsed } from "../../records/json";
import { RECORD_VERSION } from "../../records/record";

/** What of a record tells an outcome. */
export interface WrittenRecord {
  readonly kind: unknown;
  /** The error's name. */
  readonly error?: string;
  readonly generation?: number;
}

/** @returns undefined where none of the events sends a record */
export function lastRecord(newestFirst: readonly HistoryEvent[]): WrittenRecord | undefined {
  for (const event of newestFirst) {
    const record = recordSent(event);
    if (record !== undefined) return record;
  }
  return undefined;
}

/**
 * The record that an event sends: its body is an argument of the task, which the history keeps
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_TaskScheduledEventDetails.html).
 */
export function recordSent({ taskScheduledEventDetails: details }: HistoryEvent): WrittenRecord | undefined {
  const parameters = details?.resourceType === "sqs" ? parsed(details.parameters) : undefined;
  const sent = isObject(parameters) ? own(parameters, "MessageBody") : undefined;
  const body = typeof sent === "string" ? parsed(sent) : sent;
  if (!isObject(body) || own(body, "respool") !== RECORD_VERSION) return undefined;
  const error = own(body, "error");
  const name = isObject(error) ? own(error, "name") : undefined;
  const generation = own(body, "generation");
  return {
    kind: own(body, "kind"),
    ...(typeof name === "string" && { error: name }),
    ...(typeof generation === "number" && { generation }),
  };
}
