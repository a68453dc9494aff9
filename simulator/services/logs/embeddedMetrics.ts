// Metrics that are written as log lines. AWS: "CloudWatch embedded metric format specification".
import type { MetricDatum } from "../../world";

/** Lambda's Node.js runtime writes these before a line of console.log: time, request id, level. */
const lambdaPrefix = /^\S+Z\t[0-9a-fA-F-]{36}\t[A-Z]+\t/;

interface Directive {
  readonly Namespace?: unknown;
  readonly Dimensions?: unknown;
  readonly Metrics?: unknown;
}

export interface EmbeddedMetrics {
  readonly data: readonly MetricDatum[];
  /** Why something in the line was left out. */
  readonly problems: readonly string[];
}

const none: EmbeddedMetrics = { data: [], problems: [] };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function valuesOf(value: unknown): readonly number[] | undefined {
  const values = Array.isArray(value) ? value : [value];
  const allNumbers = values.every((each) => typeof each === "number" && Number.isFinite(each));
  return allNumbers && values.length > 0 && values.length <= 100 ? values : undefined;
}

/** The values of one set of dimensions, taken from the line's own members. */
function dimensionsOf(line: Record<string, unknown>, names: unknown): Record<string, string> | string {
  if (!Array.isArray(names)) return "a set of Dimensions must be a list of names";
  if (names.length > 30) return `a set of Dimensions has at most 30 names, got ${names.length}`;
  const dimensions: Record<string, string> = {};
  for (const name of names) {
    const value = line[String(name)];
    if (typeof value !== "string") return `the dimension ${String(name)} has no text in the line`;
    dimensions[String(name)] = value;
  }
  return dimensions;
}

function readMetric(
  line: Record<string, unknown>,
  metric: unknown,
): Omit<MetricDatum, "namespace" | "dimensions"> | string {
  if (!isObject(metric) || typeof metric.Name !== "string") return "a metric must have a Name";
  const values = valuesOf(line[metric.Name]);
  if (values === undefined) return `the metric ${metric.Name} must be a number or 1 to 100 numbers in the line`;
  return { name: metric.Name, values, unit: typeof metric.Unit === "string" ? metric.Unit : "None" };
}

function readDirective(line: Record<string, unknown>, directive: Directive): EmbeddedMetrics {
  const { Namespace: namespace, Dimensions: sets = [[]], Metrics: metrics } = directive;
  if (typeof namespace !== "string" || namespace === "") return { data: [], problems: ["a Namespace must be given"] };
  if (!Array.isArray(sets) || !Array.isArray(metrics)) {
    return { data: [], problems: ["Dimensions and Metrics must be lists"] };
  }
  if (metrics.length > 100) return { data: [], problems: [`there are at most 100 Metrics, got ${metrics.length}`] };
  const data: MetricDatum[] = [];
  const problems: string[] = [];
  const read = metrics.map((metric) => readMetric(line, metric));
  problems.push(...read.filter((each) => typeof each === "string"));
  for (const names of sets) {
    const dimensions = dimensionsOf(line, names);
    if (typeof dimensions === "string") {
      problems.push(dimensions);
      continue;
    }
    for (const each of read) if (typeof each !== "string") data.push({ namespace, dimensions, ...each });
  }
  return { data, problems };
}

/** The metrics in a log line; none for a line that is something else. */
export function embeddedMetrics(message: string): EmbeddedMetrics {
  if (!message.includes('"_aws"')) return none;
  const line = parseObject(message.replace(lambdaPrefix, "").trim());
  const metadata = line?._aws;
  if (line === undefined || !isObject(metadata) || metadata.CloudWatchMetrics === undefined) return none;
  const directives = metadata.CloudWatchMetrics;
  if (!Array.isArray(directives)) return { data: [], problems: ["CloudWatchMetrics must be a list"] };
  const read = directives.map((directive) =>
    isObject(directive) ? readDirective(line, directive) : { data: [], problems: ["a directive must be an object"] },
  );
  return { data: read.flatMap((each) => each.data), problems: read.flatMap((each) => each.problems) };
}
