// Since when the work of a message waits to be done, however often it was redriven and failed again.
import { parkedAt, type ReceivedMessage } from "../../records/attribute";
import { parseRecord } from "../../records/parse";
import type { DeclaredSources } from "../../records/record";

/**
 * When the work first started, in milliseconds since 1970; when its message was first parked, where nobody can read it. A failed redrive
 * makes a new message: by its time, work that a schedule redrives would never grow old.
 */
export function waitsSince(message: ReceivedMessage, declared: DeclaredSources): number {
  const parsed = parseRecord(message.Body ?? "", declared);
  const parked = parkedAt(message);
  return parsed.readable ? Math.min(parsed.record.identity.born * 1000, parked) : parked;
}
