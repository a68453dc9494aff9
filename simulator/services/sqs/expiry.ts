// The end of a queue's messages: one event in the background for the next one that expires.
import type { Clock, Timer } from "../../clock";
import type { StoredMessage } from "./message";

export class Expiry {
  private timer: Timer | undefined;

  /**
   * @param messages those of the queue, as they are whenever it looks
   * @param expiresAt in milliseconds since the epoch
   * @param expire called with all that have expired
   */
  constructor(
    private readonly clock: Clock,
    private readonly messages: () => readonly StoredMessage[],
    private readonly expiresAt: (message: StoredMessage) => number,
    private readonly expire: (expired: readonly StoredMessage[]) => void,
  ) {}

  /** Sees to it that it looks when this message expires. */
  add(message: StoredMessage): void {
    this.lookAt(this.expiresAt(message));
  }

  /** Sees to it that it looks when the first message expires, after the retention changed. */
  restart(): void {
    this.stop();
    const next = this.messages().reduce((first, message) => Math.min(first, this.expiresAt(message)), Infinity);
    if (next < Infinity) this.lookAt(next);
  }

  stop(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private lookAt(at: number): void {
    if (this.timer !== undefined && this.timer.at <= at) return;
    this.timer?.cancel();
    this.timer = this.clock.at(at, () => this.look(), { background: true });
  }

  private look(): void {
    this.timer = undefined;
    const { now } = this.clock;
    this.expire(this.messages().filter((message) => this.expiresAt(message) <= now));
    this.restart();
  }
}
