// What the alarms of a StreamFunction watch: its attempts, a shard that stands still, failures that no destination took, and metadata whose records will be gone.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarmCount, alarmSeconds } from "./alarmSettings";
import type { AlarmArgs } from "./createAlarms";
import { type Duration, durationOf } from "./duration";
import { deliveryFailuresAlarm, errorsAlarm, throttlesAlarm } from "./functionAlarms";
import { ageOfOldest } from "./queueAlarms";

/** When the alarms of a StreamFunction go off; `false` for no such alarm. */
export interface StreamAlarms {
  /** Attempts in five minutes that failed as a whole. A record that failed is none, since the middleware reports it. @default 1 */
  readonly errors?: number | false;
  /**
   * Attempts that were throttled, in each five minutes of a quarter of an hour. The iterator's age is known of batches that the function
   * got alone, so that a shard which stands still for want of concurrency shows here.
   *
   * @default 1
   */
  readonly throttles?: number | false;
  /**
   * Age of the last record of a batch when the function got it, from "1 minute": a shard stands still or falls behind.
   *
   * @default "1 hour"
   */
  readonly iteratorAge?: Duration | false;
  /**
   * Failed batches in five minutes that the destination did not take: they may be lost. CloudWatch calls them
   * `DestinationDeliveryFailures`.
   *
   * @default 1
   */
  readonly deliveryFailures?: number | false;
  /**
   * With `metadataOnly` to the spool or a queue: age of the oldest message there, whatever its source, from "1 minute"; shorter
   * than the stream keeps its records. Nobody knows the age of what waits in a topic.
   *
   * @default "12 hours", half of what a stream keeps
   */
  readonly metadataAge?: Duration | false;
}

/** What is watched. */
export interface WatchedStream {
  readonly functionName: pulumi.Input<string>;
  /** Where metadata waits. */
  readonly metadataQueueName?: pulumi.Input<string>;
}

const none: StreamAlarms = {
  errors: false,
  throttles: false,
  iteratorAge: false,
  deliveryFailures: false,
  metadataAge: false,
};

/** @throws when a setting is not allowed */
export function streamAlarms(watched: WatchedStream, alarms: StreamAlarms | false = {}): AlarmArgs<keyof StreamAlarms> {
  const { errors, throttles, iteratorAge, deliveryFailures, metadataAge } = alarms === false ? none : alarms;
  const { functionName, metadataQueueName } = watched;
  const behind = alarmSeconds("alarms.iteratorAge", iteratorAge, "1 hour");
  const waiting = alarmSeconds("alarms.metadataAge", metadataAge, "12 hours");
  return {
    errors: errorsAlarm(functionName, alarmCount("alarms.errors", errors, 1)),
    throttles: throttlesAlarm(functionName, alarmCount("alarms.throttles", throttles, 1)),
    iteratorAge: behind === undefined ? undefined : iteratorAgeAlarm(functionName, behind),
    deliveryFailures: deliveryFailuresAlarm(functionName, alarmCount("alarms.deliveryFailures", deliveryFailures, 1)),
    metadataAge:
      waiting === undefined || metadataQueueName === undefined
        ? undefined
        : ageOfOldest(
            metadataQueueName,
            waiting,
            `Word of failed records has waited for ${durationOf(waiting)}: redrive it before the stream drops the records.`,
          ),
  };
}

/** In milliseconds: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#performance-metrics */
function iteratorAgeAlarm(functionName: pulumi.Input<string>, seconds: number): aws.cloudwatch.MetricAlarmArgs {
  return {
    alarmDescription: `The function is ${durationOf(seconds)} behind the stream: a shard stands still, or the function does not keep up.`,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: 1,
    threshold: seconds * 1_000,
    treatMissingData: "notBreaching",
    namespace: "AWS/Lambda",
    metricName: "IteratorAge",
    dimensions: { FunctionName: functionName },
    period: 300,
    statistic: "Maximum",
  };
}
