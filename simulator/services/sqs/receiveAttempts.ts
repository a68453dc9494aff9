// Repeated receives from a FIFO queue, when the answer to the first one was lost.
// AWS: "Using the receive request attempt ID with Amazon SQS".
import type { Message } from "@aws-sdk/client-sqs";
import type { Timer } from "../../clock";
import type { StoredMessage } from "./message";

/** A receive request attempt ID counts for this many milliseconds. */
const interval = 300_000;

interface Attempt {
  readonly at: number;
  readonly received: readonly StoredMessage[];
  readonly answer: Message[];
  /** The visibility timeouts that this receive, or the last repetition, started. */
  timers: readonly (Timer | undefined)[];
}

/** The receives of one queue that named an attempt. */
export class ReceiveAttempts {
  private readonly attempts = new Map<string, Attempt>();

  remember(attemptId: string, now: number, received: readonly StoredMessage[], answer: Message[]): void {
    for (const [id, { at }] of this.attempts) {
      if (now - at < interval) break;
      this.attempts.delete(id);
    }
    this.attempts.delete(attemptId);
    this.attempts.set(attemptId, { at: now, received, answer, timers: received.map(({ timer }) => timer) });
  }

  /**
   * The same messages with the same receipt handles, as long as all are in flight and none has been deleted or had its
   * visibility timeout changed; undefined otherwise.
   *
   * @param hide starts a message's visibility timeout anew
   */
  repeat(attemptId: string, now: number, hide: (message: StoredMessage) => void): Message[] | undefined {
    const attempt = this.attempts.get(attemptId);
    if (attempt === undefined || now - attempt.at >= interval) return undefined;
    const { received, timers } = attempt;
    if (!received.every(({ timer, state }, index) => state === "inFlight" && timer === timers[index])) return undefined;
    for (const message of received) hide(message);
    attempt.timers = received.map(({ timer }) => timer);
    return attempt.answer;
  }
}
