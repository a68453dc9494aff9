// A bucket: its objects and its settings.
import type { PolicyDocument } from "../../iam";
import type { JsonObject } from "../../json";
import type { Checksums } from "./checksums";
import type { LifecycleRule } from "./lifecycleRules";
import type { NotificationSettings } from "./notificationSettings";

export interface StoredObject {
  readonly key: string;
  readonly bytes: Buffer;
  /** With its quotes. */
  readonly etag: string;
  /** Milliseconds since the epoch. */
  readonly modifiedAt: number;
  readonly contentType: string;
  /** Content-Encoding and its like, by their members' names. */
  readonly headers: JsonObject;
  readonly metadata: Readonly<Record<string, string>>;
  readonly checksums: Checksums;
  readonly encryption: Encryption;
}

export interface Encryption {
  readonly algorithm: "AES256" | "aws:kms";
  /** The ARN of the key; undefined for AWS's own. */
  readonly key?: string;
  readonly bucketKey?: boolean;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/API_PublicAccessBlockConfiguration.html */
export interface PublicAccessBlock {
  readonly BlockPublicAcls: boolean;
  readonly IgnorePublicAcls: boolean;
  readonly BlockPublicPolicy: boolean;
  readonly RestrictPublicBuckets: boolean;
}

/** New buckets block it. https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html */
export const allBlocked: PublicAccessBlock = {
  BlockPublicAcls: true,
  IgnorePublicAcls: true,
  BlockPublicPolicy: true,
  RestrictPublicBuckets: true,
};

export class Bucket {
  readonly objects = new Map<string, StoredObject>();
  readonly arn: string;
  policy: { readonly text: string; readonly document: PolicyDocument } | undefined;
  encryption: Encryption = { algorithm: "AES256" };
  publicAccess: PublicAccessBlock | undefined = allBlocked;
  lifecycle: readonly LifecycleRule[] = [];
  notifications: NotificationSettings = { destinations: [], eventBridge: false };
  /** Versioning was asked for and suspended; it cannot be enabled here. */
  versioningStatus: "Suspended" | undefined;
  objectOwnership = "BucketOwnerEnforced";

  constructor(
    readonly name: string,
    /** Milliseconds since the epoch. */
    readonly createdAt: number,
  ) {
    this.arn = `arn:aws:s3:::${name}`;
  }

  arnOf(key: string): string {
    return `${this.arn}/${key}`;
  }
}
