// Alarms on what Lambda says of any function: its errors and its throttles. Arguments of CloudWatch alarms, without names and actions.
// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

const fiveMinutes = 300;

/** Attempts that ended in an error: the handler threw, timed out, ran out of memory. */
export function errorsAlarm(
  functionName: pulumi.Input<string>,
  threshold: number | undefined,
): aws.cloudwatch.MetricAlarmArgs | undefined {
  return lambdaCount(functionName, "Errors", threshold, `At least ${threshold} attempts failed within five minutes.`);
}

/** In three periods in a row: a burst passes by itself, and Lambda tries again. */
export function throttlesAlarm(
  functionName: pulumi.Input<string>,
  threshold: number | undefined,
): aws.cloudwatch.MetricAlarmArgs | undefined {
  const description = `At least ${threshold} attempts were throttled in each five minutes of a quarter of an hour: concurrency does not suffice.`;
  const watched = lambdaCount(functionName, "Throttles", threshold, description);
  return watched === undefined ? undefined : { ...watched, evaluationPeriods: 3 };
}

/** The sum of one of Lambda's metrics over five minutes; no data is no invocation. */
export function lambdaCount(
  functionName: pulumi.Input<string>,
  metricName: string,
  threshold: number | undefined,
  alarmDescription: string,
): aws.cloudwatch.MetricAlarmArgs | undefined {
  return threshold === undefined
    ? undefined
    : {
        alarmDescription,
        comparisonOperator: "GreaterThanOrEqualToThreshold",
        evaluationPeriods: 1,
        threshold,
        treatMissingData: "notBreaching",
        namespace: "AWS/Lambda",
        metricName,
        dimensions: { FunctionName: functionName },
        period: fiveMinutes,
        statistic: "Sum",
      };
}
