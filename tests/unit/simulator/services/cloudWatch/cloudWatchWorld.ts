// A world with CloudWatch, and shortcuts for alarms and metrics.
import type { JsonObject } from "../../../../../simulator/json";
import { CloudWatchService } from "../../../../../simulator/services/cloudWatch/cloudWatchService";
import { type TestWorld, testWorld } from "../../../../support/simulatorWorld";

export interface CloudWatchWorld {
  readonly world: TestWorld;
  readonly cloudWatch: CloudWatchService;
  /** Creates an alarm on the metric App/Failures {Shop: "books"}: Sum over a minute > 5, once. */
  alarm(inputs?: JsonObject): void;
  put(...values: number[]): void;
  state(name?: string): string | undefined;
  /** "hh:mm STATE" of every change of an alarm. */
  changes(name?: string): string[];
}

export const minutes = (count: number) => count * 60_000;

const metric = { namespace: "App", metricName: "Failures", dimensions: { Shop: "books" } };

export function cloudWatchWorld(): CloudWatchWorld {
  const world = testWorld();
  const cloudWatch = new CloudWatchService(world);
  world.replace({ metrics: cloudWatch });
  world.gateway.add(cloudWatch);
  return {
    world,
    cloudWatch,
    alarm: (inputs = {}) => {
      const defaults = {
        ...(inputs.metricQueries === undefined ? { ...metric, statistic: "Sum", period: 60 } : {}),
        name: "failures",
        threshold: 5,
        comparisonOperator: "GreaterThanThreshold",
        evaluationPeriods: 1,
      };
      cloudWatch.resourceTypes["aws:cloudwatch/metricAlarm:MetricAlarm"]?.create({ ...defaults, ...inputs }, "unnamed");
    },
    put: (...values) =>
      cloudWatch.put({ namespace: metric.namespace, name: metric.metricName, dimensions: metric.dimensions, values }),
    state: (name = "failures") => cloudWatch.alarmStates().get(name),
    changes: (name = "failures") =>
      world.events.all
        .filter(({ kind, detail }) => kind === "cloudwatch.AlarmStateChange" && detail.alarm === name)
        .map(({ at, detail }) => `${new Date(at).toISOString().slice(11, 16)} ${String(detail.to)}`),
  };
}
