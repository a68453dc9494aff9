// The metrics of a metric widget: raw metrics with their shorthand, and expressions.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html#CloudWatch-Dashboard-Properties-Metrics-Array-Format
import type { JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import { metricMath } from "../metricMath";
import { type Findings, isObject } from "./findings";

/** https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html */
const mostMetrics = 500;
const mostDimensions = 30;

const renderingProperties = ["accountId", "color", "id", "label", "period", "region", "stat", "visible", "yAxis"];
const arraysOfStrings =
  'Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element';

/** AWS: "CloudWatch statistics definitions"; the trimmed ones take one or two bounds. */
const statistic =
  /^(?:SampleCount|Average|Sum|Minimum|Maximum|IQM|p\d{1,2}(?:\.\d{1,10})?|p100|(?:tm|wm|tc|ts)\d{1,2}(?:\.\d+)?|(?:TM|WM|PR|TC|TS)\([\d.%:]+\))$/;
const id = /^[a-z][A-Za-z0-9_]*$/;
const color = /^#[0-9A-Fa-f]{6}$/;

/** Queries and functions that are not metric math. */
const notMetricMath = /^\s*(?:SELECT|INSIGHT_RULE_METRIC|DB_PERF_INSIGHTS|LAMBDA)\b/;
const search = /\bSEARCH\s*\(/;

export function checkMetrics(findings: Findings, path: string, value: unknown): void {
  if (!findings.array(path, value, 1, mostMetrics)) return;
  const ids = new Set<string>();
  let previous: readonly string[] | undefined;
  for (const [index, metric] of value.entries()) {
    const at = `${path}/${index}`;
    if (!Array.isArray(metric)) {
      findings.add(at, "Should be array");
      findings.add(at, arraysOfStrings);
      continue;
    }
    const rendering: unknown = isObject(metric.at(-1)) ? metric.at(-1) : undefined;
    const texts: unknown[] = rendering === undefined ? metric : metric.slice(0, -1);
    const expression = isObject(rendering) && rendering.expression !== undefined;
    if (isObject(rendering)) checkRendering(findings, `${at}/${metric.length - 1}`, rendering, ids, expression);
    if (expression) {
      if (texts.length > 0) findings.add(at, "An expression must stand alone in its array");
    } else if (texts.every((text) => typeof text === "string")) {
      previous = expanded(findings, at, texts, previous);
    } else findings.add(at, arraysOfStrings);
  }
  checkExpressions(findings, path, value, ids);
}

function checkRendering(
  findings: Findings,
  path: string,
  rendering: JsonObject,
  ids: Set<string>,
  expression: boolean,
): void {
  findings.onlyKnown(path, rendering, expression ? [...renderingProperties, "expression"] : renderingProperties);
  for (const name of ["accountId", "label", "region"]) findings.string(`${path}/${name}`, rendering[name]);
  findings.matches(`${path}/color`, rendering.color, color);
  findings.matches(`${path}/id`, rendering.id, id);
  findings.oneOf(`${path}/yAxis`, rendering.yAxis, ["left", "right"]);
  findings.boolean(`${path}/visible`, rendering.visible);
  checkPeriod(findings, `${path}/period`, rendering.period);
  checkStatistic(findings, `${path}/stat`, rendering.stat);
  if (typeof rendering.id !== "string") return;
  if (ids.has(rendering.id)) findings.add(`${path}/id`, `The id '${rendering.id}' is used twice`);
  ids.add(rendering.id);
}

/** "." stands for what is at its place in the metric before, "..." for all that comes before the places after it. */
function expanded(
  findings: Findings,
  path: string,
  texts: readonly string[],
  previous: readonly string[] | undefined,
): readonly string[] | undefined {
  let full: readonly string[] = texts;
  if (texts.some((text) => text === "." || text === "...")) {
    if (previous === undefined) {
      findings.add(path, `The first metric has nothing before it that "." or "..." could repeat`);
      return undefined;
    }
    const rest = texts[0] === "..." ? texts.slice(1) : texts;
    const offset = texts[0] === "..." ? previous.length - rest.length : 0;
    const tail = rest.map((text, index) => (text === "." ? previous[index + offset] : text));
    if (rest.includes("...") || tail.includes(undefined) || offset < 0) {
      findings.add(path, `"." and "..." must repeat something of the metric before`);
      return undefined;
    }
    full = [...previous.slice(0, offset), ...tail.filter((text) => text !== undefined)];
  }
  if (full.length < 2 || full.length % 2 !== 0 || full.includes("") || full.includes("..")) {
    findings.add(path, "A metric is a namespace, a name, and pairs of a dimension's name and value");
  } else if (full.length > 2 + 2 * mostDimensions) {
    findings.add(path, `A metric has at most ${mostDimensions} dimensions`);
  }
  return full;
}

/** Metric math, with references to ids of the same widget. */
function checkExpressions(
  findings: Findings,
  path: string,
  metrics: readonly unknown[],
  ids: ReadonlySet<string>,
): void {
  for (const [index, metric] of metrics.entries()) {
    const rendering: unknown = Array.isArray(metric) ? metric.at(-1) : undefined;
    if (!isObject(rendering) || rendering.expression === undefined) continue;
    const at = `${path}/${index}/0/expression`;
    const { expression } = rendering;
    if (!findings.string(at, expression) || expression === undefined) continue;
    if (notMetricMath.test(expression) || search.test(expression)) continue;
    const unknown = mathProblem(expression, ids);
    if (unknown !== undefined) findings.add(at, unknown);
  }
}

function mathProblem(expression: string, ids: ReadonlySet<string>): string | undefined {
  try {
    const missing = metricMath(expression).references.filter((reference) => !ids.has(reference));
    return missing.length === 0 ? undefined : `There is no metric with the id ${missing.join(", ")}`;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}

export function checkPeriod(findings: Findings, path: string, value: unknown): void {
  if (value === undefined) return;
  const valid =
    Number.isInteger(value) &&
    ([1, 5, 10, 30].includes(Number(value)) || (Number(value) > 0 && Number(value) % 60 === 0));
  if (!valid) findings.add(path, "Should be 1, 5, 10, 30, 60 or a multiple of 60");
}

export function checkStatistic(findings: Findings, path: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== "string" || !statistic.test(value))
    findings.add(path, `Invalid statistic: ${JSON.stringify(value)}`);
}
