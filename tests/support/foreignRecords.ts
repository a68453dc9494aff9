// Failures that no execution failed at, as records or as the reason why they are none.
import { expect } from "vitest";
import type { QueueBesideSpool, ReceivedMessage } from "../../records/attribute";
import { parseRecord } from "../../records/parse";
import type { FailureRecord } from "../../records/record";
import type { Replay } from "../../records/replay";
import { replayedSources } from "./foreignFailures";

export function parse(message: ReceivedMessage, queue?: QueueBesideSpool) {
  return parseRecord(message, replayedSources, queue);
}

export function recordOf(message: ReceivedMessage, queue?: QueueBesideSpool): FailureRecord {
  const parsed = parse(message, queue);
  if (!parsed.readable) throw new Error(parsed.reason);
  return parsed.record;
}

export function reasonOf(message: ReceivedMessage, queue?: QueueBesideSpool): string {
  const parsed = parse(message, queue);
  if (parsed.readable) throw new Error("the message was readable");
  return parsed.reason;
}

export function replayOf(record: FailureRecord): Replay {
  if (record.input.by !== "value" || record.input.order === undefined) throw new Error("no order");
  expect(JSON.parse(record.input.text)).toEqual(record.input.order);
  return record.input.order.replay;
}

export function payloadOf(record: FailureRecord): string {
  const replay = replayOf(record);
  return "payload" in replay ? replay.payload : "";
}
