// The token bucket that requests are throttled by.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-request-throttling.html

export interface Throttling {
  /** Requests a second. */
  readonly rateLimit: number;
  /** How many may come at once. */
  readonly burstLimit: number;
}

export class TokenBucket {
  private tokens: number;
  private filledAt: number;

  constructor(
    private readonly throttling: Throttling,
    now: number,
  ) {
    this.tokens = throttling.burstLimit;
    this.filledAt = now;
  }

  /** Takes a token, and tells whether there was one. @param now milliseconds since the epoch */
  take(now: number): boolean {
    const { rateLimit, burstLimit } = this.throttling;
    this.tokens = Math.min(burstLimit, this.tokens + ((now - this.filledAt) / 1000) * rateLimit);
    this.filledAt = now;
    if (this.tokens < 1) return false;
    this.tokens -= 1;
    return true;
  }
}
