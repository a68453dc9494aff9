// What every simulated service is given.
import type { Clock } from "./clock";
import type { EventLog } from "./eventLog";
import type { Faults } from "./faults";
import type { Gateway } from "./gateway";
import type { Internet } from "./internet";
import type { JsonObject } from "./json";
import type { Random } from "./random";

/** Where a function's printed lines go: CloudWatch Logs, which reads embedded metrics out of them. */
export interface LogSink {
  write(logGroup: string, logStream: string, message: string): void;
}

/** One metric value, or several of one moment. */
export interface MetricDatum {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly values: readonly number[];
  readonly unit?: string;
}

export interface MetricSink {
  put(datum: MetricDatum): void;
}

/** An event as EventBridge's patterns see it; id, time, account, region and version are filled in by the bus. */
export interface BusEvent {
  readonly source: string;
  readonly detailType: string;
  readonly resources: readonly string[];
  readonly detail: JsonObject;
}

export interface EventSink {
  /** AWS services publish here. Delivery is by best effort: a fault may lose, delay or repeat it. */
  publish(event: BusEvent): void;
}

export interface World {
  readonly accountId: string;
  readonly region: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly events: EventLog;
  readonly faults: Faults;
  readonly gateway: Gateway;
  readonly internet: Internet;
  readonly logs: LogSink;
  readonly metrics: MetricSink;
  readonly bus: EventSink;
}

/** `arn:aws:<service>:<region>:<account>:<resource>` */
export function arn(world: Pick<World, "accountId" | "region">, service: string, resource: string): string {
  return `arn:aws:${service}:${world.region}:${world.accountId}:${resource}`;
}
