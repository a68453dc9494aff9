// Reads an alarm's arguments. AWS: API PutMetricAlarm.
import { AwsError } from "../../service";
import {
  type AlarmState,
  type ComparisonOperator,
  comparisons,
  type EvaluationRules,
  type TreatMissingData,
  treatments,
} from "./alarmEvaluation";
import { metricMath } from "./metricMath";
import { MetricQueries, type MetricQuery } from "./metricQuery";
import type { MetricStore } from "./metricStore";
import { parseStatistic, type Statistic, simpleStatistics } from "./statistics";

/** The arguments of aws:cloudwatch/metricAlarm:MetricAlarm that the simulator honours. */
export interface MetricAlarmInputs {
  readonly name?: string;
  readonly alarmDescription?: string;
  readonly actionsEnabled?: boolean;
  readonly alarmActions?: readonly string[];
  readonly okActions?: readonly string[];
  readonly insufficientDataActions?: readonly string[];
  readonly comparisonOperator?: string;
  readonly threshold?: number;
  readonly evaluationPeriods?: number;
  readonly datapointsToAlarm?: number;
  readonly treatMissingData?: string;
  readonly namespace?: string;
  readonly metricName?: string;
  readonly dimensions?: Readonly<Record<string, string>>;
  readonly statistic?: string;
  readonly extendedStatistic?: string;
  readonly period?: number;
  readonly metricQueries?: readonly MetricQueryInputs[];
  readonly tags?: Readonly<Record<string, string>>;
}

export interface MetricQueryInputs {
  readonly id: string;
  readonly expression?: string;
  readonly label?: string;
  readonly returnData?: boolean;
  readonly metric?: {
    readonly namespace?: string;
    readonly metricName: string;
    readonly dimensions?: Readonly<Record<string, string>>;
    readonly period: number;
    readonly stat: string;
  };
}

export interface AlarmDefinition {
  readonly name: string;
  readonly description: string | undefined;
  readonly actionsEnabled: boolean;
  readonly actions: Readonly<Record<AlarmState, readonly string[]>>;
  readonly rules: EvaluationRules;
  /** Seconds. */
  readonly period: number;
  readonly queries: MetricQueries;
  /** The id of the query that is compared with the threshold. */
  readonly watched: string;
}

const metricQueryArguments = ["id", "expression", "label", "returnData", "metric", "period"];
const metricArguments = ["namespace", "metricName", "dimensions", "period", "stat"];

function invalid(argument: string, allowed: string, got: unknown): AwsError {
  return new AwsError("ValidationError", `[${argument}] must be ${allowed}, got ${JSON.stringify(got) ?? "nothing"}`);
}

function oneOf<Name extends string>(argument: string, names: readonly Name[], got: string | undefined): Name {
  const name = names.find((candidate) => candidate === got);
  if (name === undefined) throw invalid(argument, `one of ${names.join(", ")}`, got);
  return name;
}

function wholeNumber(argument: string, got: number | undefined, low: number, high: number): number {
  if (got === undefined || !Number.isInteger(got) || got < low || got > high) {
    throw invalid(argument, `a whole number from ${low} to ${high}`, got);
  }
  return got;
}

function readPeriod(argument: string, got: number | undefined): number {
  if (got === undefined || !Number.isInteger(got) || got < 60 || got % 60 !== 0) {
    throw invalid(argument, "a multiple of 60 seconds (the simulator has no high-resolution metrics)", got);
  }
  return got;
}

function readStatistic(argument: string, got: string | undefined): Statistic {
  const statistic = got === undefined ? undefined : parseStatistic(got);
  if (statistic === undefined) throw invalid(argument, `one of ${simpleStatistics.join(", ")} or p0 to p100`, got);
  return statistic;
}

function onlyKnown(argument: string, given: object, known: readonly string[]): void {
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || known.includes(name)) continue;
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `the simulator does not have [${argument}.${name}], got ${JSON.stringify(value)}; it has ${known.join(", ")}`,
      501,
    );
  }
}

function readQuery(inputs: MetricQueryInputs, store: MetricStore): MetricQuery {
  onlyKnown("metricQueries", inputs, metricQueryArguments);
  const { id, expression, label, metric } = inputs;
  const returnData = inputs.returnData ?? false;
  if (metric !== undefined && expression === undefined) {
    onlyKnown("metricQueries.metric", metric, metricArguments);
    const series = store.get({
      namespace: metric.namespace ?? "",
      name: metric.metricName,
      dimensions: metric.dimensions ?? {},
    });
    const period = readPeriod("metricQueries.metric.period", metric.period);
    const statistic = readStatistic("metricQueries.metric.stat", metric.stat);
    return { id, label, returnData, source: { kind: "stat", stat: { series, statistic, period } } };
  }
  if (expression === undefined || metric !== undefined) {
    throw new AwsError("ValidationError", `[metricQueries] '${id}' must have either metric or expression`);
  }
  return { id, label, returnData, source: { kind: "math", expression, math: metricMath(expression) } };
}

function readQueries(inputs: readonly MetricQueryInputs[], store: MetricStore): Watched {
  const queries = new MetricQueries(inputs.map((query) => readQuery(query, store)));
  const watched = queries.all.filter((query) => query.returnData);
  const [only] = watched;
  if (only === undefined || watched.length > 1) {
    throw new AwsError(
      "ValidationError",
      `[metricQueries] exactly one must have returnData true, got ${watched.length}`,
    );
  }
  return { queries, watched: only.id };
}

type Watched = Pick<AlarmDefinition, "queries" | "watched">;

function readMetric(inputs: MetricAlarmInputs, store: MetricStore): Watched {
  const { namespace, metricName, dimensions } = inputs;
  if (namespace === undefined) throw invalid("namespace", "given with metricName", namespace);
  if (metricName === undefined) throw invalid("metricName", "given unless there are metricQueries", metricName);
  if ((inputs.statistic === undefined) === (inputs.extendedStatistic === undefined)) {
    throw new AwsError("ValidationError", "exactly one of [statistic] and [extendedStatistic] must be given");
  }
  const statistic =
    inputs.statistic === undefined
      ? readStatistic("extendedStatistic", inputs.extendedStatistic)
      : oneOf("statistic", simpleStatistics, inputs.statistic);
  const series = store.get({ namespace, name: metricName, dimensions: dimensions ?? {} });
  const stat = { series, statistic, period: readPeriod("period", inputs.period) };
  const queries = new MetricQueries([{ id: "m1", returnData: true, source: { kind: "stat", stat } }]);
  return { queries, watched: "m1" };
}

function readRules(inputs: MetricAlarmInputs): EvaluationRules {
  const evaluationPeriods = wholeNumber("evaluationPeriods", inputs.evaluationPeriods, 1, 10_080);
  const { threshold, datapointsToAlarm = evaluationPeriods, treatMissingData = "missing" } = inputs;
  if (threshold === undefined || !Number.isFinite(threshold)) throw invalid("threshold", "a number", threshold);
  return {
    comparisonOperator: oneOf(
      "comparisonOperator",
      Object.keys(comparisons) as ComparisonOperator[],
      inputs.comparisonOperator,
    ),
    threshold,
    evaluationPeriods,
    datapointsToAlarm: wholeNumber("datapointsToAlarm", datapointsToAlarm, 1, evaluationPeriods),
    treatMissingData: oneOf<TreatMissingData>("treatMissingData", treatments, treatMissingData),
  };
}

/**
 * Throws AwsError ValidationError that names the argument.
 *
 * @param name when the arguments give none
 */
export function alarmDefinition(inputs: MetricAlarmInputs, name: string, store: MetricStore): AlarmDefinition {
  const rules = readRules(inputs);
  const { metricQueries = [] } = inputs;
  const { queries, watched } = metricQueries.length > 0 ? readQueries(metricQueries, store) : readMetric(inputs, store);
  const period = queries.periodOf(watched);
  // AWS: API PutMetricAlarm, Period.
  const longest = period < 3600 ? 86_400 : 604_800;
  if (period * rules.evaluationPeriods > longest) {
    throw invalid("evaluationPeriods", `at most ${longest} seconds times the period`, rules.evaluationPeriods);
  }
  return {
    name: inputs.name ?? name,
    description: inputs.alarmDescription,
    actionsEnabled: inputs.actionsEnabled ?? true,
    actions: {
      ALARM: inputs.alarmActions ?? [],
      OK: inputs.okActions ?? [],
      INSUFFICIENT_DATA: inputs.insufficientDataActions ?? [],
    },
    rules,
    period,
    queries,
    watched,
  };
}
