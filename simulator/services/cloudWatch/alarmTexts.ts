// What an alarm says about itself: the reason of a state, and the event that EventBridge gets.
import type { JsonObject } from "../../json";
import type { AlarmDefinition } from "./alarmDefinition";
import { type AlarmState, type ComparisonOperator, comparisons, type Verdict } from "./alarmEvaluation";
import type { Datapoint } from "./metricMath";
import type { MetricQuery } from "./metricQuery";
import { statisticName } from "./statistics";

/** A state with why and since when. */
export interface StateRecord {
  readonly value: AlarmState;
  readonly reason: string;
  /** JSON, as in API MetricAlarm, StateReasonData. */
  readonly reasonData?: string;
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
}

const comparisonTexts: Readonly<Record<ComparisonOperator, string>> = {
  GreaterThanOrEqualToThreshold: "greater than or equal to",
  GreaterThanThreshold: "greater than",
  LessThanThreshold: "less than",
  LessThanOrEqualToThreshold: "less than or equal to",
};

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** CloudWatch writes whole numbers with one decimal place. */
function number(value: number): string {
  return Number.isInteger(value) ? value.toFixed(1) : String(value);
}

/** dd/MM/yy HH:mm:ss, as in alarm reasons. */
function shortTime(time: number): string {
  const [date = "", clock = ""] = new Date(time).toISOString().split(/[T.]/);
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${month}/${year.slice(2)} ${clock}`;
}

/** As in alarm events: 2019-10-01T13:56:40.987+0000. */
function longTime(time: number): string {
  return new Date(time).toISOString().replace("Z", "+0000");
}

export interface Evaluation {
  readonly verdict: Verdict;
  /** Of the evaluation range, most recent first. */
  readonly datapoints: readonly Datapoint[];
  /** When the most recent period ended, in milliseconds since the epoch. */
  readonly end: number;
}

function startOf(age: number, { end }: Evaluation, definition: AlarmDefinition): number {
  return end - (age + 1) * definition.period * 1000;
}

function missingText(filled: number, { rules }: AlarmDefinition): string {
  if (filled === 0 || rules.treatMissingData === "missing" || rules.treatMissingData === "ignore") return "";
  const treated = rules.treatMissingData === "breaching" ? "Breaching" : "NonBreaching";
  return ` and ${plural(filled, "missing datapoint")} ${filled === 1 ? "was" : "were"} treated as [${treated}]`;
}

function minimumText(from: AlarmState, to: AlarmState, { rules }: AlarmDefinition): string {
  const forOk = rules.evaluationPeriods - rules.datapointsToAlarm + 1;
  const count = to === "ALARM" ? rules.datapointsToAlarm : forOk;
  const origin = from === "INSUFFICIENT_DATA" ? (to === "ALARM" ? "OK" : "ALARM") : from;
  return ` (minimum ${plural(count, "datapoint")} for ${origin} -> ${to} transition).`;
}

/** Why an evaluation led to a state; in CloudWatch's own words. */
export function reason(from: AlarmState, to: AlarmState, evaluation: Evaluation, definition: AlarmDefinition): string {
  const { verdict, datapoints } = evaluation;
  const { rules } = definition;
  if (to === "INSUFFICIENT_DATA") {
    const unknown = rules.evaluationPeriods;
    return `Insufficient Data: ${plural(unknown, "datapoint")} ${unknown === 1 ? "was" : "were"} unknown.`;
  }
  const missing = missingText(verdict.filled, definition);
  if (verdict.evaluated.length === 0) {
    const periods = plural(rules.evaluationPeriods, "period");
    return `Threshold Crossed: no datapoints were received for ${periods}${missing}.`;
  }
  const isBreaching = comparisons[rules.comparisonOperator];
  const decisive = verdict.evaluated.filter(
    (age) => isBreaching(datapoints[age] as number, rules.threshold) === (to === "ALARM"),
  );
  const listed = decisive.map((age) => {
    const value = number(datapoints[age] as number);
    return `${value} (${shortTime(startOf(age, evaluation, definition))})`;
  });
  const not = to === "ALARM" ? "" : "not ";
  const comparison = `${not}${comparisonTexts[rules.comparisonOperator]} the threshold (${number(rules.threshold)})`;
  const subject = `${listed.length} out of the last ${rules.evaluationPeriods} datapoints [${listed.join(", ")}]`;
  const verb = listed.length === 1 ? "was" : "were";
  return `Threshold Crossed: ${subject} ${verb} ${comparison}${missing}${minimumText(from, to, definition)}`;
}

/** AWS: API MetricAlarm, StateReasonData. */
export function reasonData(evaluation: Evaluation, definition: AlarmDefinition, now: number): string {
  const { verdict, datapoints } = evaluation;
  const oldest = verdict.evaluated.at(-1);
  return JSON.stringify({
    version: "1.0",
    queryDate: longTime(now),
    ...(oldest === undefined ? {} : { startDate: longTime(startOf(oldest, evaluation, definition)) }),
    period: definition.period,
    recentDatapoints: [...verdict.evaluated].reverse().map((age) => datapoints[age]),
    threshold: definition.rules.threshold,
  });
}

function describeQuery(query: MetricQuery): JsonObject {
  const { id, label, returnData, source } = query;
  const common = { id, ...(label === undefined ? {} : { label }), returnData };
  if (source.kind === "math") return { ...common, expression: source.expression };
  const { series, statistic, period } = source.stat;
  const { namespace, name, dimensions } = series.identity;
  return { ...common, metricStat: { metric: { namespace, name, dimensions }, period, stat: statisticName(statistic) } };
}

function describeState(state: StateRecord): JsonObject {
  const { value, reason, reasonData, timestamp } = state;
  return { value, reason, ...(reasonData === undefined ? {} : { reasonData }), timestamp: longTime(timestamp) };
}

/** The detail of "CloudWatch Alarm State Change". AWS: "Alarm events and EventBridge". */
export function stateChangeDetail(definition: AlarmDefinition, previous: StateRecord, state: StateRecord): JsonObject {
  const { name, description, queries } = definition;
  return {
    alarmName: name,
    configuration: {
      ...(description === undefined ? {} : { description }),
      metrics: queries.all.map(describeQuery),
    },
    previousState: describeState(previous),
    state: describeState(state),
  };
}
