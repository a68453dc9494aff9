// CloudWatch metrics, alarms and dashboards.

import type { JsonObject } from "../../json";
import type { CreatedResource, Operation, ResourceType, Service } from "../../service";
import { AwsError } from "../../service";
import type { MetricDatum, MetricSink, World } from "../../world";
import { Alarm, type AlarmAction } from "./alarm";
import { alarmDefinition, type MetricAlarmInputs } from "./alarmDefinition";
import type { AlarmState } from "./alarmEvaluation";
import { alarmOperations } from "./alarmOperations";
import { Dashboards } from "./dashboards/dashboards";
import type { Gauge } from "./gauge";
import { metricOperations } from "./metricOperations";
import { type GaugeRegistry, MetricStore } from "./metricStore";
import type { MetricIdentity } from "./series";

const alarmArguments: readonly (keyof MetricAlarmInputs)[] = [
  "name",
  "alarmDescription",
  "actionsEnabled",
  "alarmActions",
  "okActions",
  "insufficientDataActions",
  "comparisonOperator",
  "threshold",
  "evaluationPeriods",
  "datapointsToAlarm",
  "treatMissingData",
  "namespace",
  "metricName",
  "dimensions",
  "statistic",
  "extendedStatistic",
  "period",
  "metricQueries",
  "tags",
];

/**
 * Metrics at one-minute resolution, and metric alarms. Nothing here polls: gauges are functions of time, statistics are
 * computed when somebody asks, and an alarm wakes only when its outcome can change.
 */
export class CloudWatchService implements Service, MetricSink, GaugeRegistry {
  readonly name = "cloudwatch";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  private readonly store: MetricStore;
  private readonly alarms = new Map<string, Alarm>();
  private actionHandler: (action: AlarmAction) => void = () => undefined;

  constructor(private readonly world: World) {
    this.store = new MetricStore(world.clock);
    const dashboards = new Dashboards(world);
    this.operations = {
      ...dashboards.operations,
      ...metricOperations(world, this.store),
      ...alarmOperations(world, this.alarms),
    };
    this.resourceTypes = {
      "aws:cloudwatch/dashboard:Dashboard": dashboards.resourceType,
      "aws:cloudwatch/metricAlarm:MetricAlarm": {
        knownArguments: alarmArguments,
        create: (inputs, physicalName) => this.createAlarm(inputs, physicalName),
      },
    };
  }

  /** Counts values at the clock's time. */
  put(datum: MetricDatum): void {
    const { namespace, name, dimensions, values, unit } = datum;
    const series = this.store.get({ namespace, name, dimensions });
    series.unit ??= unit;
    series.add(this.world.clock.now, values);
  }

  /** The gauge of a metric that a service reports all the time. */
  gauge(identity: MetricIdentity & { readonly unit?: string }): Gauge {
    return this.store.gauge(identity);
  }

  /** Who performs alarms' actions; without one they are only recorded, as events "cloudwatch.AlarmAction". */
  onAction(handler: (action: AlarmAction) => void): void {
    this.actionHandler = handler;
  }

  /** For tests: every alarm's state by name. */
  alarmStates(): ReadonlyMap<string, AlarmState> {
    return new Map([...this.alarms].map(([name, alarm]) => [name, alarm.current.value]));
  }

  private createAlarm(inputs: JsonObject, physicalName: string): CreatedResource {
    const definition = alarmDefinition(inputs as MetricAlarmInputs, physicalName, this.store);
    const { name, rules, actionsEnabled } = definition;
    if (this.alarms.has(name)) throw new AwsError("ValidationError", `[name] an alarm '${name}' exists already`);
    const alarm = new Alarm(this.world, definition, (action) => this.actionHandler(action));
    this.alarms.set(name, alarm);
    const { treatMissingData } = rules;
    const { tags = {} } = inputs;
    return { id: name, state: { ...inputs, name, arn: alarm.arn, actionsEnabled, treatMissingData, tagsAll: tags } };
  }
}
