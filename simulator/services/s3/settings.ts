// A bucket's settings as the API and the Pulumi resources give them: both come through here.
import type { AwsError } from "../../service";
import type { World } from "../../world";
import { allBlocked, type Bucket, type Encryption, type PublicAccessBlock } from "./bucket";
import { encryptionOf } from "./encryption";
import { malformedXml, refuseUnknown, unsupported } from "./errors";
import { type LifecycleRuleInput, lifecycleRule } from "./lifecycleRules";
import { type NotificationConfigurationInput, notificationSettings } from "./notificationSettings";
import type { Objects } from "./objects";

export interface EncryptionRuleInput {
  readonly ApplyServerSideEncryptionByDefault?: { readonly SSEAlgorithm?: string; readonly KMSMasterKeyID?: string };
  readonly BucketKeyEnabled?: boolean;
}

export class BucketSettings {
  constructor(
    private readonly world: World,
    private readonly objects: Objects,
  ) {}

  /** Replaces all rules. */
  setLifecycle(bucket: Bucket, rules: readonly LifecycleRuleInput[]): void {
    bucket.lifecycle = rules.map((rule, index) => lifecycleRule(rule, `rule-${index + 1}`));
    this.objects.lifecycle.restart(bucket);
  }

  /** @throws AwsError InvalidArgument when S3 may not use a destination */
  setNotifications(bucket: Bucket, input: NotificationConfigurationInput): void {
    const { random } = this.world;
    const settings = notificationSettings(input, () => random.uuid());
    this.objects.notifications.validate(bucket, settings);
    bucket.notifications = settings;
    this.objects.notifications.sendTestEvents(bucket, settings, random.uuid());
  }

  setEncryption(bucket: Bucket, rules: readonly EncryptionRuleInput[]): void {
    const [rule] = rules;
    if (rule === undefined || rules.length > 1) throw malformedXml();
    refuseUnknown("ServerSideEncryptionRule", rule, ["ApplyServerSideEncryptionByDefault", "BucketKeyEnabled"]);
    const { SSEAlgorithm: algorithm = "AES256", KMSMasterKeyID: key } = rule.ApplyServerSideEncryptionByDefault ?? {};
    bucket.encryption = encryptionOf(this.world, algorithm, key, rule.BucketKeyEnabled);
  }

  describeEncryption({ encryption }: Bucket): object {
    const { algorithm, key, bucketKey = false } = encryption satisfies Encryption;
    const ApplyServerSideEncryptionByDefault = {
      SSEAlgorithm: algorithm,
      ...(key === undefined ? {} : { KMSMasterKeyID: key }),
    };
    return { Rules: [{ ApplyServerSideEncryptionByDefault, BucketKeyEnabled: bucketKey }] };
  }

  /** What is not said of it is off. */
  setPublicAccess(bucket: Bucket, block: Partial<PublicAccessBlock>): void {
    refuseUnknown("PublicAccessBlockConfiguration", block, Object.keys(allBlocked));
    const of = (name: keyof PublicAccessBlock) => block[name] === true;
    bucket.publicAccess = {
      BlockPublicAcls: of("BlockPublicAcls"),
      IgnorePublicAcls: of("IgnorePublicAcls"),
      BlockPublicPolicy: of("BlockPublicPolicy"),
      RestrictPublicBuckets: of("RestrictPublicBuckets"),
    };
  }

  setVersioning(bucket: Bucket, status: string | undefined): void {
    if (status !== undefined && status !== "Suspended" && status !== "Disabled") {
      throw unsupported("Status", status, "buckets without versions: Suspended") satisfies AwsError;
    }
    if (status === "Suspended") bucket.versioningStatus = status;
  }

  setOwnership(bucket: Bucket, ownership: string | undefined): void {
    const known = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];
    if (ownership === undefined || !known.includes(ownership)) throw malformedXml();
    bucket.objectOwnership = ownership;
  }
}
