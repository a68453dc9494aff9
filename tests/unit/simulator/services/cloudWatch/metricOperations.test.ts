// The API on metrics: putting, reading, listing.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { AwsError } from "../../../../../simulator/service";
import { cloudWatchWorld, minutes } from "./cloudWatchWorld";

const start = Date.UTC(2026, 0, 1) / 1000;
const span = { StartTime: start, EndTime: start + 600 };
const Metric = { Namespace: "App", MetricName: "Failures", Dimensions: [{ Name: "Shop", Value: "books" }] };

function parts() {
  const base = cloudWatchWorld();
  const call = <Output = JsonObject>(action: string, input: object) =>
    base.world.call<Output>("cloudwatch", action, input as JsonObject);
  const failure = (action: string, input: object) => {
    try {
      call(action, input);
    } catch (error) {
      if (error instanceof AwsError) return `${error.code}: ${error.message}`;
      throw error;
    }
    return "no failure";
  };
  return { ...base, call, failure };
}

describe("PutMetricData", () => {
  it("stores values, values with counts, and values of another time", () => {
    const { call } = parts();
    const { MetricName, Dimensions } = Metric;
    call("PutMetricData", {
      Namespace: "App",
      MetricData: [
        { MetricName, Dimensions, Value: 5, Unit: "Count" },
        { MetricName, Dimensions, Values: [1, 2], Counts: [1, 3] },
        { MetricName, Dimensions, Value: 100, Timestamp: start - 120 },
      ],
    });
    const Statistics = ["Sum", "SampleCount", "Minimum", "Maximum", "Average"];
    expect(call("GetMetricStatistics", { ...Metric, Period: 60, Statistics, ...span })).toEqual({
      Label: "Failures",
      Datapoints: [{ Timestamp: start, Sum: 12, SampleCount: 5, Minimum: 1, Maximum: 5, Average: 2.4, Unit: "Count" }],
    });
    const earlier = { StartTime: start - 300, EndTime: start };
    expect(call("GetMetricStatistics", { ...Metric, Period: 300, Statistics: ["Sum"], ...earlier })).toMatchObject({
      Datapoints: [{ Timestamp: start - 300, Sum: 100 }],
    });
  });

  it("refuses AWS's namespaces, times out of reach, and what the simulator lacks", () => {
    const { failure } = parts();
    const put = (datum: object, Namespace = "App") =>
      failure("PutMetricData", { Namespace, MetricData: [{ MetricName: "m", ...datum }] });
    expect(put({ Value: 1 }, "AWS/SQS")).toBe(
      "InvalidParameterValue: The value AWS/SQS for parameter Namespace is invalid.",
    );
    expect(put({ Value: 1, Timestamp: start - 15 * 86_400 })).toContain("within the past two weeks");
    expect(put({ Value: 1, Timestamp: start + 3 * 3600 })).toContain("within the past two weeks");
    expect(put({})).toBe("InvalidParameterValue: The parameter MetricData must have Value or Values for m");
    expect(put({ StatisticValues: {} })).toBe(
      "SimulatorUnsupportedArgument: the simulator does not have [StatisticValues] of PutMetricData",
    );
    expect(put({ Value: 1, StorageResolution: 1 })).toContain("[StorageResolution]");
  });
});

describe("GetMetricData", () => {
  it("gives statistics and math, latest first unless asked otherwise", () => {
    const { world, put, call } = parts();
    put(1, 2);
    world.run(minutes(2));
    put(10);
    const MetricDataQueries = [
      { Id: "sum", MetricStat: { Metric, Period: 60, Stat: "Sum" } },
      { Id: "hidden", MetricStat: { Metric, Period: 60, Stat: "SampleCount" }, ReturnData: false },
      { Id: "mean", Expression: "sum / hidden", Label: "Mean" },
    ];
    expect(call("GetMetricData", { MetricDataQueries, ...span })).toEqual({
      MetricDataResults: [
        { Id: "sum", Label: "Failures", Timestamps: [start + 120, start], Values: [10, 3], StatusCode: "Complete" },
        { Id: "mean", Label: "Mean", Timestamps: [start + 120, start], Values: [10, 1.5], StatusCode: "Complete" },
      ],
      Messages: [],
    });
    expect(call("GetMetricData", { MetricDataQueries, ...span, ScanBy: "TimestampAscending" })).toMatchObject({
      MetricDataResults: [{ Values: [3, 10] }, { Values: [1.5, 10] }],
    });
  });

  it("refuses bad queries by what is wrong", () => {
    const { failure } = parts();
    const stat = (Id: string, Period = 60, Stat = "Sum") => ({ Id, MetricStat: { Metric, Period, Stat } });
    const attempt = (...MetricDataQueries: object[]) => failure("GetMetricData", { MetricDataQueries, ...span });
    expect(attempt(stat("m1"), stat("m1"))).toBe("ValidationError: The id 'm1' is used more than once");
    expect(attempt(stat("M1"))).toContain("Invalid id 'M1'");
    expect(attempt({ Id: "e1", Expression: "m9 + 1" })).toBe(
      "ValidationError: An expression refers to 'm9'; there are e1",
    );
    expect(attempt({ Id: "e1", Expression: "e2" }, { Id: "e2", Expression: "e1" })).toBe(
      "ValidationError: The expression 'e1' refers to itself",
    );
    expect(attempt(stat("m1"), stat("m2", 300), { Id: "e1", Expression: "m1 + m2" })).toBe(
      "ValidationError: The metrics of 'e1' must have the same period, got 60, 300 seconds",
    );
    expect(attempt(stat("m1", 30))).toBe(
      "InvalidParameterValue: The parameter Period must be a multiple of 60 seconds, got 30",
    );
    expect(attempt(stat("m1", 60, "tm99"))).toContain("got tm99");
    expect(attempt({ Id: "e1" })).toBe("InvalidParameterValue: The query e1 must have MetricStat or Expression");
    expect(failure("GetMetricData", { MetricDataQueries: [stat("m1")], StartTime: 1, EndTime: 1 })).toBe(
      "InvalidParameterValue: The parameter StartTime must be less than the parameter EndTime.",
    );
  });
});

describe("GetMetricStatistics", () => {
  it("computes percentiles between the neighbouring values", () => {
    const { put, call } = parts();
    put(...Array.from({ length: 11 }, (_, index) => index * 10));
    const ExtendedStatistics = ["p0", "p50", "p95", "p100"];
    expect(call("GetMetricStatistics", { ...Metric, Period: 60, ExtendedStatistics, ...span })).toMatchObject({
      Datapoints: [{ ExtendedStatistics: { p0: 0, p50: 50, p95: 95, p100: 100 } }],
    });
  });
});

describe("a metric that reports zeros by itself", () => {
  it("has one sample for a minute without data, none more for a minute with it", () => {
    const { world, cloudWatch, put, call } = parts();
    cloudWatch.gauge({ namespace: "App", name: "Failures", dimensions: { Shop: "books" } }).set({ value: 0 });
    world.run(minutes(2));
    put(6, 3);
    world.run(minutes(2));
    const Statistics = ["Average", "SampleCount", "Minimum"];
    const StartTime = start + 60;
    expect(
      call("GetMetricStatistics", { ...Metric, Period: 60, Statistics, StartTime, EndTime: start + 240 }),
    ).toMatchObject({
      Datapoints: [
        { Average: 0, SampleCount: 1 },
        { Average: 4.5, SampleCount: 2 },
        { Average: 0, SampleCount: 1 },
      ],
    });
    const input = { ...Metric, Period: 240, Statistics, ExtendedStatistics: ["p100"], StartTime: start };
    expect(call("GetMetricStatistics", { ...input, EndTime: start + 240 })).toMatchObject({
      Datapoints: [{ Average: 1.8, SampleCount: 5, Minimum: 0, ExtendedStatistics: { p100: 6 } }],
    });
  });
});

describe("ListMetrics", () => {
  it("lists metrics that have data, by namespace, name and dimensions", () => {
    const { cloudWatch, alarm, put, call } = parts();
    alarm({ metricName: "NeverReported" });
    put(1);
    cloudWatch.gauge({ namespace: "App", name: "Depth", dimensions: { Shop: "books", Queue: "q" } });
    const names = (input = {}) =>
      call<{ Metrics: { MetricName: string }[] }>("ListMetrics", input).Metrics.map(({ MetricName }) => MetricName);
    expect(names()).toEqual(["Failures", "Depth"]);
    expect(names({ Namespace: "Other" })).toEqual([]);
    expect(names({ MetricName: "Depth" })).toEqual(["Depth"]);
    expect(names({ Dimensions: [{ Name: "Shop", Value: "books" }] })).toEqual(["Failures", "Depth"]);
    expect(names({ Dimensions: [{ Name: "Queue" }] })).toEqual(["Depth"]);
    expect(call("ListMetrics", { MetricName: "Failures" })).toEqual({ Metrics: [Metric] });
  });
});
