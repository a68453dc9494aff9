// The API's operations on alarms. AWS: API DescribeAlarms, SetAlarmState.
import { AwsError, type Operation, operation } from "../../service";
import { arn, type World } from "../../world";
import type { Alarm } from "./alarm";
import type { AlarmState } from "./alarmEvaluation";
import { statisticName } from "./statistics";

interface DescribeAlarmsInput {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly StateValue?: AlarmState;
}

interface SetAlarmStateInput {
  readonly AlarmName: string;
  readonly StateValue: AlarmState;
  readonly StateReason: string;
  readonly StateReasonData?: string;
}

const states: readonly AlarmState[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

function describeMetric({ definition }: Alarm): object {
  const { queries, period } = definition;
  const [only] = queries.all;
  if (queries.all.length === 1 && only?.source.kind === "stat") {
    const { series, statistic } = only.source.stat;
    const { namespace, name, dimensions } = series.identity;
    return {
      Namespace: namespace,
      MetricName: name,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      Period: period,
      ...(typeof statistic === "string" ? { Statistic: statistic } : { ExtendedStatistic: statisticName(statistic) }),
    };
  }
  return {
    Metrics: queries.all.map(({ id, source, returnData }) =>
      source.kind === "math"
        ? { Id: id, Expression: source.expression, ReturnData: returnData }
        : { Id: id, ReturnData: returnData, MetricStat: { Period: source.stat.period } },
    ),
  };
}

/** AWS: API MetricAlarm; times are seconds since the epoch. */
function describe(alarm: Alarm): object {
  const { definition, current } = alarm;
  const { name, description, rules, actions, actionsEnabled } = definition;
  return {
    AlarmName: name,
    AlarmArn: alarm.arn,
    ...(description === undefined ? {} : { AlarmDescription: description }),
    ActionsEnabled: actionsEnabled,
    OKActions: actions.OK,
    AlarmActions: actions.ALARM,
    InsufficientDataActions: actions.INSUFFICIENT_DATA,
    StateValue: current.value,
    StateReason: current.reason,
    ...(current.reasonData === undefined ? {} : { StateReasonData: current.reasonData }),
    StateUpdatedTimestamp: current.timestamp / 1000,
    ...describeMetric(alarm),
    EvaluationPeriods: rules.evaluationPeriods,
    DatapointsToAlarm: rules.datapointsToAlarm,
    Threshold: rules.threshold,
    ComparisonOperator: rules.comparisonOperator,
    TreatMissingData: rules.treatMissingData,
  };
}

export function alarmOperations(world: World, alarms: ReadonlyMap<string, Alarm>): Record<string, Operation> {
  return {
    DescribeAlarms: operation<DescribeAlarmsInput>({
      authorize: () => [{ action: "cloudwatch:DescribeAlarms", resource: arn(world, "cloudwatch", "alarm:*") }],
      handle: ({ AlarmNames, AlarmNamePrefix = "", StateValue }) => ({
        MetricAlarms: [...alarms.values()]
          .filter(({ definition }) => AlarmNames === undefined || AlarmNames.includes(definition.name))
          .filter(({ definition }) => definition.name.startsWith(AlarmNamePrefix))
          .filter(({ current }) => StateValue === undefined || current.value === StateValue)
          .map(describe),
        CompositeAlarms: [],
      }),
    }),
    SetAlarmState: operation<SetAlarmStateInput>({
      authorize: ({ AlarmName }) => [
        { action: "cloudwatch:SetAlarmState", resource: arn(world, "cloudwatch", `alarm:${AlarmName}`) },
      ],
      handle: ({ AlarmName, StateValue, StateReason, StateReasonData }) => {
        const alarm = alarms.get(AlarmName);
        if (alarm === undefined) throw new AwsError("ResourceNotFound", `Unknown alarm ${AlarmName}`, 404);
        if (!states.includes(StateValue)) {
          throw new AwsError("ValidationError", `[StateValue] must be one of ${states.join(", ")}, got ${StateValue}`);
        }
        alarm.setState(StateValue, StateReason, StateReasonData);
        return {};
      },
    }),
  };
}
