// The arguments of aws:cloudwatch/metricAlarm:MetricAlarm: what is taken, what is refused and how.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { cloudWatchWorld } from "./cloudWatchWorld";

const refusal = (inputs: JsonObject) => {
  const { alarm } = cloudWatchWorld();
  try {
    alarm(inputs);
  } catch (error) {
    return (error as Error).message;
  }
  return "taken";
};

describe("an alarm's arguments", () => {
  it("give the provider's properties", () => {
    const { cloudWatch } = cloudWatchWorld();
    const inputs = {
      namespace: "App",
      metricName: "Failures",
      statistic: "Sum",
      period: 60,
      threshold: 1,
      comparisonOperator: "GreaterThanThreshold",
      evaluationPeriods: 2,
      tags: { team: "shop" },
    };
    const created = cloudWatch.resourceTypes["aws:cloudwatch/metricAlarm:MetricAlarm"]?.create(
      inputs,
      "failures-1234567",
    );
    expect(created).toEqual({
      id: "failures-1234567",
      state: {
        ...inputs,
        name: "failures-1234567",
        arn: "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:failures-1234567",
        actionsEnabled: true,
        treatMissingData: "missing",
        tagsAll: { team: "shop" },
      },
    });
  });

  it.each<[JsonObject, string]>([
    [
      { comparisonOperator: "Above" },
      '[comparisonOperator] must be one of GreaterThanOrEqualToThreshold, GreaterThanThreshold, LessThanThreshold, LessThanOrEqualToThreshold, got "Above"',
    ],
    [
      { treatMissingData: "good" },
      '[treatMissingData] must be one of missing, ignore, breaching, notBreaching, got "good"',
    ],
    [{ threshold: undefined }, "[threshold] must be a number, got nothing"],
    [{ evaluationPeriods: 0 }, "[evaluationPeriods] must be a whole number from 1 to 10080, got 0"],
    [{ evaluationPeriods: 3, datapointsToAlarm: 4 }, "[datapointsToAlarm] must be a whole number from 1 to 3, got 4"],
    [
      { period: 30 },
      "[period] must be a multiple of 60 seconds (the simulator has no high-resolution metrics), got 30",
    ],
    [
      { period: 600, evaluationPeriods: 145 },
      "[evaluationPeriods] must be at most 86400 seconds times the period, got 145",
    ],
    [
      { period: 3600, evaluationPeriods: 169 },
      "[evaluationPeriods] must be at most 604800 seconds times the period, got 169",
    ],
    [{ period: 3600, evaluationPeriods: 168 }, "taken"],
    [{ statistic: "Median" }, '[statistic] must be one of SampleCount, Average, Sum, Minimum, Maximum, got "Median"'],
    [{ extendedStatistic: "p90" }, "exactly one of [statistic] and [extendedStatistic] must be given"],
    [
      { statistic: undefined, extendedStatistic: "tm99" },
      '[extendedStatistic] must be one of SampleCount, Average, Sum, Minimum, Maximum or p0 to p100, got "tm99"',
    ],
    [{ namespace: undefined }, "[namespace] must be given with metricName, got nothing"],
    [{ metricName: undefined }, "[metricName] must be given unless there are metricQueries, got nothing"],
  ])("are refused by name: %j", (inputs, message) => {
    expect(refusal(inputs)).toBe(message);
  });

  const metric = { namespace: "App", metricName: "Failures", period: 60, stat: "Sum" };

  it.each<[JsonObject[], string]>([
    [[{ id: "m1", metric }], "[metricQueries] exactly one must have returnData true, got 0"],
    [[{ id: "m1", returnData: true }], "[metricQueries] 'm1' must have either metric or expression"],
    [
      [{ id: "m1", metric: { ...metric, unit: "Count" }, returnData: true }],
      'the simulator does not have [metricQueries.metric.unit], got "Count"; it has namespace, metricName, dimensions, period, stat',
    ],
    [
      [{ id: "m1", metric, accountId: "1", returnData: true }],
      'the simulator does not have [metricQueries.accountId], got "1"; it has id, expression, label, returnData, metric, period',
    ],
    [[{ id: "e1", expression: "1 + 1", returnData: true }], "The expression 'e1' must use at least one metric"],
    [
      [
        { id: "e1", expression: "m1 + 1", returnData: true },
        { id: "m1", metric },
      ],
      "taken",
    ],
  ])("have queries of one period and one result: %j", (metricQueries, message) => {
    expect(refusal({ metricQueries })).toBe(message);
  });

  it("name an alarm only once", () => {
    const { alarm } = cloudWatchWorld();
    alarm();
    expect(() => alarm()).toThrow("[name] an alarm 'failures' exists already");
  });
});
