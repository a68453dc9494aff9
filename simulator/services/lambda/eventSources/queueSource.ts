// What event source mappings need from SQS beyond its API: to be told of messages, so that nobody polls an empty queue.
import type { PolicyDocument } from "../../../iam";

/** A queue as an event source. */
export interface SourceQueue {
  /** Seconds. */
  readonly visibilityTimeout: number;
  /** Messages that may be received now. */
  readonly visibleCount: number;
  /** The queue's own policy. */
  readonly policy?: PolicyDocument | undefined;
}

export interface QueueSource {
  /** Calls back whenever there are visible messages that no receiver waits for; the result ends it. */
  onVisible(queueArn: string, run: () => void): () => void;
  source(queueArn: string): SourceQueue | undefined;
}

/** An account without queues. */
export const noQueues: QueueSource = { onVisible: () => () => undefined, source: () => undefined };
