// Operations on a bucket's settings: policy, notifications, lifecycle, encryption, public access, versioning, ownership.
import { AwsError, type Operation, operation } from "../../service";
import type { Bucket, PublicAccessBlock } from "./bucket";
import type { BucketInput } from "./bucketOperations";
import { setPolicy } from "./bucketPolicies";
import type { Buckets } from "./buckets";
import type { LifecycleRuleInput } from "./lifecycleRules";
import { describeNotifications, type NotificationConfigurationInput } from "./notificationSettings";
import type { BucketSettings, EncryptionRuleInput } from "./settings";

interface Inputs {
  readonly Policy?: string;
  readonly NotificationConfiguration?: NotificationConfigurationInput;
  readonly LifecycleConfiguration?: { readonly Rules?: readonly LifecycleRuleInput[] };
  readonly ServerSideEncryptionConfiguration?: { readonly Rules?: readonly EncryptionRuleInput[] };
  readonly PublicAccessBlockConfiguration?: Partial<PublicAccessBlock>;
  readonly VersioningConfiguration?: { readonly Status?: string };
  readonly OwnershipControls?: { readonly Rules?: readonly { readonly ObjectOwnership?: string }[] };
}

function missing(code: string, message: string): AwsError {
  return new AwsError(code, message, 404);
}

/** @param iamAction without the service's prefix; the names of some actions differ from their operations' */
function on(
  buckets: Buckets,
  iamAction: string,
  handle: (bucket: Bucket, input: Inputs) => object | undefined,
): Operation {
  return operation<BucketInput & Inputs>({
    authorize: ({ Bucket: name }) => [buckets.onBucket(`s3:${iamAction}`, name)],
    handle: (input) => handle(buckets.get(input.Bucket), input) ?? {},
  });
}

function policyOperations(buckets: Buckets): Record<string, Operation> {
  return {
    PutBucketPolicy: on(buckets, "PutBucketPolicy", (bucket, { Policy = "" }) => {
      setPolicy(bucket, Policy, buckets.world.accountId);
      return undefined;
    }),
    GetBucketPolicy: on(buckets, "GetBucketPolicy", ({ policy }) => {
      if (policy === undefined) throw missing("NoSuchBucketPolicy", "The bucket policy does not exist");
      return { Policy: policy.text };
    }),
    DeleteBucketPolicy: on(buckets, "DeleteBucketPolicy", (bucket) => {
      bucket.policy = undefined;
      return undefined;
    }),
  };
}

function lifecycleOperations(buckets: Buckets, settings: BucketSettings): Record<string, Operation> {
  return {
    PutBucketLifecycleConfiguration: on(buckets, "PutLifecycleConfiguration", (bucket, input) => {
      settings.setLifecycle(bucket, input.LifecycleConfiguration?.Rules ?? []);
      return undefined;
    }),
    GetBucketLifecycleConfiguration: on(buckets, "GetLifecycleConfiguration", ({ lifecycle }) => {
      if (lifecycle.length === 0) {
        throw missing("NoSuchLifecycleConfiguration", "The lifecycle configuration does not exist");
      }
      return { Rules: lifecycle.map(({ given }) => given) };
    }),
    DeleteBucketLifecycle: on(buckets, "PutLifecycleConfiguration", (bucket) => {
      settings.setLifecycle(bucket, []);
      return undefined;
    }),
  };
}

function accessOperations(buckets: Buckets, settings: BucketSettings): Record<string, Operation> {
  return {
    PutPublicAccessBlock: on(buckets, "PutBucketPublicAccessBlock", (bucket, input) => {
      settings.setPublicAccess(bucket, input.PublicAccessBlockConfiguration ?? {});
      return undefined;
    }),
    GetPublicAccessBlock: on(buckets, "GetBucketPublicAccessBlock", ({ publicAccess }) => {
      if (publicAccess === undefined) {
        const text = "The public access block configuration was not found";
        throw missing("NoSuchPublicAccessBlockConfiguration", text);
      }
      return { PublicAccessBlockConfiguration: publicAccess };
    }),
    DeletePublicAccessBlock: on(buckets, "PutBucketPublicAccessBlock", (bucket) => {
      bucket.publicAccess = undefined;
      return undefined;
    }),
    PutBucketOwnershipControls: on(buckets, "PutBucketOwnershipControls", (bucket, input) => {
      settings.setOwnership(bucket, input.OwnershipControls?.Rules?.[0]?.ObjectOwnership);
      return undefined;
    }),
    GetBucketOwnershipControls: on(buckets, "GetBucketOwnershipControls", ({ objectOwnership }) => ({
      OwnershipControls: { Rules: [{ ObjectOwnership: objectOwnership }] },
    })),
  };
}

export function settingOperations(buckets: Buckets, settings: BucketSettings): Record<string, Operation> {
  return {
    ...policyOperations(buckets),
    ...lifecycleOperations(buckets, settings),
    ...accessOperations(buckets, settings),
    PutBucketNotificationConfiguration: on(buckets, "PutBucketNotification", (bucket, input) => {
      settings.setNotifications(bucket, input.NotificationConfiguration ?? {});
      return undefined;
    }),
    GetBucketNotificationConfiguration: on(buckets, "GetBucketNotification", ({ notifications }) =>
      describeNotifications(notifications),
    ),
    PutBucketEncryption: on(buckets, "PutEncryptionConfiguration", (bucket, input) => {
      settings.setEncryption(bucket, input.ServerSideEncryptionConfiguration?.Rules ?? []);
      return undefined;
    }),
    GetBucketEncryption: on(buckets, "GetEncryptionConfiguration", (bucket) => ({
      ServerSideEncryptionConfiguration: settings.describeEncryption(bucket),
    })),
    PutBucketVersioning: on(buckets, "PutBucketVersioning", (bucket, input) => {
      settings.setVersioning(bucket, input.VersioningConfiguration?.Status);
      return undefined;
    }),
    GetBucketVersioning: on(buckets, "GetBucketVersioning", ({ versioningStatus }) =>
      versioningStatus === undefined ? {} : { Status: versioningStatus },
    ),
  };
}
