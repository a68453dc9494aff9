// The id that an event carries itself: the same in every delivery, whichever attempt, retry or replay brings it.
import { isObject, type JsonObject, own } from "./json";

/**
 * The id of the work that an event asks for, where AWS gave the event one:
 *
 * - EventBridge: `id` (https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html).
 * - SNS: `Records[0].Sns.MessageId` (https://docs.aws.amazon.com/lambda/latest/dg/with-sns.html).
 * - S3 notifications: bucket, key and sequencer of `Records[0].s3` and its event's name, with a space between them; the key is URL-encoded
 *   and has none. Two notifications of one change, under two names, are two pieces of work
 *   (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html).
 *
 * Undefined for every other event, a batch of several records included: the id is then the request id of the asynchronous invocation, which
 * Lambda keeps in its retries. Queue messages and stream records are no events of their own; their ids are read where the batch is.
 */
export function workIdOfEvent(event: unknown): string | undefined {
  if (!isObject(event)) return undefined;
  const records = own(event, "Records");
  if (records === undefined) return eventBridgeId(event);
  const [record, ...others]: unknown[] = Array.isArray(records) ? records : [];
  if (!isObject(record) || others.length > 0) return undefined;
  return textAt(record, "Sns", "MessageId") ?? s3Id(record);
}

// An event of the caller's own may have an `id`, too, and that one may come again in other work.
function eventBridgeId(event: JsonObject): string | undefined {
  const isEvent = ["detail-type", "source", "account", "time"].every((member) => textAt(event, member) !== undefined);
  return isEvent && Object.hasOwn(event, "detail") ? textAt(event, "id") : undefined;
}

// Events about tags, restores and the like carry no sequencer.
function s3Id(record: JsonObject): string | undefined {
  const parts = [
    textAt(record, "s3", "bucket", "name"),
    textAt(record, "s3", "object", "key"),
    textAt(record, "s3", "object", "sequencer"),
    textAt(record, "eventName"),
  ];
  return parts.includes(undefined) ? undefined : parts.join(" ");
}

function textAt(value: unknown, ...path: readonly string[]): string | undefined {
  const found = path.reduce((at, member) => (isObject(at) ? own(at, member) : undefined), value);
  return typeof found === "string" && found !== "" ? found : undefined;
}
