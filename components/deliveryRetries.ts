// How long EventBridge and its Scheduler try to reach a target before they give the event to the dead-letter queue.
import type * as pulumi from "@pulumi/pulumi";
import { type Duration, toSeconds } from "./duration";
import { validated, wholeNumber } from "./validate";

/** How often delivery to the function is tried; what the function does with the event is another matter. */
export interface DeliveryRetries {
  /** How long delivery is tried, "1 minute" to "1 day". @default "1 day" */
  readonly deliveryAge?: pulumi.Input<Duration>;
  /** How often it is tried again, 0 to 185. @default 185 */
  readonly deliveryRetries?: pulumi.Input<number>;
}

/**
 * The retry policy, the same for both
 * (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_RetryPolicy.html,
 * https://docs.aws.amazon.com/scheduler/latest/APIReference/API_RetryPolicy.html).
 */
export function retryPolicy(argument: string, { deliveryAge = "1 day", deliveryRetries = 185 }: DeliveryRetries) {
  return {
    maximumEventAgeInSeconds: validated(deliveryAge, (value) =>
      toSeconds(`${argument}.deliveryAge`, value, { minimum: 60, maximum: 86_400 }),
    ),
    maximumRetryAttempts: validated(deliveryRetries, (value) =>
      wholeNumber(`${argument}.deliveryRetries`, value, { minimum: 0, maximum: 185 }),
    ),
  };
}
