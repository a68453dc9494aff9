// Invokes a function with the notifications of S3 buckets: one notification configuration a bucket, and the function's permission for it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "./transform";
import { allowInvocation, type TriggerTarget } from "./triggerTarget";
import { inWords, matching, validated } from "./validate";

/**
 * Objects of an S3 bucket.
 *
 * A bucket has one notification configuration, and whoever writes it last replaces it. So all triggers of one bucket must belong to one
 * function, and nothing else may configure the bucket's notifications. Where several functions want them, let S3 send its events to EventBridge
 * (`eventbridge: true` of `aws.s3.BucketNotification`) and give each function an `eventPattern`
 * (https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventBridge.html).
 */
export interface BucketTrigger {
  /** The bucket or its ARN. */
  readonly bucket: aws.s3.Bucket | pulumi.Input<string>;
  /**
   * Which events (https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-event-types-and-destinations.html).
   *
   * @example `events: ["s3:ObjectCreated:*"]`
   */
  readonly events: readonly string[];
  /** What the object's key begins with. @default anything */
  readonly prefix?: pulumi.Input<string>;
  /** What the object's key ends with. @default anything */
  readonly suffix?: pulumi.Input<string>;
  /** What its resources are named after: that of the first trigger of the bucket. @default its place among the triggers */
  readonly name?: string;
}

/** Changes to the resources of BucketTriggers. */
export interface BucketTriggerTransform {
  readonly notification?: Transform<aws.s3.BucketNotificationArgs>;
  readonly permission?: Transform<aws.lambda.PermissionArgs>;
}

/** A trigger and how errors and resources name it. */
export interface NamedBucketTrigger {
  readonly name: string;
  readonly argument: string;
  readonly trigger: BucketTrigger;
}

/** The function that has the notifications of a bucket: a second one would take them away. */
const notified = new WeakMap<object, string>();

/** @throws when an argument is not allowed, or another function has the bucket's notifications */
export function checkBucketTriggers(component: string, triggers: readonly NamedBucketTrigger[]): void {
  for (const { argument, trigger } of triggers) {
    checkEvents(argument, trigger.events);
    if (aws.s3.Bucket.isInstance(trigger.bucket)) {
      const owner = notified.get(trigger.bucket) ?? component;
      if (owner !== component) {
        throw new Error(
          `[${argument}.bucket] must be a bucket whose notifications no other function has, got one that notifies "${owner}": let S3 send to EventBridge and use [eventPattern]`,
        );
      }
    } else {
      bucketArn(argument, trigger.bucket);
    }
  }
}

/** Creates one notification configuration and one permission for each bucket. */
export function createBucketTriggers(
  component: string,
  triggers: readonly NamedBucketTrigger[],
  target: TriggerTarget,
  transform: BucketTriggerTransform = {},
): void {
  for (const [bucket, ofBucket] of Map.groupBy(triggers, ({ trigger }) => trigger.bucket)) {
    const [first] = ofBucket;
    if (aws.s3.Bucket.isInstance(bucket)) {
      notified.set(bucket, component);
    }
    if (first !== undefined) {
      createNotification(first, ofBucket, target, transform);
    }
  }
}

function createNotification(
  { name, argument, trigger: { bucket } }: NamedBucketTrigger,
  triggers: readonly NamedBucketTrigger[],
  target: TriggerTarget,
  transform: BucketTriggerTransform,
): void {
  const arn = aws.s3.Bucket.isInstance(bucket) ? bucket.arn : bucketArn(argument, bucket);
  const permission = allowInvocation(
    `${name}-permission`,
    target,
    {
      principal: "s3.amazonaws.com",
      sourceArn: arn,
      // A bucket's ARN names no account, and whoever owns the name next could invoke the function.
      sourceAccount: target.function.arn.apply((known) => known.split(":")[4] ?? ""),
    },
    transform.permission,
  );
  new aws.s3.BucketNotification(
    ...transformed(
      transform.notification,
      name,
      {
        bucket: pulumi.output(arn).apply((known) => known.slice(known.lastIndexOf(":") + 1)),
        lambdaFunctions: triggers.map(({ trigger }) => ({
          lambdaFunctionArn: target.function.arn,
          events: [...trigger.events],
          filterPrefix: trigger.prefix,
          filterSuffix: trigger.suffix,
        })),
      },
      { parent: target.parent, dependsOn: [permission] },
    ),
  );
}

function checkEvents(argument: string, events: readonly string[]): void {
  if (!Array.isArray(events) || events.length === 0) {
    throw new Error(
      `[${argument}.events] must hold at least one event such as "s3:ObjectCreated:*", got ${inWords(events)}`,
    );
  }
  for (const [index, event] of events.entries()) {
    matching(
      `${argument}.events.${index}`,
      event,
      /^s3:[A-Za-z]+(:[A-Za-z]+)*(:\*)?$/,
      `an event of S3 such as "s3:ObjectCreated:*"`,
    );
  }
}

function bucketArn(argument: string, bucket: pulumi.Input<string>): pulumi.Input<string> {
  return validated(bucket, (arn) =>
    matching(
      `${argument}.bucket`,
      arn,
      /^arn:[a-z-]+:s3:::[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
      "an S3 bucket or its ARN",
    ),
  );
}
