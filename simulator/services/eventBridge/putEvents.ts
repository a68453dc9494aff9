// PutEvents: checks custom events entry by entry.
// https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html

import type { JsonObject } from "../../json";
import type { EventBridgeQuotas } from "../../quotas";
import { AwsError } from "../../service";
import type { BusEvent } from "../../world";

export interface PutEventsEntry {
  readonly Source?: string;
  readonly DetailType?: string;
  /** JSON text of an object. */
  readonly Detail?: string;
  readonly Resources?: readonly string[];
  /** Seconds since the epoch. */
  readonly Time?: number;
  readonly EventBusName?: string;
}

export interface PutEventsInput {
  readonly Entries?: readonly PutEventsEntry[];
}

/** Why one entry is not taken; the others are. */
export interface EntryError {
  readonly ErrorCode: string;
  readonly ErrorMessage: string;
}

const timeBytes = 14;

function bytes(text: string | undefined): number {
  return Buffer.byteLength(text ?? "", "utf8");
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevent-size.html */
function entryBytes({ Time, Source, DetailType, Detail, Resources = [] }: PutEventsEntry): number {
  const resources = Resources.reduce((sum, resource) => sum + bytes(resource), 0);
  return (Time === undefined ? 0 : timeBytes) + bytes(Source) + bytes(DetailType) + bytes(Detail) + resources;
}

/** @throws AwsError ValidationException when the request as a whole is not taken */
export function checkRequest(
  { Entries: entries = [] }: PutEventsInput,
  quotas: EventBridgeQuotas,
): readonly PutEventsEntry[] {
  const { putEventsEntries: most } = quotas;
  if (entries.length < 1 || entries.length > most) {
    const bound = entries.length < 1 ? "greater than or equal to 1" : `less than or equal to ${most}`;
    throw new AwsError(
      "ValidationException",
      `1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length ${bound}`,
    );
  }
  const total = entries.reduce((sum, entry) => sum + entryBytes(entry), 0);
  if (total > quotas.putEventsBytes) {
    throw new AwsError("ValidationException", "Total size of the entries in the request is over the limit.");
  }
  return entries;
}

function missing(name: string): EntryError {
  return {
    ErrorCode: "InvalidArgument",
    ErrorMessage: `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
  };
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** The event of an entry, or why there is none. */
export function readEntry(entry: PutEventsEntry): BusEvent | EntryError {
  const { Source: source, DetailType: detailType, Detail: text, Resources: resources = [] } = entry;
  if (!source) return missing("Source");
  if (!detailType) return missing("DetailType");
  if (!text) return missing("Detail");
  if (source.startsWith("aws.")) {
    return { ErrorCode: "NotAuthorizedForSourceException", ErrorMessage: "Not authorized for the source." };
  }
  const detail = parseObject(text);
  if (detail === undefined) return { ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." };
  return { source, detailType, resources, detail };
}
