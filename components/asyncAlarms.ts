// What the alarms of an AsyncFunction watch: attempts, and events that none of them helped.
import type * as pulumi from "@pulumi/pulumi";
import { alarmCount } from "./alarmSettings";
import type { AlarmArgs } from "./createAlarms";
import { errorsAlarm, lambdaCount, throttlesAlarm } from "./functionAlarms";

/** When the alarms of an AsyncFunction go off: counts in five minutes, each from 1; `false` for no such alarm. */
export interface AsyncAlarms {
  /** Attempts that ended in an error; a retry may have healed them. @default 1 */
  readonly errors?: number | false;
  /** Attempts that were throttled, in each five minutes of a quarter of an hour: a burst passes by itself. @default 1 */
  readonly throttles?: number | false;
  /**
   * Events that Lambda gave up: they went to the destination of failures, if it took them. CloudWatch calls them `AsyncEventsDropped`.
   *
   * @default 1
   */
  readonly eventsDropped?: number | false;
  /**
   * Records that a destination did not take: work that may be lost. CloudWatch calls them `DestinationDeliveryFailures`.
   *
   * @default 1
   */
  readonly deliveryFailures?: number | false;
}

const none: AsyncAlarms = { errors: false, throttles: false, eventsDropped: false, deliveryFailures: false };

/**
 * https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#async-invocation-metrics
 *
 * @throws when a setting is not allowed
 */
export function asyncAlarms(
  functionName: pulumi.Input<string>,
  alarms: AsyncAlarms | false = {},
): AlarmArgs<keyof AsyncAlarms> {
  const settings = alarms === false ? none : alarms;
  const count = (name: keyof AsyncAlarms) => alarmCount(`alarms.${name}`, settings[name], 1);
  const dropped = count("eventsDropped");
  const undelivered = count("deliveryFailures");
  return {
    errors: errorsAlarm(functionName, count("errors")),
    throttles: throttlesAlarm(functionName, count("throttles")),
    eventsDropped: lambdaCount(
      functionName,
      "AsyncEventsDropped",
      dropped,
      `Lambda gave up at least ${dropped} events within five minutes and sent them to the destination of failures.`,
    ),
    deliveryFailures: lambdaCount(
      functionName,
      "DestinationDeliveryFailures",
      undelivered,
      `A destination did not take at least ${undelivered} records within five minutes: look for the work in the function's log.`,
    ),
  };
}
