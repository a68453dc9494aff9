// What the sources that the launcher replays have in common: the record around an order, and the permissions.
import { executionArn } from "../arn";
import { workIdentity } from "../executionName";
import { isObject, shown, Unreadable } from "../json";
import {
  type DeclaredSources,
  type FailureRecord,
  RECORD_VERSION,
  type RecordError,
  type StoredObject,
} from "../record";
import type { Replay, ReplayOrder } from "../replay";
import type { DeclaredPlace } from "./declared";
import type { Permission, ReplayAccess } from "./source";

/** What a source found out about a failure. */
export interface ReplayedFailure {
  readonly place: DeclaredPlace;
  /** The work's own id. */
  readonly work: string;
  readonly replay: Replay;
  readonly error: RecordError;
  /** @default 0 */
  readonly generation?: number;
}

/** The record of a failure that is no execution's: its input is the launcher's order. */
export function replayed(failure: ReplayedFailure, declared: DeclaredSources): FailureRecord {
  const { place, work, replay, error, generation = 0 } = failure;
  const order: ReplayOrder = { respool: RECORD_VERSION, source: place.source, id: work, replay };
  const former = declared[place.source]?.formerStateMachineArns;
  return {
    kind: "failed",
    ...place,
    ...(former && { formerStateMachineArns: former }),
    identity: workIdentity(place.source, work),
    generation,
    work,
    input: { by: "value", text: JSON.stringify(order), order },
    error,
  };
}

/** @throws Unreadable when Lambda could not be invoked with it, since it takes JSON only */
export function jsonPayload(member: string, text: string): { readonly payload: string } {
  try {
    JSON.parse(text);
  } catch {
    throw new Unreadable(`[${member}] must be JSON, got ${shown(text)}`);
  }
  return { payload: text };
}

/** An error by what AWS says of it; `Respool.Unnamed` where it says nothing. */
export function errorOf(name: unknown, cause: unknown): RecordError {
  return {
    name: typeof name === "string" && name !== "" ? name : "Respool.Unnamed",
    cause: typeof cause === "string" ? cause : null,
  };
}

/** The launcher is started, and asked whether an execution of it has ended. */
export function launcherPermissions(stateMachineArn: string): readonly Permission[] {
  return [
    { actions: ["states:StartExecution"], resources: [stateMachineArn] },
    { actions: ["states:DescribeExecution"], resources: [executionArn(stateMachineArn, "*")] },
  ];
}

/** The function is invoked, with what a message or an object of the spool's bucket holds. */
export function invocationPermissions({ functionArn, bucketArn }: ReplayAccess): readonly Permission[] {
  return [...permission(["lambda:InvokeFunction"], functionArn), ...objectPermissions(bucketArn)];
}

/**
 * What lies in the spool's bucket is read. Without the second S3 says of an object that is gone only that it may not be read
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html).
 */
export function objectPermissions(bucketArn: string | undefined): readonly Permission[] {
  return [...permission(["s3:GetObject"], bucketArn && `${bucketArn}/*`), ...permission(["s3:ListBucket"], bucketArn)];
}

export function permission(actions: readonly string[], resource: string | undefined): readonly Permission[] {
  return resource === undefined ? [] : [{ actions, resources: [resource] }];
}

/** Where something lies in a bucket, by the names that S3 and EventBridge give. */
export function storedAt(bucket: unknown, key: unknown): StoredObject {
  const name = isObject(bucket) ? bucket.name : undefined;
  if (typeof name !== "string" || typeof key !== "string" || key === "")
    throw new Unreadable(`[object] must name a bucket and a key, got ${shown({ bucket: name, key })}`);
  return { bucket: name, key };
}
