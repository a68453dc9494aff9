// The fields that Logs Insights discovers in a log line.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData-discoverable-fields.html
import type { LogLine } from "../logGroup";
import { type Row, timeText, type Value } from "./values";

/** Of one log event; what comes after them is not discovered. */
const mostJsonFields = 200;

/** Node.js's runtime writes time, request id and level before a line of text. */
const textLine = /^\S+Z\t([0-9a-fA-F-]{36})\t[A-Z]+\t/;
const platformLine = /^(START|END|REPORT) RequestId: (\S+)/;

const reportFields: readonly { readonly field: string; readonly label: string; readonly times: number }[] = [
  { field: "@duration", label: "Duration", times: 1 },
  { field: "@billedDuration", label: "Billed Duration", times: 1 },
  { field: "@initDuration", label: "Init Duration", times: 1 },
  // In bytes, where a megabyte is a million: AWS's sample queries divide by 1000 twice.
  { field: "@memorySize", label: "Memory Size", times: 1_000_000 },
  { field: "@maxMemoryUsed", label: "Max Memory Used", times: 1_000_000 },
];

export interface LineOrigin {
  readonly accountId: string;
  readonly logGroup: string;
}

export function lineFields({ timestamp, logStream, message, eventId }: LogLine, origin: LineOrigin): Row {
  const log = `${origin.accountId}:${origin.logGroup}`;
  return new Map<string, Value>([
    ...jsonFields(message),
    ...lambdaFields(message),
    ["@timestamp", timeText(timestamp)],
    ["@ingestionTime", timeText(timestamp)],
    ["@message", message],
    ["@logStream", logStream],
    ["@log", log],
    ["@ptr", Buffer.from(`${log}:${eventId}`).toString("base64")],
  ]);
}

function lambdaFields(message: string): [string, Value][] {
  const [, type, requestId] = platformLine.exec(message) ?? [];
  if (type === undefined) {
    const [, written] = textLine.exec(message) ?? [];
    return written === undefined ? [] : [["@requestId", written]];
  }
  const fields: [string, Value][] = [
    ["@type", type],
    ["@requestId", requestId],
  ];
  if (type !== "REPORT") return fields;
  for (const { field, label, times } of reportFields) {
    const found = new RegExp(`\\t${label}: ([0-9.]+) `).exec(message)?.[1];
    if (found !== undefined) fields.push([field, Number(found) * times]);
  }
  const trace = /XRAY TraceId: (\S+)/.exec(message)?.[1];
  if (trace !== undefined) fields.push(["@xrayTraceId", trace]);
  return fields;
}

/** Of the first JSON object in the line, with "." between the names of nested members. */
function jsonFields(message: string): [string, Value][] {
  const value = firstObject(message);
  const fields: [string, Value][] = [];
  if (value !== undefined) flatten("", value, fields);
  return fields.slice(0, mostJsonFields);
}

function firstObject(message: string): object | undefined {
  const start = message.indexOf("{");
  const end = start < 0 ? -1 : endOfObject(message, start);
  if (end < 0) return undefined;
  try {
    return JSON.parse(message.slice(start, end)) as object;
  } catch {
    return undefined;
  }
}

/** Behind the brace that closes the one at `start`, or -1. */
function endOfObject(message: string, start: number): number {
  let depth = 0;
  let quoted = false;
  for (let index = start; index < message.length; index += 1) {
    const character = message[index];
    if (character === "\\") index += 1;
    else if (character === '"') quoted = !quoted;
    else if (!quoted && character === "{") depth += 1;
    else if (!quoted && character === "}") {
      depth -= 1;
      if (depth === 0) return index + 1;
    }
  }
  return -1;
}

function flatten(name: string, value: unknown, into: [string, Value][]): void {
  if (typeof value === "object" && value !== null) {
    for (const [key, member] of Object.entries(value)) flatten(name === "" ? key : `${name}.${key}`, member, into);
  } else if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") {
    into.push([name, value]);
  }
}
