// What a dashboard's body may hold, and where a mistake is said to be.
import { describe, expect, it } from "vitest";
import { checkDashboardBody } from "../../../../../../simulator/services/cloudWatch/dashboards/dashboardBody";

const region = "eu-west-1";
const invocations = ["AWS/Lambda", "Invocations", "FunctionName", "charge"];

function findings(body: unknown): string[] {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return checkDashboardBody(text).map(({ dataPath, message }) => `${dataPath}: ${message}`);
}

const widget = (type: string, properties: object, rest: object = {}) => ({ widgets: [{ type, properties, ...rest }] });
const metric = (properties: object) => widget("metric", { region, metrics: [invocations], ...properties });
const metrics = (...list: unknown[]) => metric({ metrics: list });
const properties = "/widgets/0/properties";

describe("a valid body", () => {
  it.each([
    { widgets: [] },
    { start: "-PT6H", periodOverride: "inherit", widgets: [] },
    { start: "2026-01-01T00:00:00Z", end: "2026-01-02T00:00:00Z", widgets: [] },
    widget("text", { markdown: "# Hello", background: "transparent" }, { x: 0, y: 7, width: 24, height: 1 }),
    metric({
      view: "timeSeries",
      stacked: false,
      stat: "p99",
      period: 300,
      title: "t",
      liveData: false,
      legend: { position: "right" },
    }),
    metric({ view: "gauge", yAxis: { left: { min: 0, max: 100 } } }),
    metrics(
      invocations,
      [".", "Errors", ".", "."],
      ["...", "refund"],
      ["...", { stat: "Sum", color: "#00ff00", label: "x", yAxis: "right" }],
    ),
    metrics(
      [...invocations, { id: "m1", visible: false }],
      [{ expression: "FILL(m1, 0) * 100", label: "doubled", id: "e1" }],
    ),
    metrics([{ expression: "SEARCH('{AWS/Lambda,FunctionName} Errors', 'Sum')" }]),
    metric({
      annotations: {
        horizontal: [{ value: 1, label: "limit", fill: "above" }, [{ value: 1 }, { value: 2 }]],
        vertical: [{ value: "2026-01-01T00:00:00Z" }],
      },
    }),
    widget("metric", { region, annotations: { alarms: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a"] } }),
    widget("alarm", {
      alarms: ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a"],
      sortBy: "default",
      states: ["ALARM"],
    }),
    widget("log", {
      region,
      query: "SOURCE '/aws/lambda/a' | SOURCE \"b\" | fields @message | limit 5",
      view: "table",
    }),
  ])("%j", (body) => {
    expect(findings(body)).toEqual([]);
  });
});

describe("the overall structure", () => {
  it.each([
    ["{", "/: The field DashboardBody must be a valid JSON object"],
    ["[]", "/: The field DashboardBody must be a valid JSON object"],
    [{}, "/: Should have required property 'widgets'"],
    [{ widgets: {} }, "/widgets: Should be array"],
    [
      { widgets: Array(501).fill({ type: "text", properties: { markdown: "" } }) },
      "/widgets: Should NOT have more than 500 items",
    ],
    [{ widgets: [], title: "t" }, "/: Should NOT have additional properties, such as 'title'"],
    [
      { widgets: [], periodOverride: "never" },
      "/periodOverride: Should be equal to one of the allowed values: auto, inherit",
    ],
    [{ widgets: [], start: "yesterday" }, "/start: Should be a time of ISO 8601, or a span before now such as -PT6H"],
    [{ widgets: [], start: "-PT6H", end: "-PT1H" }, "/end: Should be a time of ISO 8601"],
    [{ widgets: [], end: "2026-01-01T00:00:00Z" }, "/: Should have required property 'start'"],
    [{ widgets: [7] }, "/widgets/0: Should be object"],
    [{ widgets: [{ type: "text" }] }, "/widgets/0: Should have required property 'properties'"],
    [widget("graph", {}), "/widgets/0/type: Should be equal to one of the allowed values: alarm, log, metric, text"],
    [widget("text", { markdown: "" }, { x: 24 }), "/widgets/0/x: Should be <= 23"],
    [widget("text", { markdown: "" }, { y: -1 }), "/widgets/0/y: Should be >= 0"],
    [widget("text", { markdown: "" }, { width: 25 }), "/widgets/0/width: Should be <= 24"],
    [widget("text", { markdown: "" }, { height: 1001 }), "/widgets/0/height: Should be <= 1000"],
    [widget("text", { markdown: "" }, { width: 1.5 }), "/widgets/0/width: Should be integer"],
  ])("%j", (body, finding) => {
    expect(findings(body)).toEqual([finding]);
  });

  it.each([
    [{ widgets: [], variables: [] }, "[variables]"],
    [widget("explorer", {}), "the widget type explorer"],
  ])("of %j is more than the simulator has", (body, what) => {
    expect(() => findings(body)).toThrow(`the simulator's [DashboardBody] does not have ${what}`);
  });
});

describe("a metric widget", () => {
  it("needs metrics or an alarm, in AWS's own words", () => {
    expect(findings(widget("metric", { region }))).toEqual([
      `${properties}: Should have required property 'metrics'`,
      `${properties}: The metric widget should have specified a region and a data source or an alarm annotation`,
    ]);
  });

  it("has an array of arrays, in AWS's own words", () => {
    expect(findings(metrics("AWS/Lambda"))).toEqual([
      `${properties}/metrics/0: Should be array`,
      `${properties}/metrics/0: Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element`,
    ]);
    expect(findings(metrics(["AWS/Lambda", 7]))).toEqual([
      `${properties}/metrics/0: Field "metrics" has to be an array of array of strings, with an optional metricRenderer object as last element`,
    ]);
  });

  const path = `${properties}/metrics`;
  it.each([
    [metrics(), `${path}: Should NOT have less than 1 items`],
    [metrics(...Array(501).fill(invocations)), `${path}: Should NOT have more than 500 items`],
    [metrics(["AWS/Lambda"]), `${path}/0: A metric is a namespace, a name, and pairs of a dimension's name and value`],
    [
      metrics(["AWS/Lambda", "Errors", "FunctionName"]),
      `${path}/0: A metric is a namespace, a name, and pairs of a dimension's name and value`,
    ],
    [metrics(["", "Errors"]), `${path}/0: A metric is a namespace, a name, and pairs of a dimension's name and value`],
    [metrics([".", "Errors"]), `${path}/0: The first metric has nothing before it that "." or "..." could repeat`],
    [
      metrics(["AWS/Lambda", "Errors"], [".", ".", ".", "."]),
      `${path}/1: "." and "..." must repeat something of the metric before`,
    ],
    [
      metrics(invocations, ["..", "refund"]),
      `${path}/1: A metric is a namespace, a name, and pairs of a dimension's name and value`,
    ],
    [metrics([...invocations, { color: "red" }]), `${path}/0/4/color: Should match pattern "^#[0-9A-Fa-f]{6}$"`],
    [
      metrics([...invocations, { colour: "#ff0000" }]),
      `${path}/0/4: Should NOT have additional properties, such as 'colour'`,
    ],
    [metrics([...invocations, { stat: "Mean" }]), `${path}/0/4/stat: Invalid statistic: "Mean"`],
    [metrics([...invocations, { period: 90 }]), `${path}/0/4/period: Should be 1, 5, 10, 30, 60 or a multiple of 60`],
    [
      metrics([...invocations, { yAxis: "top" }]),
      `${path}/0/4/yAxis: Should be equal to one of the allowed values: left, right`,
    ],
    [metrics([...invocations, { id: "M1" }]), `${path}/0/4/id: Should match pattern "^[a-z][A-Za-z0-9_]*$"`],
    [metrics([...invocations, { id: "m" }], ["...", { id: "m" }]), `${path}/1/1/id: The id 'm' is used twice`],
    [metrics([{ expression: "m1 * 2" }]), `${path}/0/0/expression: There is no metric with the id m1`],
    [metrics([{ expression: "1 +" }]), `${path}/0/0/expression: Error in expression '1 +': unexpected 'the end'`],
    [metrics(["AWS/Lambda", { expression: "1" }]), `${path}/0: An expression must stand alone in its array`],
    [metric({ region: undefined }), `${properties}: Should have required property 'region'`],
    [metric({ region: "Ireland" }), `${properties}/region: Should match pattern "^[a-z]{2}(?:-[a-z]+)+-\\d$"`],
    [
      metric({ view: "line" }),
      `${properties}/view: Should be equal to one of the allowed values: timeSeries, singleValue, gauge, bar, pie, table`,
    ],
    [metric({ view: "gauge" }), `${properties}/yAxis: A gauge must have a min and a max of its left yAxis`],
    [metric({ stacked: "no" }), `${properties}/stacked: Should be boolean`],
    [metric({ period: 301 }), `${properties}/period: Should be 1, 5, 10, 30, 60 or a multiple of 60`],
    [metric({ stat: "p101" }), `${properties}/stat: Invalid statistic: "p101"`],
    [metric({ title: 7 }), `${properties}/title: Should be string`],
    [
      metric({ legend: { position: "top" } }),
      `${properties}/legend/position: Should be equal to one of the allowed values: bottom, right, hidden`,
    ],
    [metric({ yAxis: { left: { min: "0" } } }), `${properties}/yAxis/left/min: Should be number`],
    [
      metric({ annotations: { horizontal: [{ label: "x" }] } }),
      `${properties}/annotations/horizontal/0: Should have required property 'value'`,
    ],
    [
      metric({ annotations: { horizontal: [[{ value: 1 }]] } }),
      `${properties}/annotations/horizontal/0: A band has two edges`,
    ],
    [
      metric({ annotations: { vertical: [{ value: "noon" }] } }),
      `${properties}/annotations/vertical/0/value: Should be a time of ISO 8601`,
    ],
    [
      metric({ annotations: { alarms: ["a"] } }),
      `${properties}/annotations/alarms/0: Should match pattern "^arn:[a-z-]+:cloudwatch:[a-z0-9-]+:\\d{12}:alarm:.+$"`,
    ],
  ])("%j", (body, finding) => {
    expect(findings(body)).toEqual([finding]);
  });
});

describe("another widget", () => {
  it.each([
    [widget("text", {}), `${properties}: Should have required property 'markdown'`],
    [
      widget("text", { markdown: "", background: "red" }),
      `${properties}/background: Should be equal to one of the allowed values: transparent, solid`,
    ],
    [widget("alarm", { alarms: [] }), `${properties}/alarms: Should NOT have less than 1 items`],
    [widget("alarm", {}), `${properties}: Should have required property 'alarms'`],
    [widget("log", { query: "SOURCE 'a' | limit 1" }), `${properties}: Should have required property 'region'`],
    [
      widget("log", { region, query: "limit 1" }),
      `${properties}/query: The query must begin with its log groups, as in SOURCE 'group' | fields @message`,
    ],
    [
      widget("log", { region, query: "SOURCE 'a' | limit" }),
      `${properties}/query: expected a whole number from 1 to 10000, got the end of the query (characters 6 to 6)`,
    ],
    [
      widget("log", { region, query: "SOURCE 'a' | limit 1", view: "singleValue" }),
      `${properties}/view: Should be equal to one of the allowed values: table, timeSeries, bar, pie`,
    ],
  ])("%j", (body, finding) => {
    expect(findings(body)).toEqual([finding]);
  });
});
