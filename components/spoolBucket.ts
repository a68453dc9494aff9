// The bucket of a spool: for payloads that are too large for a message or an execution, and for what AWS itself writes of failed streams.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { RECORD_VERSION } from "../records/record";
import { type Duration, toSeconds } from "./duration";
import { safetyNetRulePrefix } from "./spoolQueuePolicy";
import type { QueueReference } from "./spoolReference";
import { type Transform, transformed } from "./transform";
import { validated } from "./validate";

/** Changes to the resources of a spool's bucket. */
export interface SpoolBucketTransform {
  readonly bucket?: Transform<aws.s3.BucketArgs>;
  readonly publicAccessBlock?: Transform<aws.s3.BucketPublicAccessBlockArgs>;
  readonly encryption?: Transform<aws.s3.BucketServerSideEncryptionConfigurationArgs>;
  readonly lifecycle?: Transform<aws.s3.BucketLifecycleConfigurationArgs>;
  readonly policy?: Transform<aws.s3.BucketPolicyArgs>;
  readonly notification?: Transform<aws.s3.BucketNotificationArgs>;
  readonly rule?: Transform<aws.cloudwatch.EventRuleArgs>;
  readonly target?: Transform<aws.cloudwatch.EventTargetArgs>;
}

export interface SpoolBucketArgs {
  readonly queue: Pick<QueueReference, "arn" | "queueName">;
  /** As checked by {@link payloadRetentionDays}. */
  readonly retentionDays: pulumi.Input<number>;
  readonly kmsKeyArn?: pulumi.Input<string>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform: SpoolBucketTransform;
  readonly protect: boolean;
}

/** Where Lambda puts what failed: https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
const lambdaPrefix = "aws/lambda/";

/** @throws unless it is a whole number of days, from 14 on: no shorter than a message can wait */
export function payloadRetentionDays(retention: pulumi.Input<Duration>): pulumi.Input<number> {
  return validated(retention, (value) => {
    const seconds = toSeconds("payloadRetention", value, { minimum: 14 * 86_400, maximum: 3_650 * 86_400 });
    return Math.ceil(seconds / 86_400);
  });
}

/** Creates the bucket, private and for TLS alone, and the rule that records in the spool what Lambda puts there. */
export function spoolBucket(name: string, args: SpoolBucketArgs, parent: pulumi.Resource): aws.s3.Bucket {
  const { queue, retentionDays, kmsKeyArn, tags, transform, protect } = args;
  const child = { parent };
  const bucket = new aws.s3.Bucket(...transformed(transform.bucket, name, { tags }, { ...child, protect }));
  const of = { bucket: bucket.bucket };
  const block = new aws.s3.BucketPublicAccessBlock(
    ...transformed(
      transform.publicAccessBlock,
      `${name}-access`,
      { ...of, blockPublicAcls: true, blockPublicPolicy: true, ignorePublicAcls: true, restrictPublicBuckets: true },
      child,
    ),
  );
  if (kmsKeyArn !== undefined) {
    const rules = [
      {
        applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: kmsKeyArn },
        bucketKeyEnabled: true,
      },
    ];
    new aws.s3.BucketServerSideEncryptionConfiguration(
      ...transformed(transform.encryption, `${name}-encryption`, { ...of, rules }, child),
    );
  }
  new aws.s3.BucketLifecycleConfiguration(
    ...transformed(
      transform.lifecycle,
      `${name}-lifecycle`,
      {
        ...of,
        rules: [{ id: "payloads", status: "Enabled", filter: { prefix: "" }, expiration: { days: retentionDays } }],
      },
      child,
    ),
  );
  // S3 changes one setting of a bucket at a time, and answers OperationAborted to a second one.
  new aws.s3.BucketPolicy(
    ...transformed(
      transform.policy,
      `${name}-policy`,
      { ...of, policy: bucket.arn.apply(tlsOnly) },
      { ...child, dependsOn: [block] },
    ),
  );
  new aws.s3.BucketNotification(
    ...transformed(transform.notification, `${name}-notification`, { ...of, eventbridge: true }, child),
  );
  const rule = new aws.cloudwatch.EventRule(
    ...transformed(
      transform.rule,
      `${name}-rule`,
      {
        namePrefix: queue.queueName.apply(safetyNetRulePrefix),
        description: "Records failed stream batches that Lambda put into the spool's bucket",
        eventPattern: bucket.bucket.apply(objectPattern),
        tags,
      },
      child,
    ),
  );
  new aws.cloudwatch.EventTarget(
    ...transformed(
      transform.target,
      `${name}-rule-spool`,
      { rule: rule.name, arn: queue.arn, inputTransformer: { inputTemplate: objectTemplate } },
      child,
    ),
  );
  return bucket;
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html */
export function objectPattern(bucketName: string): string {
  return JSON.stringify({
    source: ["aws.s3"],
    "detail-type": ["Object Created"],
    detail: { bucket: { name: [bucketName] }, object: { key: [{ prefix: lambdaPrefix }] } },
  });
}

/** The record: the event alone. What failed, and of which source, is read from the object itself. */
export const objectTemplate = `{"respool": ${RECORD_VERSION}, "object": <aws.events.event.json>}`;

// https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html
function tlsOnly(bucketArn: string): string {
  return JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [bucketArn, `${bucketArn}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ],
  });
}
