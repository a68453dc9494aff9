// A spool as the components that use one see it: made here, or in another stack.
import * as pulumi from "@pulumi/pulumi";
import { type Duration, toSeconds } from "./duration";
import type { PermissionStatement } from "./policy";
import { parseQueueArn, queueUrlOf } from "./queueArn";
import { inWords, validated } from "./validate";

/** One of a spool's two queues. */
export interface QueueReference {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  /** Its name, which metrics and alarms go by. */
  readonly queueName: pulumi.Output<string>;
  /** How long SQS keeps a message, in seconds. */
  readonly retentionSeconds: pulumi.Output<number>;
}

/** A spool: the queue of failure records, and the queue for what cannot be redriven. */
export interface SpoolReference extends QueueReference {
  /** The name of the component that made it; undefined where its ARN is all that is known. */
  readonly name?: string;
  readonly poison: QueueReference;
  /** The key that encrypts both queues; undefined where SQS's own does. */
  readonly kmsKeyArn?: pulumi.Output<string>;
  /** The bucket for payloads; undefined where the spool has none. */
  readonly bucket?: { readonly name: pulumi.Output<string>; readonly arn: pulumi.Output<string> };
}

/** What `ErrorSpool.fromArn` must be told beside the ARN. */
export interface SpoolFromArnArgs {
  /** ARN of the spool's poison queue. */
  readonly poisonArn: pulumi.Input<string>;
  /** The spool's retention, from "7 days" to "14 days". @default "14 days" */
  readonly retention?: pulumi.Input<Duration>;
  /** The key that encrypts queues and bucket. @default AWS's own */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /** The name of the spool's bucket. @default none: no stream batches, no payloads of more than 192 KiB */
  readonly bucketName?: pulumi.Input<string>;
}

/** SQS keeps a message for 14 days at most; the renewer copies it five days before its end, and looks once a day at least. */
export const retentionRange = { minimum: 7 * 86_400, maximum: 14 * 86_400 };

/** @throws when something else than a spool is given, such as nothing, or its queue */
export function checkSpool(spool: unknown): void {
  if (!(isQueueReference(spool) && "poison" in spool && isQueueReference(spool.poison))) {
    throw new Error(`[spool] must be an ErrorSpool or ErrorSpool.fromArn(...), got ${inWords(spool)}`);
  }
}

function isQueueReference(value: unknown): value is object {
  return (
    typeof value === "object" && value !== null && "queueName" in value && pulumi.Output.isInstance(value.queueName)
  );
}

export function spoolFromArn(arn: pulumi.Input<string>, args: SpoolFromArnArgs): SpoolReference {
  const retention = validated(args.retention ?? "14 days", (value) => toSeconds("retention", value, retentionRange));
  return {
    ...queueFromArn("arn", arn, retention),
    poison: queueFromArn("poisonArn", args.poisonArn, retentionRange.maximum),
    ...(args.kmsKeyArn === undefined ? {} : { kmsKeyArn: pulumi.output(args.kmsKeyArn) }),
    ...(args.bucketName === undefined ? {} : { bucket: bucketOf(arn, args.bucketName) }),
  };
}

/** In the partition of the queue. */
function bucketOf(queueArn: pulumi.Input<string>, bucketName: pulumi.Input<string>) {
  const name = pulumi.output(bucketName);
  const partition = pulumi.output(queueArn).apply((known) => parseQueueArn("arn", known).partition);
  return { name, arn: pulumi.interpolate`arn:${partition}:s3:::${name}` };
}

function queueFromArn(
  argument: string,
  arn: pulumi.Input<string>,
  retentionSeconds: pulumi.Input<number>,
): QueueReference {
  const parsed = pulumi.output(validated(arn, (value) => parseQueueArn(argument, value)));
  return {
    arn: pulumi.output(arn),
    url: parsed.apply(queueUrlOf),
    queueName: parsed.apply(({ queueName }) => queueName),
    retentionSeconds: pulumi.output(retentionSeconds),
  };
}

/**
 * What a role that sends to the queues needs of the spool's own key, none when there is none: SQS asks for the data key as the caller
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html).
 */
export function keyStatements({ kmsKeyArn }: SpoolReference): PermissionStatement[] {
  return kmsKeyArn === undefined ? [] : [{ actions: ["kms:Decrypt", "kms:GenerateDataKey"], resources: [kmsKeyArn] }];
}
