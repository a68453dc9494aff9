// Since when the work of a message waits to be done, however often it was redriven and failed again.
import { parkedAt, type QueueBesideSpool, type ReceivedMessage } from "../../records/attribute";
import { parseRecord } from "../../records/parse";
import type { DeclaredSources } from "../../records/record";

/**
 * When the work first started, in milliseconds since 1970; when its message was first parked, where nobody can tell: such as for work
 * that is no execution's. A failed redrive makes a new message: by its time, an execution's work that a schedule redrives would never grow
 * old.
 */
export function waitsSince(message: ReceivedMessage, declared: DeclaredSources, queue?: QueueBesideSpool): number {
  const parsed = parseRecord(message, declared, queue);
  const parked = parkedAt(message);
  const born = parsed.readable ? parsed.record.identity.born : 0;
  return born > 0 ? Math.min(born * 1000, parked) : parked;
}
