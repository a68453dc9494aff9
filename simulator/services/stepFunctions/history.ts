// An execution's history: recorded compactly, shown as GetExecutionHistory shows it.
import type { JsonObject } from "../../json";

/** Events that one execution can have (Developer Guide: "Step Functions service quotas"). */
export const historyLimit = 25_000;

/** One event as the API answers it; `timestamp` is in seconds since the epoch. */
export interface HistoryEvent {
  readonly id: number;
  readonly previousEventId: number;
  readonly timestamp: number;
  readonly type: string;
  /** `stateEnteredEventDetails`, `taskFailedEventDetails` and so on. */
  readonly [details: `${string}EventDetails`]: JsonObject;
}

/** One event as it is kept. */
export interface RecordedEvent {
  readonly id: number;
  readonly previousEventId: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly type: string;
  readonly details: JsonObject | undefined;
}

/** What `includeExecutionData: false` leaves out. */
const executionData = ["input", "output", "assignedVariables"] as const;

function detailsKey(type: string): `${string}EventDetails` {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type.charAt(0).toLowerCase()}${type.slice(1)}EventDetails`;
}

/** An event's details as the API and the logs show them. */
export function shownDetails(details: JsonObject, includeExecutionData: boolean): JsonObject {
  const shown: Record<string, JsonObject[string]> = {};
  for (const [key, value] of Object.entries(details)) {
    const isData = (executionData as readonly string[]).includes(key);
    if (value === undefined || (isData && !includeExecutionData)) continue;
    shown[key] = value;
    if (isData) shown[`${key}Details`] = { truncated: false };
  }
  return shown;
}

export function shownEvent(event: RecordedEvent, includeExecutionData: boolean): HistoryEvent {
  const { id, previousEventId, at, type, details } = event;
  const shown = { timestamp: at / 1000, type, id, previousEventId };
  if (details === undefined) return shown;
  return { ...shown, [detailsKey(type)]: shownDetails(details, includeExecutionData) };
}
