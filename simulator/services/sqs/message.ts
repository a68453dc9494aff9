// A message in a queue.
import type { Timer } from "../../clock";
import type { MessageAttributes } from "./messageAttributes";

/** What a sender to a FIFO queue gives besides. */
export interface FifoIds {
  readonly groupId: string;
  readonly deduplicationId: string;
}

/** What a sender gives, checked. */
export interface NewMessage {
  readonly body: string;
  readonly attributes: MessageAttributes;
  /** The X-Ray trace header. */
  readonly traceHeader: string | undefined;
  readonly senderId: string;
  /** Undefined in standard queues. */
  readonly fifo?: FifoIds;
}

/** What stays the same wherever a message goes. Times are milliseconds since the epoch. */
export interface MessageContent extends NewMessage {
  readonly id: string;
  readonly bodyMd5: string;
  /** When it was first sent; a dead-letter queue keeps it, so that the retention runs on; a FIFO one does not. */
  readonly sentAt: number;
  /** Grows within a FIFO queue; undefined in standard queues. */
  readonly sequenceNumber?: string;
}

/** visible: can be received. inFlight: was received, its visibility timeout runs. delayed: was not receivable yet. */
export type MessageState = "visible" | "inFlight" | "delayed";

/** One copy of a message in one queue: at-least-once delivery may make several of the same content. */
export interface StoredMessage {
  readonly content: MessageContent;
  /** Names this copy in receipt handles. */
  readonly copy: string;
  /** When it came into this queue. */
  readonly enteredAt: number;
  /** The queue that it was moved here from. */
  readonly deadLetterSourceArn: string | undefined;
  state: MessageState;
  /** Makes it visible when the delay or the visibility timeout ends. */
  timer: Timer | undefined;
  /** Across all queues. AWS: API ReceiveMessage, ApproximateReceiveCount. */
  receiveCount: number;
  receivesHere: number;
  firstReceivedAt: number | undefined;
  lastReceivedAt: number | undefined;
}
