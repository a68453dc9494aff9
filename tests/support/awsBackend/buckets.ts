// S3 buckets and what is set of them, created by the AWS SDK.
import {
  type BucketLocationConstraint,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteBucketLifecycleCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  DeletePublicAccessBlockCommand,
  type ExpirationStatus,
  PutBucketEncryptionCommand,
  PutBucketLifecycleConfigurationCommand,
  PutBucketNotificationConfigurationCommand,
  PutBucketPolicyCommand,
  PutPublicAccessBlockCommand,
  paginateListObjectsV2,
  type S3Client,
  type ServerSideEncryption,
} from "@aws-sdk/client-s3";
import { type LiveResource, type LiveResourceTypes, liveType } from "./resourceType";

interface BucketArguments {
  readonly bucket?: string;
}

interface PublicAccessBlockArguments {
  readonly bucket: string;
  readonly blockPublicAcls?: boolean;
  readonly blockPublicPolicy?: boolean;
  readonly ignorePublicAcls?: boolean;
  readonly restrictPublicBuckets?: boolean;
}

interface LifecycleArguments {
  readonly bucket: string;
  readonly rules: readonly {
    readonly id: string;
    readonly status: ExpirationStatus;
    readonly filter?: { readonly prefix?: string };
    readonly expiration?: { readonly days?: number };
  }[];
}

interface PolicyArguments {
  readonly bucket: string;
  readonly policy: string;
}

interface NotificationArguments {
  readonly bucket: string;
  readonly eventbridge?: boolean;
}

interface EncryptionArguments {
  readonly bucket: string;
  readonly rules: readonly {
    readonly applyServerSideEncryptionByDefault?: {
      readonly sseAlgorithm: ServerSideEncryption;
      readonly kmsMasterKeyId?: string;
    };
    readonly bucketKeyEnabled?: boolean;
  }[];
}

/** A bucket must be empty before it can be deleted. */
async function removeBucket(s3: S3Client, Bucket: string): Promise<void> {
  for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket })) {
    const Objects = Contents.flatMap(({ Key }) => (Key === undefined ? [] : [{ Key }]));
    if (Objects.length > 0) await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  }
  await s3.send(new DeleteBucketCommand({ Bucket }));
}

/** What is set of a bucket has the bucket's name for its id. */
function setting(Bucket: string, remove: () => Promise<unknown>): LiveResource {
  return { id: Bucket, state: { bucket: Bucket }, remove };
}

export function bucketTypes(s3: S3Client, region: string): LiveResourceTypes {
  return {
    "aws:s3/bucket:Bucket": liveType<BucketArguments>({
      knownArguments: ["bucket"],
      async create({ bucket }, physicalName) {
        const Bucket = bucket ?? physicalName.toLowerCase();
        const LocationConstraint = region as BucketLocationConstraint;
        // us-east-1 is where buckets are unless told otherwise, and may not be told.
        const CreateBucketConfiguration = region === "us-east-1" ? undefined : { LocationConstraint };
        await s3.send(new CreateBucketCommand({ Bucket, CreateBucketConfiguration }));
        return {
          id: Bucket,
          state: { bucket: Bucket, arn: `arn:aws:s3:::${Bucket}`, region },
          remove: () => removeBucket(s3, Bucket),
        };
      },
    }),
    ...bucketAccessTypes(s3),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": liveType<LifecycleArguments>({
      knownArguments: ["bucket", "rules"],
      async create({ bucket: Bucket, rules }) {
        const Rules = rules.map(({ id, status, filter, expiration }) => ({
          ID: id,
          Status: status,
          Filter: filter && { Prefix: filter.prefix },
          Expiration: expiration && { Days: expiration.days },
        }));
        await s3.send(new PutBucketLifecycleConfigurationCommand({ Bucket, LifecycleConfiguration: { Rules } }));
        return setting(Bucket, () => s3.send(new DeleteBucketLifecycleCommand({ Bucket })));
      },
    }),
    "aws:s3/bucketNotification:BucketNotification": liveType<NotificationArguments>({
      knownArguments: ["bucket", "eventbridge"],
      async create({ bucket: Bucket, eventbridge }) {
        const put = (NotificationConfiguration: { EventBridgeConfiguration?: object }) =>
          s3.send(new PutBucketNotificationConfigurationCommand({ Bucket, NotificationConfiguration }));
        await put(eventbridge === true ? { EventBridgeConfiguration: {} } : {});
        return setting(Bucket, () => put({}));
      },
    }),
  };
}

function bucketAccessTypes(s3: S3Client): LiveResourceTypes {
  return {
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": liveType<PublicAccessBlockArguments>({
      knownArguments: ["bucket", "blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"],
      async create({ bucket: Bucket, ...blocks }) {
        const PublicAccessBlockConfiguration = {
          BlockPublicAcls: blocks.blockPublicAcls,
          BlockPublicPolicy: blocks.blockPublicPolicy,
          IgnorePublicAcls: blocks.ignorePublicAcls,
          RestrictPublicBuckets: blocks.restrictPublicBuckets,
        };
        await s3.send(new PutPublicAccessBlockCommand({ Bucket, PublicAccessBlockConfiguration }));
        return setting(Bucket, () => s3.send(new DeletePublicAccessBlockCommand({ Bucket })));
      },
    }),
    "aws:s3/bucketPolicy:BucketPolicy": liveType<PolicyArguments>({
      knownArguments: ["bucket", "policy"],
      async create({ bucket: Bucket, policy: Policy }) {
        await s3.send(new PutBucketPolicyCommand({ Bucket, Policy }));
        return setting(Bucket, () => s3.send(new DeleteBucketPolicyCommand({ Bucket })));
      },
    }),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration":
      liveType<EncryptionArguments>({
        knownArguments: ["bucket", "rules"],
        async create({ bucket: Bucket, rules }) {
          const Rules = rules.map(({ applyServerSideEncryptionByDefault: byDefault, bucketKeyEnabled }) => ({
            BucketKeyEnabled: bucketKeyEnabled,
            ApplyServerSideEncryptionByDefault: byDefault && {
              SSEAlgorithm: byDefault.sseAlgorithm,
              KMSMasterKeyID: byDefault.kmsMasterKeyId,
            },
          }));
          await s3.send(new PutBucketEncryptionCommand({ Bucket, ServerSideEncryptionConfiguration: { Rules } }));
          // A bucket is always encrypted: how, goes with it.
          return setting(Bucket, async () => undefined);
        },
      }),
  };
}
