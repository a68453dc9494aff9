// A change of an item as a record of DynamoDB Streams, for its API and for Lambda.
// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
import type { JsonObject } from "../../../json";
import type { LoggedRecord } from "../../../shards/recordLog";
import type { SourceRecord } from "../../lambda/eventSources/streamSource";
import { type Item, itemSize } from "../attributeValue";
import type { ItemChange } from "../table";

export const streamViewTypes = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"] as const;
export type StreamViewType = (typeof streamViewTypes)[number];

export interface ChangeRecord extends LoggedRecord {
  /** As GetRecords shows it. */
  readonly shown: JsonObject;
}

export interface RecordParts {
  readonly change: ItemChange;
  readonly keys: Item;
  readonly viewType: StreamViewType;
  readonly eventId: string;
  readonly sequenceNumber: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly region: string;
}

function eventName({ before, after }: ItemChange): string {
  if (before === undefined) return "INSERT";
  return after === undefined ? "REMOVE" : "MODIFY";
}

function images({ before, after }: ItemChange, viewType: StreamViewType): Record<string, Item> {
  const shows = (type: StreamViewType) => viewType === type || viewType === "NEW_AND_OLD_IMAGES";
  return {
    ...(after !== undefined && shows("NEW_IMAGE") ? { NewImage: after } : {}),
    ...(before !== undefined && shows("OLD_IMAGE") ? { OldImage: before } : {}),
  };
}

export function changeRecord(parts: RecordParts): ChangeRecord {
  const { change, keys, viewType, sequenceNumber, now } = parts;
  const shownImages = images(change, viewType);
  const SizeBytes = [keys, ...Object.values(shownImages)].reduce((sum, item) => sum + itemSize(item), 0);
  const dynamodb = {
    // "rounded down to the closest second"
    ApproximateCreationDateTime: Math.floor(now / 1000),
    Keys: keys,
    ...shownImages,
    SequenceNumber: sequenceNumber,
    SizeBytes,
    StreamViewType: viewType,
  };
  const identity =
    change.byService === true ? { userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" } } : {};
  const shown = {
    eventID: parts.eventId,
    eventName: eventName(change),
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: parts.region,
    dynamodb: dynamodb as unknown as JsonObject,
    ...identity,
  };
  return { sequenceNumber, arrivedAt: now, bytes: SizeBytes, shown };
}

/** As Lambda's event has it, which knows the stream, and writes the user's identity in lower case. */
export function lambdaRecord(record: ChangeRecord, streamArn: string): SourceRecord {
  const { sequenceNumber, arrivedAt, bytes, shown } = record;
  const { userIdentity, ...rest } = shown;
  const identity =
    userIdentity === undefined ? {} : { userIdentity: { type: "Service", principalId: "dynamodb.amazonaws.com" } };
  return { sequenceNumber, arrivedAt, bytes, event: { ...rest, ...identity, eventSourceARN: streamArn } };
}
