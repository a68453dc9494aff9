// Where `gentle` is configured: five charges at once, none while the payment provider is away, and redrives by themselves.
import type * as pulumi from "@pulumi/pulumi";
import { AutoRedrive, CircuitBreaker, type ReprocessFunction, Semaphore, type UncertainTask } from "../components";

/** What the provider's contract says. */
const CALLS_AT_ONCE = 5;

/** What stands before the provider, and what empties the spool behind it. */
export class GentlePayments {
  readonly semaphore: Semaphore;
  readonly breaker: CircuitBreaker;
  /** Each probe that fails is a redrive of somebody: ten would make poison of the few that wait in a quiet hour. */
  readonly maxRedrives = 1000;

  /** @param alarmActions whom the alarms notify */
  constructor(private readonly alarmActions: readonly pulumi.Input<string>[]) {
    this.semaphore = new Semaphore("payments", { limit: CALLS_AT_ONCE });
    this.breaker = new CircuitBreaker("payment-provider", { openFor: "1 minute", alarmActions });
  }

  /** What an uncertain task that calls the provider is given. */
  get controls() {
    return {
      semaphore: this.semaphore,
      breaker: this.breaker,
      // A second try would make two calls of each probe: whatever fails is redriven anyway. A throttled function has called nobody.
      retry: [{ errors: ["Lambda.TooManyRequestsException"], interval: "1 second", maxAttempts: 5, jitter: "full" }],
    } as const;
  }

  /** Redrives the task's failures when the provider is back, and once an hour those that did not open the breaker. */
  recover(task: UncertainTask<never, unknown>, reprocess: ReprocessFunction): AutoRedrive {
    return new AutoRedrive("recover", {
      reprocess,
      breaker: this.breaker,
      filter: { source: task.source },
      // Ten times what the provider works on at once keeps it as busy as more would: those that wait ask again and again.
      window: 10 * CALLS_AT_ONCE,
      schedule: "rate(1 hour)",
      alarmActions: this.alarmActions,
    });
  }
}
