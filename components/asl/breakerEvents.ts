// What a circuit breaker tells everybody: that it opened, that it closed.
import { anyError } from "./breakerTable";
import { type Continuation, expression, type TaskState, type Template } from "./states";

/** The events' source and detail type. */
export const BREAKER_EVENT_SOURCE = "respool.breaker";
export const BREAKER_EVENT_TYPE = "Circuit Breaker State Change";

/** What an event tells; half-open is none. */
export type BreakerEventPhase = "closed" | "open";

/**
 * The event pattern of a rule on the default bus that waits for a circuit breaker to open or to close. An event may come twice, and
 * `detail.epoch` is then the same.
 *
 * @example `new aws.cloudwatch.EventRule("recovered", { eventPattern: payments.tableName.apply((name) => breakerEventPattern(name, "closed")) })`
 */
export function breakerEventPattern(tableName: string, phase: BreakerEventPhase): string {
  return JSON.stringify({
    source: [BREAKER_EVENT_SOURCE],
    "detail-type": [BREAKER_EVENT_TYPE],
    detail: { table: [tableName], phase: [phase] },
  });
}

export interface BreakerEvent {
  readonly breaker: string;
  readonly tableName: string;
  readonly phase: BreakerEventPhase;
  /** The epoch that begins with it. */
  readonly epoch: Template;
  readonly reason: Template;
  readonly after: Continuation;
  /** When it cannot be published. @default the execution fails */
  readonly failed?: string;
}

/** Passes its input on. */
export function breakerEventState(event: BreakerEvent): TaskState {
  const { breaker, tableName, phase, epoch, reason, after, failed } = event;
  const untouched = expression("$states.input");
  return {
    Type: "Task",
    Comment: `Tells that the circuit breaker is ${phase} now.`,
    Resource: "arn:aws:states:::events:putEvents",
    Arguments: {
      Entries: [
        {
          Source: BREAKER_EVENT_SOURCE,
          DetailType: BREAKER_EVENT_TYPE,
          Detail: {
            breaker,
            table: tableName,
            phase,
            epoch,
            reason,
            at: expression("$states.context.State.EnteredTime"),
          },
        },
      ],
    },
    TimeoutSeconds: 10,
    Output: untouched,
    Retry: [
      { ErrorEquals: ["States.ALL"], IntervalSeconds: 1, MaxAttempts: 5, BackoffRate: 2, JitterStrategy: "FULL" },
    ],
    Catch:
      failed === undefined ? [] : anyError.map((errors) => ({ ErrorEquals: errors, Output: untouched, Next: failed })),
    ...after,
  };
}
