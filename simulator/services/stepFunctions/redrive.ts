// Which executions RedriveExecution can restart (API Reference: RedriveExecution; DescribeExecution, redriveStatusReason).
import { validation } from "./errors";
import type { Execution } from "./execution";
import { historyLimit } from "./history";

const day = 24 * 60 * 60 * 1000;

/** The time after its end in which an execution can be redriven. */
const redrivablePeriod = 14 * day;

/** Developer Guide: "Step Functions service quotas", maximum execution time. */
export const longestExecution = 365 * day;

/** How long a client token makes a second request the same as the first. */
export const tokenLife = 15 * 60 * 1000;

/** There must be room for ExecutionRedriven and one event more. */
const mostEvents = historyLimit - 1;

/** AWS's reason why an execution cannot be redriven, or undefined when it can. @param now milliseconds since the epoch */
export function notRedrivable(execution: Execution, now: number): string | undefined {
  const { status, stoppedAt = now, startedAt, events } = execution;
  if (status === "RUNNING" || status === "SUCCEEDED") return `Execution is ${status} and cannot be redriven`;
  if (now - stoppedAt > redrivablePeriod) return "Execution redrivable period exceeded";
  if (now - startedAt >= longestExecution) return "Execution has exceeded the max execution time";
  return events.length < mostEvents ? undefined : "Execution history event limit exceeded";
}

/** `redriveStatus` and its reason as DescribeExecution and the events give them. */
export function redriveStatus(
  execution: Execution,
  now: number,
): { readonly redriveStatus: string; readonly redriveStatusReason: string | null } {
  const reason = notRedrivable(execution, now);
  return reason === undefined
    ? { redriveStatus: "REDRIVABLE", redriveStatusReason: null }
    : { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: reason };
}

/** 1 to 64 characters of printable ASCII. Throws AwsError. */
export function checkedToken(clientToken: string | undefined): string | undefined {
  if (clientToken === undefined || /^[!-~]{1,64}$/.test(clientToken)) return clientToken;
  throw validation("clientToken", clientToken, "satisfy regular expression pattern: [!-~]{1,64}");
}
