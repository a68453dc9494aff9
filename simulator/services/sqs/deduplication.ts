// Exactly-once sending to a FIFO queue. AWS: "Exactly-once processing in Amazon SQS", "Using the message deduplication ID".
import { createHash } from "node:crypto";
import type { FifoSettings } from "./fifoAttributes";
import type { MessageContent } from "./message";

/** A message that is sent again within this many milliseconds is taken, but not stored, even when the first one is deleted. */
const interval = 300_000;

export function contentBasedDeduplicationId(body: string): string {
  return createHash("sha256").update(body).digest("hex");
}

interface Taken {
  readonly content: MessageContent;
  readonly isDuplicate: boolean;
}

/** What a FIFO queue took in lately, and the numbers that it gave. */
export class Deduplication {
  /** In the order of arrival. */
  private readonly taken = new Map<string, MessageContent>();
  private sequence = 0n;

  /**
   * A message that was sent, with its number; or, when it is a duplicate, as the first one was answered.
   *
   * @param now milliseconds since the epoch
   */
  take(content: MessageContent, { deduplicatesPerGroup }: FifoSettings, now: number): Taken {
    const { fifo: ids } = content;
    if (ids === undefined) throw new Error(`the message ${content.id} was sent to a FIFO queue without a group`);
    for (const [key, { sentAt }] of this.taken) {
      if (now - sentAt < interval) break;
      this.taken.delete(key);
    }
    const key = deduplicatesPerGroup ? `${ids.groupId} ${ids.deduplicationId}` : ids.deduplicationId;
    const first = this.taken.get(key);
    if (first !== undefined) {
      return { isDuplicate: true, content: { ...content, id: first.id, sequenceNumber: first.sequenceNumber } };
    }
    const numbered = { ...content, sequenceNumber: this.nextSequenceNumber() };
    this.taken.set(key, numbered);
    return { isDuplicate: false, content: numbered };
  }

  /**
   * A message that comes in because this is a dead-letter queue. AWS: "Configure a dead-letter queue redrive": its id is
   * its deduplication id from now on; "Using dead-letter queues in Amazon SQS": its enqueue timestamp is reset.
   */
  takeOver(content: MessageContent, now: number): MessageContent {
    const fifo = { groupId: content.fifo?.groupId ?? "", deduplicationId: content.id };
    return { ...content, sentAt: now, fifo, sequenceNumber: this.nextSequenceNumber() };
  }

  /** Numbers of twenty digits that grow, and are not consecutive. AWS: API SendMessage, SequenceNumber. */
  private nextSequenceNumber(): string {
    this.sequence += 256n;
    return String(18_800_000_000_000_000_000n + this.sequence);
  }
}
