// How many batches of a queue Lambda processes at once.
// See "Configuring scaling behavior for SQS event source mappings" in the developer guide.
import type { Clock } from "../../../clock";

/** "Five batches at a time", "up to 300 more instances per minute", "the maximum number of batches is 1,000". */
const initial = 5;
const perMinute = 300;
const most = 1_000;

export class Scaling {
  private backlogSince: number | undefined;

  /** @param maximumConcurrency of the mapping */
  constructor(
    private readonly clock: Clock,
    private readonly maximumConcurrency = most,
  ) {}

  get limit(): number {
    const since = this.backlogSince;
    const grown = since === undefined ? 0 : Math.floor(((this.clock.now - since) / 60_000) * perMinute);
    return Math.min(this.maximumConcurrency, initial + grown);
  }

  get canGrow(): boolean {
    return this.limit < this.maximumConcurrency;
  }

  /** Messages wait although every process is busy. */
  behind(): void {
    this.backlogSince ??= this.clock.now;
  }

  /** Nothing waits. */
  caughtUp(): void {
    this.backlogSince = undefined;
  }
}
