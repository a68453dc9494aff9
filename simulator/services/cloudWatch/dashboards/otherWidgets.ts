// Checks the properties of text, log and alarm widgets.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html
import type { JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import { parseQuery } from "../../logs/insights/queryParser";
import type { Findings } from "./findings";
import { checkAlarmArns } from "./metricWidget";

export function checkTextWidget(findings: Findings, path: string, properties: JsonObject): void {
  findings.onlyKnown(path, properties, ["background", "markdown"]);
  findings.required(path, properties, "markdown");
  findings.string(`${path}/markdown`, properties.markdown);
  findings.oneOf(`${path}/background`, properties.background, ["transparent", "solid"]);
}

export function checkAlarmWidget(findings: Findings, path: string, properties: JsonObject): void {
  const { alarms, states = [] } = properties;
  findings.onlyKnown(path, properties, ["alarms", "sortBy", "states", "title"]);
  if (findings.required(path, properties, "alarms") && findings.array(`${path}/alarms`, alarms, 1, 100)) {
    checkAlarmArns(findings, `${path}/alarms`, alarms);
  }
  findings.string(`${path}/title`, properties.title);
  findings.oneOf(`${path}/sortBy`, properties.sortBy, ["default", "stateUpdatedTimestamp", "timestamp"]);
  if (!findings.array(`${path}/states`, states, 0, 3)) return;
  for (const [index, state] of states.entries()) {
    findings.oneOf(`${path}/states/${index}`, state, ["ALARM", "INSUFFICIENT_DATA", "OK"]);
  }
}

export function checkLogWidget(findings: Findings, path: string, properties: JsonObject): void {
  const known = ["accountId", "query", "queryLanguage", "region", "stacked", "title", "view"];
  findings.onlyKnown(path, properties, known);
  findings.required(path, properties, "query", "region");
  for (const name of ["accountId", "region", "title"]) findings.string(`${path}/${name}`, properties[name]);
  findings.boolean(`${path}/stacked`, properties.stacked);
  findings.oneOf(`${path}/view`, properties.view, ["table", "timeSeries", "bar", "pie"]);
  findings.oneOf(`${path}/queryLanguage`, properties.queryLanguage, ["CWLI"]);
  const { query } = properties;
  if (!findings.string(`${path}/query`, query) || query === undefined) return;
  const problem = queryProblem(query);
  if (problem !== undefined) findings.add(`${path}/query`, problem);
}

/** The log groups come first: `SOURCE 'a' | SOURCE 'b' | fields ...` */
function queryProblem(query: string): string | undefined {
  const [sources] = /^(?:\s*SOURCE\s+(?:'[^']+'|"[^"]+")\s*\|)+/.exec(query) ?? [];
  if (sources === undefined) return "The query must begin with its log groups, as in SOURCE 'group' | fields @message";
  try {
    parseQuery(query.slice(sources.length));
    return undefined;
  } catch (error) {
    if (error instanceof AwsError) return error.message;
    throw error;
  }
}
