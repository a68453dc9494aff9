// A state machine's loggingConfiguration: its executions' events as lines in CloudWatch Logs.
import type { World } from "../../world";
import { unsupportedArgument, validation } from "./errors";
import type { Execution } from "./execution";
import { type RecordedEvent, shownDetails } from "./history";

/** As the API has it. */
export interface LoggingInput {
  readonly level?: string;
  readonly includeExecutionData?: boolean;
  readonly destinations?: readonly { readonly cloudWatchLogsLogGroup?: { readonly logGroupArn?: string } }[];
}

export interface Logging {
  readonly level: "ALL" | "ERROR" | "FATAL" | "OFF";
  readonly includeExecutionData: boolean;
  readonly logGroup: string | undefined;
}

const levels = ["ALL", "ERROR", "FATAL", "OFF"];

/** Which events a level shows (Developer Guide: "Using CloudWatch Logs to log execution history", log levels). */
const shows = {
  ALL: () => true,
  ERROR: (type: string) => /(Failed|TimedOut|Aborted)$/.test(type),
  FATAL: (type: string) => /^Execution(Failed|TimedOut|Aborted)$/.test(type),
  OFF: () => false,
};

/** Throws AwsError. */
export function parseLogging(input: LoggingInput | undefined): Logging {
  const { level = "OFF", includeExecutionData = false, destinations = [] } = input ?? {};
  if (!levels.includes(level))
    throw validation("loggingConfiguration.level", level, `be one of [${levels.join(", ")}]`);
  if (destinations.length > 1) throw unsupportedArgument("loggingConfiguration.destinations", destinations, "one");
  const groupArn = destinations[0]?.cloudWatchLogsLogGroup?.logGroupArn;
  const logGroup = groupArn === undefined ? undefined : /:log-group:([^:]+)(:\*)?$/.exec(groupArn)?.[1];
  if (level !== "OFF" && logGroup === undefined) {
    throw validation("loggingConfiguration.destinations", groupArn, "hold the ARN of a log group that ends with :*");
  }
  return { level: level as Logging["level"], includeExecutionData, logGroup };
}

/** Writes one event, when the machine's level shows it. */
export function logEvent(world: World, logging: Logging, execution: Execution, event: RecordedEvent): void {
  if (logging.logGroup === undefined || !shows[logging.level](event.type)) return;
  const line = {
    id: String(event.id),
    type: event.type,
    details: shownDetails(event.details ?? {}, logging.includeExecutionData),
    previous_event_id: String(event.previousEventId),
    event_timestamp: String(event.at),
    execution_arn: execution.arn,
    redrive_count: String(execution.redriveCount),
  };
  const hour = new Date(execution.startedAt).toISOString().slice(0, 13).replace("T", "-");
  world.logs.write(logging.logGroup, `states/${execution.machine.name}/${hour}-00`, JSON.stringify(line));
}
