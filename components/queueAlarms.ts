// What the alarms of a QueueFunction watch: its attempts, messages that are not fetched, and the dead letters of a FIFO queue.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmCount, alarmSeconds } from "./alarmSettings";
import type { AlarmArgs } from "./createAlarms";
import { type Duration, durationOf, toSeconds } from "./duration";
import { errorsAlarm } from "./functionAlarms";
import { depthAlarm } from "./spoolAlarms";

/** When the alarms of a QueueFunction go off; `false` for no such alarm. */
export interface QueueAlarms {
  /**
   * Attempts in five minutes that failed as a whole: a timeout, a lack of memory. A message that failed is none, since the middleware reports it.
   *
   * @default 1
   */
  readonly errors?: number | false;
  /**
   * Age of the oldest message, at least "1 minute". SQS leaves out what was received three times without a delete, so that this is about messages that
   * nobody comes to.
   *
   * @default four times the visibility timeout: the time in which a message that fails is received so often
   */
  readonly age?: Duration | false;
  /** Messages in a FIFO queue's dead-letter queue. @default 1 */
  readonly deadLetters?: number | false;
  /**
   * Age of the oldest message in a FIFO queue's dead-letter queue, from "1 hour" to "13 days": SQS deletes it after 14 days, and nothing renews it,
   * since a copy would lose its place in the group.
   *
   * @default "10 days"
   */
  readonly deadLetterAge?: Duration | false;
}

/** What is watched. */
export interface WatchedQueue {
  readonly functionName: pulumi.Input<string>;
  readonly queueName: pulumi.Input<string>;
  readonly visibilitySeconds: pulumi.Input<number>;
  /** Of a FIFO queue alone. */
  readonly deadLetterQueueName?: pulumi.Input<string>;
}

const none: QueueAlarms = { errors: false, age: false, deadLetters: false, deadLetterAge: false };
const visibilityTimeouts = 4;
const shortestAge = 60;
const longestRetention = 14 * 86_400;

/** @throws when a setting is not allowed */
export function queueAlarms(watched: WatchedQueue, alarms: QueueAlarms | false = {}): AlarmArgs<keyof QueueAlarms> {
  const { errors, age, deadLetters, deadLetterAge } = alarms === false ? none : alarms;
  const { functionName, queueName, deadLetterQueueName } = watched;
  const depth = alarmCount("alarms.deadLetters", deadLetters, 1);
  const old = alarmSeconds("alarms.deadLetterAge", deadLetterAge, "10 days", { minimum: 3_600, maximum: 13 * 86_400 });
  return {
    errors: errorsAlarm(functionName, alarmCount("alarms.errors", errors, 1)),
    age: messageAge(queueName, age, watched.visibilitySeconds),
    deadLetters:
      deadLetterQueueName === undefined || depth === undefined ? undefined : fifoDepth(deadLetterQueueName, depth),
    deadLetterAge:
      deadLetterQueueName === undefined || old === undefined ? undefined : fifoAge(deadLetterQueueName, old),
  };
}

function messageAge(
  queueName: pulumi.Input<string>,
  age: Duration | false | undefined,
  visibility: pulumi.Input<number>,
): aws.cloudwatch.MetricAlarmArgs | undefined {
  if (age === false) {
    return undefined;
  }
  const seconds =
    age === undefined
      ? pulumi.output(visibility).apply((known) => Math.max(shortestAge, visibilityTimeouts * known))
      : pulumi.output(toSeconds("alarms.age", age, { minimum: shortestAge, maximum: longestRetention }));
  return ageOfOldest(
    queueName,
    seconds,
    seconds.apply(
      (known) =>
        `The oldest message has waited for ${durationOf(known)}: the function does not keep up, or does not run.`,
    ),
  );
}

function fifoDepth(queueName: pulumi.Input<string>, threshold: number): aws.cloudwatch.MetricAlarmArgs {
  return {
    ...depthAlarm(queueName, threshold),
    alarmDescription: `At least ${threshold} messages wait in the FIFO dead-letter queue. Redrive them when the dependency is back.`,
  };
}

function fifoAge(queueName: pulumi.Input<string>, seconds: number): aws.cloudwatch.MetricAlarmArgs {
  return ageOfOldest(
    queueName,
    seconds,
    `The oldest message in the FIFO dead-letter queue has waited for ${durationOf(seconds)} of 14 days, then SQS deletes it.`,
  );
}

/**
 * In a dead-letter queue it counts from when the message was moved there, and so does the retention of a FIFO one
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html).
 */
export function ageOfOldest(
  queueName: pulumi.Input<string>,
  threshold: pulumi.Input<number>,
  alarmDescription: pulumi.Input<string>,
): aws.cloudwatch.MetricAlarmArgs {
  return {
    alarmDescription,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: 1,
    threshold,
    // SQS reports nothing of a queue that was quiet for six hours.
    treatMissingData: "ignore",
    namespace: "AWS/SQS",
    metricName: "ApproximateAgeOfOldestMessage",
    dimensions: { QueueName: queueName },
    period: 300,
    statistic: "Maximum",
  };
}
