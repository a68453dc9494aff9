// What happens to objects: they are stored, described and removed, and every change is told to the bucket's destinations.
import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../../json";
import { AwsError, type Call, type Principal } from "../../service";
import type { World } from "../../world";
import { bytesOf } from "./body";
import type { Bucket, Encryption, StoredObject } from "./bucket";
import { checkedChecksums } from "./checksums";
import { encryptionOf } from "./encryption";
import { invalidArgument, unsupported } from "./errors";
import { Lifecycle } from "./lifecycle";
import { firstExpiry } from "./lifecycleRules";
import type { EventName } from "./notificationSettings";
import { Notifications } from "./notifications";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const longestKeyBytes = 1_024;
/** User-defined metadata, https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingMetadata.html */
const metadataBytes = 2_048;
/** A single PutObject, https://docs.aws.amazon.com/AmazonS3/latest/userguide/upload-objects.html */
const largestBytes = 5 * 1_024 ** 3;
export const defaultContentType = "application/octet-stream";
const storedHeaders = ["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "Expires"];

/** What a request says of the encryption that it wants. */
export interface EncryptionInput {
  readonly ServerSideEncryption?: string;
  readonly SSEKMSKeyId?: string;
  readonly BucketKeyEnabled?: boolean;
}

export interface Change {
  readonly principal: Principal;
  readonly requestId: string;
}

export const byOperator = (requestId: string): Change => ({ principal: { kind: "operator" }, requestId });
const byLifecycle = (requestId: string): Change => ({
  principal: { kind: "service", service: "s3.amazonaws.com", sourceArn: "" },
  requestId,
});

/** The headers of an object that are not its type. */
export function headersOf(input: JsonObject): JsonObject {
  return Object.fromEntries(storedHeaders.map((name) => [name, input[name]]));
}

function checkMetadata(metadata: Readonly<Record<string, string>>): void {
  const size = Object.entries(metadata).reduce((sum, [name, value]) => sum + Buffer.byteLength(name + value), 0);
  if (size <= metadataBytes) return;
  throw new AwsError("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size");
}

function checkAcl({ objectOwnership }: Bucket, { ACL: acl, StorageClass: storageClass }: JsonObject): void {
  if (acl !== undefined && objectOwnership !== "BucketOwnerEnforced") throw unsupported("ACL", acl, "no ACLs");
  if (acl !== undefined && acl !== "private" && acl !== "bucket-owner-full-control") {
    throw new AwsError("AccessControlListNotSupported", "The bucket does not allow ACLs");
  }
  if (storageClass !== undefined && storageClass !== "STANDARD") {
    throw unsupported("StorageClass", storageClass, "STANDARD");
  }
}

export class Objects {
  readonly notifications: Notifications;
  readonly lifecycle: Lifecycle;

  constructor(private readonly world: World) {
    this.notifications = new Notifications(world);
    this.lifecycle = new Lifecycle(world, (bucket, object) => {
      const change = byLifecycle(world.random.uuid());
      this.tell(bucket, "s3:LifecycleExpiration:Delete", "Lifecycle Expiration", change, object.key);
    });
  }

  /** Stores what a request brings. @param input the members of PutObject */
  put(bucket: Bucket, input: JsonObject & EncryptionInput, change: Change): StoredObject {
    const bytes = bytesOf(input);
    checkAcl(bucket, input);
    const object: StoredObject = {
      key: String(input.Key),
      bytes,
      etag: `"${createHash("md5").update(bytes).digest("hex")}"`,
      modifiedAt: this.world.clock.now,
      contentType: String(input.ContentType ?? defaultContentType),
      headers: headersOf(input),
      metadata: (input.Metadata ?? {}) as Record<string, string>,
      checksums: checkedChecksums(input, bytes),
      encryption: this.encryptionFor(bucket, input),
    };
    return this.store(bucket, object, "s3:ObjectCreated:Put", "PutObject", change);
  }

  /** The encryption that a request names, or the bucket's default. */
  encryptionFor(bucket: Bucket, input: EncryptionInput): Encryption {
    const { ServerSideEncryption: algorithm, SSEKMSKeyId: key, BucketKeyEnabled: bucketKey } = input;
    return algorithm === undefined ? bucket.encryption : encryptionOf(this.world, algorithm, key, bucketKey);
  }

  store(bucket: Bucket, object: StoredObject, name: EventName, reason: string, change: Change): StoredObject {
    if (object.key === "") throw invalidArgument("[Key] must not be empty");
    if (Buffer.byteLength(object.key) > longestKeyBytes) throw new AwsError("KeyTooLongError", "Your key is too long");
    if (object.bytes.length > largestBytes) {
      throw new AwsError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size");
    }
    checkMetadata(object.metadata);
    bucket.objects.set(object.key, object);
    this.lifecycle.add(bucket, object);
    this.tell(bucket, name, reason, change, object.key, object);
    return object;
  }

  /** A key that is not there counts as deleted. */
  delete(bucket: Bucket, key: string, change: Change): void {
    if (bucket.objects.delete(key)) this.tell(bucket, "s3:ObjectRemoved:Delete", "DeleteObject", change, key);
  }

  /** Members that PutObject, GetObject and HeadObject answer alike. */
  describe(bucket: Bucket, { etag, encryption, checksums, ...object }: StoredObject): Record<string, Json | undefined> {
    const expiry = firstExpiry(bucket.lifecycle, { etag, encryption, checksums, ...object });
    const kms =
      encryption.algorithm === "AES256"
        ? {}
        : { SSEKMSKeyId: encryption.key ?? this.defaultKey(), BucketKeyEnabled: encryption.bucketKey === true };
    return {
      ETag: etag,
      ServerSideEncryption: encryption.algorithm,
      ...kms,
      Expiration: expiry && `expiry-date="${new Date(expiry.at).toUTCString()}", rule-id="${expiry.rule.given.ID}"`,
    };
  }

  private defaultKey(): string {
    const { region, accountId } = this.world;
    return `arn:aws:kms:${region}:${accountId}:alias/aws/s3`;
  }

  private tell(
    bucket: Bucket,
    name: EventName,
    reason: string,
    { principal, requestId }: Change,
    key: string,
    object?: StoredObject,
  ): void {
    const about = object && { size: object.bytes.length, etag: object.etag.slice(1, -1) };
    const sequencer = this.notifications.nextSequencer();
    const at = this.world.clock.now;
    this.notifications.publish(bucket, { name, key, ...about, sequencer, requestId, principal, reason, at });
  }
}

export function changeBy({ principal, requestId }: Call): Change {
  return { principal, requestId };
}
