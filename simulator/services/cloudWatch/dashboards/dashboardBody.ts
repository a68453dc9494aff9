// Checks the body of a dashboard as PutDashboard does.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
import type { JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import { type Finding, Findings, isObject } from "./findings";
import { checkMetricWidget } from "./metricWidget";
import { checkAlarmWidget, checkLogWidget, checkTextWidget } from "./otherWidgets";

const mostWidgets = 500;

const widgetChecks: Readonly<Record<string, (findings: Findings, path: string, properties: JsonObject) => void>> = {
  alarm: checkAlarmWidget,
  log: checkLogWidget,
  metric: checkMetricWidget,
  text: checkTextWidget,
};

/** Documented, and left out of the simulator. */
const otherTypes = ["chart", "custom", "explorer"];

/**
 * What is wrong with a body; nothing when it is valid.
 * @throws AwsError SimulatorUnsupportedArgument for what CloudWatch has and the simulator has not
 */
export function checkDashboardBody(text: string): readonly Finding[] {
  const body = parsed(text);
  const findings = new Findings();
  if (body === undefined) {
    findings.add("/", "The field DashboardBody must be a valid JSON object");
    return findings.all;
  }
  if (body.variables !== undefined) throw unsupported("[variables]");
  findings.onlyKnown("/", body, ["end", "periodOverride", "start", "widgets"]);
  findings.oneOf("/periodOverride", body.periodOverride, ["auto", "inherit"]);
  checkSpan(findings, body);
  if (findings.required("/", body, "widgets") && findings.array("/widgets", body.widgets, 0, mostWidgets)) {
    for (const [index, widget] of body.widgets.entries()) checkWidget(findings, `/widgets/${index}`, widget);
  }
  return findings.all;
}

function parsed(text: string): JsonObject | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

/** A start is relative, such as -PT6H, or a time; an end is a time, and needs a start. */
function checkSpan(findings: Findings, { start, end }: JsonObject): void {
  const isTime = (value: unknown) => typeof value === "string" && !Number.isNaN(Date.parse(value));
  const relative = /^-P(?=.)(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?$/;
  if (start !== undefined && !isTime(start) && !relative.test(String(start))) {
    findings.add("/start", "Should be a time of ISO 8601, or a span before now such as -PT6H");
  }
  if (end === undefined) return;
  if (!isTime(end)) findings.add("/end", "Should be a time of ISO 8601");
  if (start === undefined) findings.add("/", "Should have required property 'start'");
}

function checkWidget(findings: Findings, path: string, widget: unknown): void {
  if (!findings.object(path, widget)) return;
  const { type, properties } = widget;
  if (typeof type === "string" && otherTypes.includes(type)) throw unsupported(`the widget type ${type}`);
  findings.onlyKnown(path, widget, ["height", "properties", "type", "width", "x", "y"]);
  findings.integer(`${path}/x`, widget.x, 0, 23);
  findings.integer(`${path}/y`, widget.y, 0);
  findings.integer(`${path}/width`, widget.width, 1, 24);
  findings.integer(`${path}/height`, widget.height, 1, 1_000);
  if (!findings.required(path, widget, "type", "properties")) return;
  findings.oneOf(`${path}/type`, type, Object.keys(widgetChecks));
  if (!findings.object(`${path}/properties`, properties) || typeof type !== "string") return;
  widgetChecks[type]?.(findings, `${path}/properties`, properties);
}

function unsupported(what: string): AwsError {
  return new AwsError("SimulatorUnsupportedArgument", `the simulator's [DashboardBody] does not have ${what}`, 501);
}
