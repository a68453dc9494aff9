// What the alarms of an ApiFunction watch: the shares of errors and the latency of its stage.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import type { AlarmArgs } from "./createAlarms";
import { type Duration, durationOf, toSeconds } from "./duration";
import { inWords } from "./validate";

/** When the alarms of an ApiFunction go off; `false` for no such alarm. */
export interface ApiAlarms {
  /** Percent of the requests of five minutes that were answered with 5xx, more than 0. @default 5 */
  readonly serverErrors?: number | false;
  /** What the slowest percent of the requests (p99) took in each five minutes of a quarter of an hour. @default "5 seconds" */
  readonly latency?: Duration | false;
  /** Percent of the requests of five minutes that were answered with 4xx, throttled ones included. @default false */
  readonly clientErrors?: number | false;
}

/** The stage as CloudWatch names it. */
export interface ApiStage {
  readonly apiName: pulumi.Input<string>;
  readonly stageName: string;
}

const fiveMinutes = 300;
const none: ApiAlarms = { serverErrors: false, latency: false, clientErrors: false };

/** @throws when a setting is not allowed */
export function apiAlarms(stage: ApiStage, alarms: ApiAlarms | false = {}): AlarmArgs<keyof ApiAlarms> {
  const { serverErrors = 5, latency = "5 seconds", clientErrors = false } = alarms === false ? none : alarms;
  return {
    serverErrors: shareAlarm(stage, "serverErrors", "5XXError", serverErrors),
    latency: latency === false ? undefined : latencyAlarm(stage, latency),
    clientErrors: shareAlarm(stage, "clientErrors", "4XXError", clientErrors),
  };
}

/** Each request counts 0 or 1, so that the average is the share. */
function shareAlarm(
  stage: ApiStage,
  setting: keyof ApiAlarms,
  metricName: string,
  percent: number | false,
): aws.cloudwatch.MetricAlarmArgs | undefined {
  if (percent === false) return undefined;
  if (!(typeof percent === "number" && percent > 0 && percent <= 100)) {
    throw new Error(`[alarms.${setting}] must be percent, more than 0 and at most 100, got ${inWords(percent)}`);
  }
  const kind = metricName.replace("XXError", "xx");
  return {
    ...watched(stage, metricName),
    alarmDescription: `At least ${percent} percent of the requests of five minutes were answered with ${kind}.`,
    statistic: "Average",
    threshold: percent / 100,
    evaluationPeriods: 1,
  };
}

function latencyAlarm(stage: ApiStage, latency: Duration): aws.cloudwatch.MetricAlarmArgs {
  const seconds = toSeconds("alarms.latency", latency, { minimum: 1, maximum: 29 });
  return {
    ...watched(stage, "Latency"),
    alarmDescription: `The slowest percent of the requests took ${durationOf(seconds)} or more in each five minutes of a quarter of an hour.`,
    extendedStatistic: "p99",
    threshold: seconds * 1_000,
    evaluationPeriods: 3,
  };
}

function watched({ apiName, stageName }: ApiStage, metricName: string) {
  return {
    comparisonOperator: "GreaterThanOrEqualToThreshold",
    treatMissingData: "notBreaching",
    namespace: "AWS/ApiGateway",
    metricName,
    dimensions: { ApiName: apiName, Stage: stageName },
    period: fiveMinutes,
  };
}
