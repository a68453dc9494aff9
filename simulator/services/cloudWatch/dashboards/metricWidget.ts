// Checks the properties of a metric widget.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html#CloudWatch-Dashboard-Properties-Metric-Widget-Object
import type { JsonObject } from "../../../json";
import { type Findings, isObject } from "./findings";
import { checkMetrics, checkPeriod, checkStatistic } from "./metricsArray";

const known = [
  "accountId",
  "annotations",
  "legend",
  "liveData",
  "metrics",
  "period",
  "region",
  "setPeriodToTimeRange",
  "singleValueFullPrecision",
  "sparkline",
  "stacked",
  "stat",
  "table",
  "timezone",
  "title",
  "trend",
  "view",
  "yAxis",
];
const views = ["timeSeries", "singleValue", "gauge", "bar", "pie", "table"];
const bandProperties = ["color", "fill", "label", "value", "visible", "yAxis"];

export function checkMetricWidget(findings: Findings, path: string, properties: JsonObject): void {
  const { annotations, metrics, region, view } = properties;
  const alarms = isObject(annotations) ? annotations.alarms : undefined;
  findings.onlyKnown(path, properties, known);
  if (metrics === undefined && alarms === undefined) {
    findings.required(path, properties, "metrics");
    findings.add(path, "The metric widget should have specified a region and a data source or an alarm annotation");
  } else findings.required(path, properties, "region");
  if (metrics !== undefined) checkMetrics(findings, `${path}/metrics`, metrics);
  findings.matches(`${path}/region`, region, /^[a-z]{2}(?:-[a-z]+)+-\d$/);
  for (const name of ["accountId", "title", "timezone"]) findings.string(`${path}/${name}`, properties[name]);
  for (const name of [
    "liveData",
    "setPeriodToTimeRange",
    "singleValueFullPrecision",
    "sparkline",
    "stacked",
    "trend",
  ]) {
    findings.boolean(`${path}/${name}`, properties[name]);
  }
  findings.oneOf(`${path}/view`, view, views);
  checkPeriod(findings, `${path}/period`, properties.period);
  checkStatistic(findings, `${path}/stat`, properties.stat);
  checkLegend(findings, `${path}/legend`, properties.legend);
  checkAxes(findings, `${path}/yAxis`, properties.yAxis, view === "gauge");
  if (annotations !== undefined) checkAnnotations(findings, `${path}/annotations`, annotations);
}

function checkLegend(findings: Findings, path: string, legend: unknown): void {
  if (legend === undefined || !findings.object(path, legend)) return;
  findings.onlyKnown(path, legend, ["position"]);
  findings.oneOf(`${path}/position`, legend.position, ["bottom", "right", "hidden"]);
}

/** A gauge needs both ends of its scale. */
function checkAxes(findings: Findings, path: string, axes: unknown, gauge: boolean): void {
  if (gauge && !isObject(axes)) findings.add(path, "A gauge must have a min and a max of its left yAxis");
  if (axes === undefined || !findings.object(path, axes)) return;
  findings.onlyKnown(path, axes, ["left", "right"]);
  for (const [side, axis] of Object.entries(axes)) {
    const at = `${path}/${side}`;
    if (!findings.object(at, axis)) continue;
    findings.onlyKnown(at, axis, ["label", "max", "min", "showUnits"]);
    findings.string(`${at}/label`, axis.label);
    findings.boolean(`${at}/showUnits`, axis.showUnits);
    findings.number(`${at}/min`, axis.min);
    findings.number(`${at}/max`, axis.max);
    if (gauge && side === "left") findings.required(at, axis, "min", "max");
  }
}

function checkAnnotations(findings: Findings, path: string, annotations: unknown): void {
  if (!findings.object(path, annotations)) return;
  findings.onlyKnown(path, annotations, ["alarms", "horizontal", "vertical"]);
  const { alarms, horizontal = [], vertical = [] } = annotations;
  if (alarms !== undefined && findings.array(`${path}/alarms`, alarms, 1, 1)) {
    checkAlarmArns(findings, `${path}/alarms`, alarms);
  }
  checkBands(findings, `${path}/horizontal`, horizontal, (at, band) => {
    findings.number(`${at}/value`, band.value);
    findings.oneOf(`${at}/fill`, band.fill, ["above", "below", "none"]);
    findings.oneOf(`${at}/yAxis`, band.yAxis, ["left", "right"]);
  });
  checkBands(findings, `${path}/vertical`, vertical, (at, band) => {
    const time = findings.string(`${at}/value`, band.value) ? Date.parse(band.value ?? "") : 0;
    if (Number.isNaN(time)) findings.add(`${at}/value`, "Should be a time of ISO 8601");
    findings.oneOf(`${at}/fill`, band.fill, ["before", "after", "none"]);
  });
}

/** Each is one line, or two lines with a band between them. */
function checkBands(
  findings: Findings,
  path: string,
  bands: unknown,
  check: (path: string, band: JsonObject) => void,
): void {
  if (!findings.array(path, bands, 0, Number.POSITIVE_INFINITY)) return;
  for (const [index, entry] of bands.entries()) {
    const at = `${path}/${index}`;
    const edges: unknown[] = Array.isArray(entry) ? entry : [entry];
    if (Array.isArray(entry) && entry.length !== 2) findings.add(at, "A band has two edges");
    for (const [edge, band] of edges.entries()) {
      const place = Array.isArray(entry) ? `${at}/${edge}` : at;
      if (!findings.object(place, band)) continue;
      findings.onlyKnown(place, band, bandProperties);
      findings.required(place, band, "value");
      findings.string(`${place}/label`, band.label);
      findings.matches(`${place}/color`, band.color, /^#[0-9A-Fa-f]{6}$/);
      check(place, band);
    }
  }
}

export function checkAlarmArns(findings: Findings, path: string, alarms: readonly unknown[]): void {
  for (const [index, alarm] of alarms.entries()) {
    findings.matches(`${path}/${index}`, alarm, /^arn:[a-z-]+:cloudwatch:[a-z0-9-]+:\d{12}:alarm:.+$/);
  }
}
