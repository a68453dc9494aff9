// The API's operations on metrics. AWS: API PutMetricData, GetMetricData, GetMetricStatistics, ListMetrics.
import { AwsError, type Operation, operation } from "../../service";
import type { World } from "../../world";
import { minute, minuteOf } from "./gauge";
import { metricMath } from "./metricMath";
import { MetricQueries, type MetricQuery } from "./metricQuery";
import type { MetricStore } from "./metricStore";
import { parseStatistic, type Statistic, simpleStatistics, statisticName } from "./statistics";

interface Dimension {
  readonly Name: string;
  readonly Value: string;
}

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly Dimension[];
}

/** Times are seconds since the epoch. */
interface PutMetricDataInput {
  readonly Namespace?: string;
  readonly MetricData?: readonly {
    readonly MetricName: string;
    readonly Dimensions?: readonly Dimension[];
    readonly Timestamp?: number;
    readonly Value?: number;
    readonly Values?: readonly number[];
    readonly Counts?: readonly number[];
    readonly Unit?: string;
    readonly StatisticValues?: object;
    readonly StorageResolution?: number;
  }[];
}

interface GetMetricDataInput {
  readonly MetricDataQueries?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly Label?: string;
    readonly Period?: number;
    readonly ReturnData?: boolean;
    readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
  }[];
  readonly StartTime: number;
  readonly EndTime: number;
  readonly ScanBy?: "TimestampAscending" | "TimestampDescending";
}

interface GetMetricStatisticsInput extends Metric {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly Period: number;
  readonly Statistics?: readonly string[];
  readonly ExtendedStatistics?: readonly string[];
}

interface ListMetricsInput {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value?: string }[];
}

const everywhere = (action: string) => () => [{ action: `cloudwatch:${action}`, resource: "*" }];

function invalid(message: string): AwsError {
  return new AwsError("InvalidParameterValue", message);
}

function toRecord(dimensions: readonly Dimension[] = []): Record<string, string> {
  return Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value]));
}

function toList(dimensions: Readonly<Record<string, string>>): Dimension[] {
  return Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
}

function readPeriod(period: number): number {
  if (Number.isInteger(period) && period >= 60 && period % 60 === 0) return period;
  throw invalid(`The parameter Period must be a multiple of 60 seconds, got ${period}`);
}

function readStatistic(text: string): Statistic {
  const statistic = parseStatistic(text);
  if (statistic !== undefined) return statistic;
  throw invalid(`The statistic must be one of ${simpleStatistics.join(", ")} or p0 to p100, got ${text}`);
}

/** The whole periods of a span, as their first minutes, oldest first; times are rounded down to the period. */
function periodsBetween(startTime: number, endTime: number, period: number): number[] {
  if (!(startTime < endTime)) throw invalid("The parameter StartTime must be less than the parameter EndTime.");
  const first = Math.floor(startTime / period) * period;
  const starts: number[] = [];
  for (let start = first; start < endTime; start += period) starts.push(minuteOf(start * 1000));
  return starts;
}

/** Values are accepted up to two weeks back and two hours ahead. AWS: API MetricDatum, Timestamp. */
function readTimestamp(timestamp: number | undefined, now: number): number {
  const time = timestamp === undefined ? now : timestamp * 1000;
  if (time < now - 14 * 1440 * minute || time > now + 120 * minute) {
    throw invalid(`The parameter MetricData.member.1.Timestamp must specify a time within the past two weeks.`);
  }
  return time;
}

type PutDatum = NonNullable<PutMetricDataInput["MetricData"]>[number];

function readValues({ Value, Values, Counts, StatisticValues, StorageResolution, MetricName }: PutDatum): number[] {
  if (StatisticValues !== undefined || (StorageResolution ?? 60) !== 60) {
    const argument = StatisticValues === undefined ? "StorageResolution" : "StatisticValues";
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `the simulator does not have [${argument}] of PutMetricData`,
      501,
    );
  }
  const values = Values ?? (Value === undefined ? [] : [Value]);
  if (values.length === 0) throw invalid(`The parameter MetricData must have Value or Values for ${MetricName}`);
  return values.flatMap((value, index) => Array.from({ length: Counts?.[index] ?? 1 }, () => value));
}

function putMetricData(world: World, store: MetricStore): Operation {
  return operation<PutMetricDataInput>({
    authorize: everywhere("PutMetricData"),
    handle: ({ Namespace = "", MetricData = [] }) => {
      if (Namespace === "" || Namespace.startsWith("AWS/")) {
        throw invalid(`The value ${Namespace} for parameter Namespace is invalid.`);
      }
      const data = MetricData.map((datum) => ({
        datum,
        time: readTimestamp(datum.Timestamp, world.clock.now),
        values: readValues(datum),
      }));
      for (const { datum, time, values } of data) {
        const { MetricName: name, Dimensions, Unit } = datum;
        const series = store.get({ namespace: Namespace, name, dimensions: toRecord(Dimensions) });
        series.unit ??= Unit;
        series.add(time, values);
      }
      return {};
    },
  });
}

type DataQuery = NonNullable<GetMetricDataInput["MetricDataQueries"]>[number];

function readQuery(query: DataQuery, store: MetricStore): MetricQuery {
  const { Id: id, Label: label, Expression, MetricStat, ReturnData: returnData = true } = query;
  if (Expression !== undefined) {
    return { id, label, returnData, source: { kind: "math", expression: Expression, math: metricMath(Expression) } };
  }
  if (MetricStat === undefined) throw invalid(`The query ${id} must have MetricStat or Expression`);
  const { Namespace: namespace, MetricName: name, Dimensions } = MetricStat.Metric;
  const series = store.get({ namespace, name, dimensions: toRecord(Dimensions) });
  const stat = { series, statistic: readStatistic(MetricStat.Stat), period: readPeriod(MetricStat.Period) };
  return { id, label, returnData, source: { kind: "stat", stat } };
}

function getMetricData(store: MetricStore): Operation {
  return operation<GetMetricDataInput>({
    authorize: everywhere("GetMetricData"),
    handle: ({ MetricDataQueries = [], StartTime, EndTime, ScanBy = "TimestampDescending" }) => {
      const queries = new MetricQueries(MetricDataQueries.map((query) => readQuery(query, store)));
      const results = queries.all.filter((query) => query.returnData);
      return {
        MetricDataResults: results.map((query) => {
          const period = queries.periodOf(query.id) / 60;
          const starts = periodsBetween(StartTime, EndTime, period * 60);
          if (ScanBy === "TimestampDescending") starts.reverse();
          const points = starts
            .map((start) => ({ start, value: queries.datapoint(query.id, start, start + period) }))
            .filter(({ value }) => value !== undefined);
          return {
            Id: query.id,
            Label: queries.label(query),
            Timestamps: points.map(({ start }) => start * 60),
            Values: points.map(({ value }) => value),
            StatusCode: "Complete",
          };
        }),
        Messages: [],
      };
    },
  });
}

function getMetricStatistics(store: MetricStore): Operation {
  return operation<GetMetricStatisticsInput>({
    authorize: everywhere("GetMetricStatistics"),
    handle: (input) => {
      const { Namespace: namespace, MetricName: name, Dimensions, StartTime, EndTime } = input;
      const series = store.get({ namespace, name, dimensions: toRecord(Dimensions) });
      const period = readPeriod(input.Period) / 60;
      const simple = (input.Statistics ?? []).map(readStatistic);
      const extended = (input.ExtendedStatistics ?? []).map(readStatistic);
      const datapoints = periodsBetween(StartTime, EndTime, input.Period)
        .filter((start) => series.statistic("SampleCount", start, start + period) !== undefined)
        .map((start) => {
          const read = (statistics: readonly Statistic[]) =>
            statistics.map((each) => [statisticName(each), series.statistic(each, start, start + period)]);
          return {
            Timestamp: start * 60,
            ...Object.fromEntries(read(simple)),
            ...(extended.length === 0 ? {} : { ExtendedStatistics: Object.fromEntries(read(extended)) }),
            Unit: series.unit ?? "None",
          };
        });
      return { Label: name, Datapoints: datapoints };
    },
  });
}

function listMetrics(store: MetricStore): Operation {
  return operation<ListMetricsInput>({
    authorize: everywhere("ListMetrics"),
    handle: ({ Namespace, MetricName, Dimensions = [] }) => ({
      Metrics: store.all
        .map(({ identity }) => identity)
        .filter(({ namespace }) => Namespace === undefined || namespace === Namespace)
        .filter(({ name }) => MetricName === undefined || name === MetricName)
        .filter(({ dimensions }) =>
          Dimensions.every(({ Name, Value }) =>
            Value === undefined ? dimensions[Name] !== undefined : dimensions[Name] === Value,
          ),
        )
        .map(({ namespace, name, dimensions }) => ({
          Namespace: namespace,
          MetricName: name,
          Dimensions: toList(dimensions),
        })),
    }),
  });
}

export function metricOperations(world: World, store: MetricStore): Record<string, Operation> {
  return {
    PutMetricData: putMetricData(world, store),
    GetMetricData: getMetricData(store),
    GetMetricStatistics: getMetricStatistics(store),
    ListMetrics: listMetrics(store),
  };
}
