// Batches of a stream that failed, with their records: objects that Lambda put into the spool's bucket.
// https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
import { isObject, type JsonObject, objectMember, own, Unreadable } from "../json";
import { PAYLOAD_PREFIX } from "../record";
import { invocationRecord } from "./invocationRecord";
import { invocationPermissions, launcherPermissions, storedAt } from "./replayed";
import type { Received, RecordSource } from "./source";
import { batchRecord } from "./streamMetadata";

/**
 * A message that tells of such an object: EventBridge's event, which the spool's rule wraps as `{"respool":1,"object":<event>}`, or S3's own
 * notification. What went wrong, and where, stands in the object, so that is what `parse` reads.
 */
export const streamObject: RecordSource = {
  name: "S3 object of a stream failure",
  recognise: (received) =>
    received.object === undefined
      ? received.direct &&
        received.beside === undefined &&
        [isTestEvent, isCreatedEvent, isNotification].some((is) => is(eventOf(received)))
      : invocationRecord(received)?.batchInfo !== undefined,
  locate: (received) => {
    const event = eventOf(received);
    if (isTestEvent(event)) return undefined;
    const object = isCreatedEvent(event) ? inEvent(event) : inNotification(event);
    return object.key.startsWith(PAYLOAD_PREFIX) ? undefined : object;
  },
  parse: (received, declared) => batchRecord(received, replayOf(received), declared),
  replay: replayOf,
  permissions: launcherPermissions,
  replayPermissions: invocationPermissions,
};

function replayOf({ object, json }: Received) {
  if (object === undefined) throw new Unreadable("the object must be read first");
  if (own(json, "payload") === undefined)
    throw new Unreadable("[payload] of the object is missing: the batch's records");
  return { as: "batch" as const, object: { ...object, member: "payload" as const } };
}

function eventOf({ json }: Received): JsonObject {
  const wrapped = own(json, "object");
  return isObject(wrapped) ? wrapped : json;
}

/** S3 sends one when a notification is set up. https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html */
function isTestEvent(event: JsonObject): boolean {
  return own(event, "Event") === "s3:TestEvent";
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
function isCreatedEvent(event: JsonObject): boolean {
  return own(event, "source") === "aws.s3" && own(event, "detail-type") === "Object Created";
}

function isNotification(event: JsonObject): boolean {
  const records = own(event, "Records");
  return Array.isArray(records) && isObject(records[0]) && own(records[0], "eventSource") === "aws:s3";
}

function inEvent(event: JsonObject) {
  const detail = objectMember(event, "detail");
  return storedAt(own(detail, "bucket"), own(objectMember(detail, "object"), "key"));
}

function inNotification(event: JsonObject) {
  const records = own(event, "Records");
  const [record, ...others]: unknown[] = Array.isArray(records) ? records : [];
  if (!isObject(record) || others.length > 0) throw new Unreadable("[Records] must hold one record");
  const s3 = objectMember(record, "s3");
  const key = own(objectMember(s3, "object"), "key");
  // URL-encoded here, unlike in EventBridge's event.
  return storedAt(own(s3, "bucket"), typeof key === "string" ? decodeURIComponent(key.replaceAll("+", " ")) : key);
}
