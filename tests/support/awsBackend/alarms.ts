// CloudWatch alarms, created by the AWS SDK.
import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { type LiveResourceTypes, liveType } from "./resourceType";

type Dimensions = Readonly<Record<string, string>>;

interface MetricArguments {
  readonly dimensions?: Dimensions;
  readonly metricName: string;
  readonly namespace?: string;
  readonly period: number;
  readonly stat: string;
}

interface AlarmArguments {
  readonly name?: string;
  readonly alarmActions?: string[];
  readonly alarmDescription?: string;
  readonly comparisonOperator: PutMetricAlarmCommandInput["ComparisonOperator"];
  readonly dimensions?: Dimensions;
  readonly evaluationPeriods: number;
  readonly insufficientDataActions?: string[];
  readonly metricName?: string;
  readonly metricQueries?: readonly {
    readonly id: string;
    readonly expression?: string;
    readonly label?: string;
    readonly metric?: MetricArguments;
    readonly returnData?: boolean;
  }[];
  readonly namespace?: string;
  readonly okActions?: string[];
  readonly period?: number;
  readonly statistic?: PutMetricAlarmCommandInput["Statistic"];
  readonly threshold?: number;
  readonly treatMissingData?: string;
}

const knownArguments = [
  "name",
  "alarmActions",
  "alarmDescription",
  "comparisonOperator",
  "dimensions",
  "evaluationPeriods",
  "insufficientDataActions",
  "metricName",
  "metricQueries",
  "namespace",
  "okActions",
  "period",
  "statistic",
  "threshold",
  "treatMissingData",
] as const satisfies readonly (keyof AlarmArguments)[];

/** @param account such as "eu-central-1:123456789012" */
export function alarmTypes(cloudWatch: CloudWatchClient, account: string): LiveResourceTypes {
  return {
    "aws:cloudwatch/metricAlarm:MetricAlarm": liveType<AlarmArguments>({
      knownArguments,
      async create(inputs, physicalName) {
        const AlarmName = inputs.name ?? physicalName;
        await cloudWatch.send(new PutMetricAlarmCommand({ AlarmName, ...settings(inputs) }));
        return {
          id: AlarmName,
          state: { name: AlarmName, arn: `arn:aws:cloudwatch:${account}:alarm:${AlarmName}` },
          remove: () => cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [AlarmName] })),
        };
      },
    }),
  };
}

function settings(inputs: AlarmArguments): Omit<PutMetricAlarmCommandInput, "AlarmName"> {
  return {
    AlarmActions: inputs.alarmActions,
    AlarmDescription: inputs.alarmDescription,
    ComparisonOperator: inputs.comparisonOperator,
    Dimensions: dimensionList(inputs.dimensions),
    EvaluationPeriods: inputs.evaluationPeriods,
    InsufficientDataActions: inputs.insufficientDataActions,
    MetricName: inputs.metricName,
    Metrics: inputs.metricQueries?.map(({ id, expression, label, metric, returnData }) => ({
      Id: id,
      Expression: expression,
      Label: label,
      ReturnData: returnData,
      MetricStat: metric && {
        Metric: {
          Dimensions: dimensionList(metric.dimensions),
          MetricName: metric.metricName,
          Namespace: metric.namespace,
        },
        Period: metric.period,
        Stat: metric.stat,
      },
    })),
    Namespace: inputs.namespace,
    OKActions: inputs.okActions,
    Period: inputs.period,
    Statistic: inputs.statistic,
    Threshold: inputs.threshold,
    TreatMissingData: inputs.treatMissingData,
  };
}

function dimensionList(dimensions: Dimensions | undefined): { Name: string; Value: string }[] | undefined {
  return dimensions && Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}
