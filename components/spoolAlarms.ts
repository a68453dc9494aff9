// What the alarms of a spool watch: arguments of CloudWatch alarms, without names and actions.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { durationOf } from "./duration";

/** Where the renewer publishes, once a run; see handlers/renew. */
const renewerNamespace = "Respool";

const fiveMinutes = 300;
const day = 86_400;

/**
 * Work waits: visible and in flight, since a redrive in progress must not look like a recovery. SQS publishes the second only while
 * there is any (hence FILL), and the first only while the queue is active (hence "ignore": a quiet queue changes nothing).
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export function depthAlarm(queueName: pulumi.Input<string>, threshold: number): aws.cloudwatch.MetricAlarmArgs {
  const metric = (metricName: string) => ({
    namespace: "AWS/SQS",
    metricName,
    dimensions: { QueueName: queueName },
    period: fiveMinutes,
    stat: "Maximum",
  });
  return {
    alarmDescription: `At least ${threshold} failed pieces of work wait in the spool. Redrive them when the dependency is back.`,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: 1,
    threshold,
    treatMissingData: "ignore",
    metricQueries: [
      { id: "depth", expression: "visible + FILL(inFlight, 0)", label: "Records in the spool", returnData: true },
      { id: "visible", metric: metric("ApproximateNumberOfMessagesVisible"), returnData: false },
      { id: "inFlight", metric: metric("ApproximateNumberOfMessagesNotVisible"), returnData: false },
    ],
  };
}

/**
 * Work waits too long, by the renewer's metric: SQS's own leaves out what was received three times. The renewer runs once in the period
 * of a day, or more often. Where a period has no data CloudWatch judges by the one before, and knows of insufficient data when there is
 * none in all the periods that it retrieves, a few more than the one that it evaluates: then the renewer does not run, and records
 * will expire
 * (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarms-and-missing-data.html).
 */
export function ageAlarm(queueName: pulumi.Input<string>, thresholdSeconds: number): aws.cloudwatch.MetricAlarmArgs {
  return {
    alarmDescription: `The oldest record in the spool has waited for ${durationOf(thresholdSeconds)}, or the renewer does not run.`,
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: 1,
    threshold: thresholdSeconds,
    treatMissingData: "missing",
    namespace: renewerNamespace,
    metricName: "OldestRecordAge",
    dimensions: { Spool: queueName },
    period: day,
    statistic: "Maximum",
  };
}

/**
 * Resumable work runs out of time: RedriveExecution takes an execution for 14 days after its failure
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html), and nothing else may take its place. Without
 * sources that resume there is no such metric, and that is well.
 */
export function resumableAlarm(queueName: pulumi.Input<string>): aws.cloudwatch.MetricAlarmArgs {
  return {
    alarmDescription:
      "Resumable work failed ten days ago: redrive it before it is fourteen, or open its circuit breaker, so that it is carried over.",
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    evaluationPeriods: 1,
    threshold: 10 * day,
    treatMissingData: "notBreaching",
    namespace: renewerNamespace,
    metricName: "ResumableAge",
    dimensions: { Spool: queueName },
    period: day,
    statistic: "Maximum",
  };
}

/** Something cannot be redriven: a person must look at it. */
export function poisonAlarm(poisonQueueName: pulumi.Input<string>): aws.cloudwatch.MetricAlarmArgs {
  return {
    alarmDescription: "The poison queue holds work that cannot be redriven; each message's attribute tells why.",
    comparisonOperator: "GreaterThanThreshold",
    evaluationPeriods: 1,
    threshold: 0,
    treatMissingData: "ignore",
    namespace: "AWS/SQS",
    metricName: "ApproximateNumberOfMessagesVisible",
    dimensions: { QueueName: poisonQueueName },
    period: fiveMinutes,
    statistic: "Maximum",
  };
}
