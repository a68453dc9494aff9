// Decides an alarm's state from its datapoints. AWS: "Configuring how CloudWatch alarms treat missing data".
import type { Datapoint } from "./metricMath";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export const treatments = ["missing", "ignore", "breaching", "notBreaching"] as const;
export type TreatMissingData = (typeof treatments)[number];

export const comparisons = {
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
  LessThanOrEqualToThreshold: (value: number, threshold: number) => value <= threshold,
} as const;
export type ComparisonOperator = keyof typeof comparisons;

export interface EvaluationRules {
  readonly comparisonOperator: ComparisonOperator;
  readonly threshold: number;
  /** N. */
  readonly evaluationPeriods: number;
  /** M. */
  readonly datapointsToAlarm: number;
  readonly treatMissingData: TreatMissingData;
}

/**
 * How many periods back an alarm looks for datapoints. AWS documents that they are more than the evaluation periods and
 * shows five for three; the rule behind it is not published.
 */
export function evaluationRange(rules: Pick<EvaluationRules, "evaluationPeriods">): number {
  return rules.evaluationPeriods + 2;
}

interface Real {
  /** 0 is the most recent period. */
  readonly age: number;
  readonly value: number;
  readonly breaching: boolean;
}

export interface Verdict {
  /** Undefined: the alarm stays in the state that it is in. */
  readonly state: AlarmState | undefined;
  /** The ages (0 is the most recent period) of the datapoints that were there and counted, most recent first. */
  readonly evaluated: readonly number[];
  /** How many missing ones were filled in. */
  readonly filled: number;
}

/**
 * "Avoiding premature transitions to alarm state": with fewer datapoints than the evaluation needs, all of them
 * breaching, the alarm goes off when the oldest of them is at least as old as the datapoints to alarm.
 */
function goesOffWithFewDatapoints(real: readonly Real[], datapointsToAlarm: number): boolean {
  const oldest = real.at(-1);
  return oldest !== undefined && real.every((point) => point.breaching) && oldest.age + 1 >= datapointsToAlarm;
}

function stateWithFewDatapoints(real: readonly Real[], rules: EvaluationRules): AlarmState | undefined {
  const breaching = real.filter((point) => point.breaching).length;
  const filled = rules.evaluationPeriods - real.length;
  const enough = (count: number): AlarmState => (count >= rules.datapointsToAlarm ? "ALARM" : "OK");
  if (rules.treatMissingData === "breaching") return enough(breaching + filled);
  if (rules.treatMissingData === "notBreaching" || breaching >= rules.datapointsToAlarm) return enough(breaching);
  if (real.some((point) => !point.breaching)) return "OK";
  if (rules.treatMissingData === "ignore") return undefined;
  return goesOffWithFewDatapoints(real, rules.datapointsToAlarm) ? "ALARM" : "INSUFFICIENT_DATA";
}

/** @param datapoints of the evaluation range, most recent first */
export function evaluate(datapoints: readonly Datapoint[], rules: EvaluationRules): Verdict {
  const isBreaching = comparisons[rules.comparisonOperator];
  const real: Real[] = [];
  datapoints.forEach((value, age) => {
    if (value === undefined || real.length === rules.evaluationPeriods) return;
    real.push({ age, value, breaching: isBreaching(value, rules.threshold) });
  });
  const evaluated = real.map((point) => point.age);
  if (real.length < rules.evaluationPeriods) {
    return {
      state: stateWithFewDatapoints(real, rules),
      evaluated,
      filled: rules.evaluationPeriods - real.length,
    };
  }
  const breaching = real.filter((point) => point.breaching).length;
  return { state: breaching >= rules.datapointsToAlarm ? "ALARM" : "OK", evaluated, filled: 0 };
}
