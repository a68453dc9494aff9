// Step Functions' quotas per account and region, as far as they can be changed.
import type { Clock } from "../../clock";

export interface StepFunctionsQuotas {
  /** How many StartExecution calls of Standard workflows can come at once. */
  readonly startExecutionBucket: number;
  /** How many more come free each second. */
  readonly startExecutionRefill: number;
}

const largeRegions = ["us-east-1", "us-west-2", "eu-west-1"];

/** The defaults (Developer Guide: "Step Functions service quotas", quotas related to API action throttling). */
export function defaultQuotas(region: string): StepFunctionsQuotas {
  return largeRegions.includes(region)
    ? { startExecutionBucket: 1300, startExecutionRefill: 300 }
    : { startExecutionBucket: 800, startExecutionRefill: 150 };
}

/** A token bucket, filled by virtual time. */
export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly clock: Clock,
    private readonly size: number,
    private readonly refillPerSecond: number,
  ) {
    this.tokens = size;
    this.filledAt = clock.now;
  }

  /** Takes one token; tells whether there was one. */
  take(): boolean {
    const { now } = this.clock;
    this.tokens = Math.min(this.size, this.tokens + ((now - this.filledAt) / 1000) * this.refillPerSecond);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
