// The functions of the `stats` command.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-Stats.html
import { compare, numberOf, type Value } from "./values";

/** What a statistic is made from: the values of one group, in the order of the lines. */
interface Sample {
  readonly values: readonly Value[];
  /** Of the lines that the values come from. */
  readonly timestamps: readonly Value[];
  readonly percent: number;
}

type Aggregate = (sample: Sample) => Value;

function numbers({ values }: Sample): number[] {
  return values.map(numberOf).filter((value) => value !== undefined);
}

function present({ values }: Sample): Value[] {
  return values.filter((value) => value !== undefined);
}

function overNumbers(apply: (values: readonly number[]) => number): Aggregate {
  return (sample) => {
    const found = numbers(sample);
    return found.length === 0 ? undefined : apply(found);
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}

/** The smallest value that at least that share of the values do not exceed. */
function percentile(values: readonly number[], percent: number): number | undefined {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
}

function first(order: (left: number, right: number) => number): Aggregate {
  return ({ values, timestamps }) => {
    const places = values.map((_, index) => index).filter((index) => values[index] !== undefined);
    const [chosen] = places.sort((left, right) => order(compare(timestamps[left], timestamps[right]), left - right));
    return chosen === undefined ? undefined : values[chosen];
  };
}

export const aggregations = {
  count: (sample) => present(sample).length,
  count_distinct: (sample) => new Set(present(sample)).size,
  sum: overNumbers(sum),
  avg: overNumbers(mean),
  min: (sample) => present(sample).sort(compare)[0],
  max: (sample) => present(sample).sort(compare).at(-1),
  stddev: overNumbers(deviation),
  median: (sample) => percentile(numbers(sample), 50),
  pct: (sample) => percentile(numbers(sample), sample.percent),
  earliest: first((byTime, byPlace) => byTime || byPlace),
  latest: first((byTime, byPlace) => -byTime || -byPlace),
  sortsFirst: (sample) => present(sample).sort(compare)[0],
  sortsLast: (sample) => present(sample).sort(compare).at(-1),
} satisfies Record<string, Aggregate>;

export type Aggregation = keyof typeof aggregations;

export function isAggregation(name: string): name is Aggregation {
  return Object.hasOwn(aggregations, name);
}
