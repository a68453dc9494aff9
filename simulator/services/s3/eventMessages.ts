// The messages by which S3 tells of what happened to an object.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-content-structure.html
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
import type { JsonObject } from "../../json";
import type { Principal } from "../../service";
import type { BusEvent, World } from "../../world";
import type { Bucket } from "./bucket";
import type { EventName, NotificationDestination } from "./notificationSettings";

/** Something that happened to an object. */
export interface ObjectEvent {
  readonly name: EventName;
  readonly key: string;
  /** Of an object that is there. */
  readonly size?: number;
  /** Without quotes. */
  readonly etag?: string;
  /** Grows with each change in a bucket; hexadecimal. */
  readonly sequencer: string;
  readonly requestId: string;
  readonly principal: Principal;
  /** The operation, or "Lifecycle Expiration". */
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What the address of a caller inside the simulation is: AWS's own name for its services' addresses is no IP address. */
const sourceAddress = "127.0.0.1";

function principalId(world: World, { principal, name }: ObjectEvent): string {
  if (name.startsWith("s3:LifecycleExpiration:")) return "s3.amazonaws.com";
  switch (principal.kind) {
    case "role":
      return `AWS:AROA:${principal.roleArn.slice(principal.roleArn.lastIndexOf("/") + 1)}`;
    case "service":
      return `AWS:${principal.service}`;
    case "operator":
      return `AWS:${world.accountId}`;
    default:
      return "Anonymous";
  }
}

/** As in forms: a space is a plus sign. */
function encodedKey(key: string): string {
  return new URLSearchParams({ key }).toString().slice("key=".length).replaceAll("%2F", "/");
}

export function notificationMessage(
  world: World,
  bucket: Bucket,
  event: ObjectEvent,
  destination: NotificationDestination,
): JsonObject {
  const { size, etag, sequencer, requestId } = event;
  const record = {
    eventVersion: "2.5",
    eventSource: "aws:s3",
    awsRegion: world.region,
    eventTime: new Date(event.at).toISOString(),
    eventName: event.name.slice("s3:".length),
    userIdentity: { principalId: principalId(world, event) },
    requestParameters: { sourceIPAddress: sourceAddress },
    responseElements: { "x-amz-request-id": requestId, "x-amz-id-2": requestId },
    s3: {
      s3SchemaVersion: "1.0",
      configurationId: destination.id,
      bucket: { name: bucket.name, ownerIdentity: { principalId: `A${world.accountId}` }, arn: bucket.arn },
      object: { key: encodedKey(event.key), size, eTag: etag, sequencer },
    },
  };
  return { Records: [record] };
}

/** What a queue or a topic gets when it is configured; it has no Records. */
export function testMessage(bucket: Bucket, at: number, requestId: string): JsonObject {
  return {
    Service: "Amazon S3",
    Event: "s3:TestEvent",
    Time: new Date(at).toISOString(),
    Bucket: bucket.name,
    RequestId: requestId,
    HostId: requestId,
  };
}

export function busEvent(world: World, bucket: Bucket, event: ObjectEvent): BusEvent {
  const { name, key, size, etag, sequencer, principal, reason } = event;
  const created = name.startsWith("s3:ObjectCreated:");
  const byLifecycle = name.startsWith("s3:LifecycleExpiration:");
  const common = {
    version: "0",
    "event-version": "1.0",
    bucket: { name: bucket.name },
    object: { key, size, etag, sequencer },
    "request-id": event.requestId,
  };
  const requester = byLifecycle
    ? { requester: "s3.amazonaws.com" }
    : {
        requester: principal.kind === "service" ? principal.service : world.accountId,
        "source-ip-address": sourceAddress,
      };
  const deletion: Record<string, string> = created ? {} : { "deletion-type": "Permanently Deleted" };
  return {
    source: "aws.s3",
    detailType: created ? "Object Created" : "Object Deleted",
    resources: [bucket.arn],
    detail: { ...common, ...requester, reason, ...deletion },
  };
}
