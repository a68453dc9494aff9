// The spool: where failed work waits with its input and its error until somebody redrives it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Duration, toSeconds } from "./duration";
import type { Observed, ObservedParts } from "./observed";
import { ageAlarm, depthAlarm, poisonAlarm, resumableAlarm } from "./spoolAlarms";
import { payloadRetentionDays, type SpoolBucketTransform, spoolBucket } from "./spoolBucket";
import { poisonQueuePolicy, spoolQueuePolicy } from "./spoolQueuePolicy";
import {
  type QueueReference,
  retentionRange,
  type SpoolFromArnArgs,
  type SpoolReference,
  spoolFromArn,
} from "./spoolReference";
import { type Transform, transformed } from "./transform";
import { validated, wholeNumber } from "./validate";

/** When the alarms of a spool go off. */
export interface SpoolAlarms {
  /** Records that wait or are being redriven; `false` for no such alarm. @default 1 */
  readonly depth?: number | false;
  /**
   * Age of the oldest work, from when it first started, at least an hour; `false` for no such alarm. Measured when the renewer runs,
   * once a day by default.
   *
   * @default "3 days"
   */
  readonly age?: Duration | false;
  /** Anything in the poison queue; `false` for no such alarm. @default true */
  readonly poison?: boolean;
  /** Work that must be resumed within 14 days of its failure, from day ten on; `false` for no such alarm. @default true */
  readonly resumable?: boolean;
}

/** Changes to the resources that an ErrorSpool creates. */
export interface ErrorSpoolTransform {
  readonly queue?: Transform<aws.sqs.QueueArgs>;
  readonly queuePolicy?: Transform<aws.sqs.QueuePolicyArgs>;
  readonly poisonQueue?: Transform<aws.sqs.QueueArgs>;
  readonly poisonQueuePolicy?: Transform<aws.sqs.QueuePolicyArgs>;
  readonly depthAlarm?: Transform<aws.cloudwatch.MetricAlarmArgs>;
  readonly ageAlarm?: Transform<aws.cloudwatch.MetricAlarmArgs>;
  readonly poisonAlarm?: Transform<aws.cloudwatch.MetricAlarmArgs>;
  readonly resumableAlarm?: Transform<aws.cloudwatch.MetricAlarmArgs>;
  /** The bucket and what belongs to it. */
  readonly bucket?: SpoolBucketTransform;
}

/** Arguments of an ErrorSpool. */
export interface ErrorSpoolArgs {
  /**
   * How long SQS keeps a record, from "7 days" to "14 days". The renewer of a ReprocessFunction copies records that come near
   * their end, so that work waits as long as it must. The poison queue always keeps 14 days.
   *
   * @default "14 days"
   * @example `retention: "7 days"`
   */
  readonly retention?: pulumi.Input<Duration>;
  /**
   * ARN of a key of yours that encrypts both queues and the bucket. Its key policy must let `events.amazonaws.com` use `kms:Decrypt` and
   * `kms:GenerateDataKey`, or the safety net cannot write
   * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-encryption-at-rest-key-policy.html); and `sns.amazonaws.com`, where an
   * AsyncFunction is subscribed to a topic.
   *
   * @default SQS's own key (SSE-SQS)
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /**
   * The bucket beside the queues: for stream batches that failed, and for payloads of more than 192 KiB. `false` for none: then no
   * StreamFunction can keep its records here, and work with a larger payload goes to the poison queue when it is redriven.
   *
   * @default true
   */
  readonly bucket?: boolean;
  /**
   * How long the bucket keeps a payload, from "14 days" to "3650 days": longer than work may wait. Records are renewed for ever, what they
   * refer to is not.
   *
   * @default "400 days"
   */
  readonly payloadRetention?: pulumi.Input<Duration>;
  /**
   * ARNs, of SNS topics for instance, that every alarm notifies when it goes off. The age alarm notifies them of missing data, too:
   * then the renewer does not run.
   *
   * @default none
   */
  readonly alarmActions?: readonly pulumi.Input<string>[];
  /** When the alarms go off; `false` for none at all. @default see each */
  readonly alarms?: SpoolAlarms | false;
  /** Tags of every resource that has tags. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: ErrorSpoolTransform;
}

/**
 * What SQS takes, in bytes; a queue that Pulumi makes takes 256 KiB unless told otherwise, and a copy carries an attribute more than
 * its original
 * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html).
 */
const largestMessage = 1_048_576;

/**
 * The queue of failure records, the poison queue for what cannot be redriven, the bucket for what is too large for them, and their alarms.
 *
 * Queues and bucket are protected: parked work must survive a `pulumi destroy` typed in haste. `{ protect: false }` among the
 * component's options takes that away.
 *
 * @example `const spool = new ErrorSpool("spool", { alarmActions: [topic.arn] });`
 * @throws when an argument is not allowed
 */
export class ErrorSpool extends pulumi.ComponentResource implements SpoolReference, Observed {
  /** The component's name. */
  readonly name: string;
  /** The queue of failure records. */
  readonly queue: aws.sqs.Queue;
  /** The queue for what cannot be redriven. */
  readonly poisonQueue: aws.sqs.Queue;
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly queueName: pulumi.Output<string>;
  readonly retentionSeconds: pulumi.Output<number>;
  /** The queue for what cannot be redriven, as other components see it. */
  readonly poison: QueueReference;
  readonly kmsKeyArn?: pulumi.Output<string>;
  /** For payloads; undefined where it was not wanted. */
  readonly bucket?: NonNullable<SpoolReference["bucket"]>;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  /** A spool of another stack. Alarms, policies and protection are that stack's. */
  static fromArn(arn: pulumi.Input<string>, args: SpoolFromArnArgs): SpoolReference {
    return spoolFromArn(arn, args);
  }

  constructor(name: string, args: ErrorSpoolArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:ErrorSpool", name, {}, opts);
    this.name = name;
    const { tags, transform = {} } = args;
    const alarms = checkedAlarms(args.alarms);
    const retention = validated(args.retention ?? "14 days", (value) => toSeconds("retention", value, retentionRange));
    const payloadDays = payloadRetentionDays(args.payloadRetention ?? "400 days");
    const child = { parent: this };
    const queueOptions = { ...child, protect: opts?.protect ?? true };
    const encryption =
      args.kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: args.kmsKeyArn };
    const message = { maxMessageSize: largestMessage, ...encryption, tags };

    this.queue = new aws.sqs.Queue(
      ...transformed(transform.queue, name, { messageRetentionSeconds: retention, ...message }, queueOptions),
    );
    new aws.sqs.QueuePolicy(
      ...transformed(
        transform.queuePolicy,
        `${name}-policy`,
        { queueUrl: this.queue.url, policy: this.queue.arn.apply(spoolQueuePolicy) },
        child,
      ),
    );
    this.poisonQueue = new aws.sqs.Queue(
      ...transformed(
        transform.poisonQueue,
        `${name}-poison`,
        { messageRetentionSeconds: retentionRange.maximum, ...message },
        queueOptions,
      ),
    );
    new aws.sqs.QueuePolicy(
      ...transformed(
        transform.poisonQueuePolicy,
        `${name}-poison-policy`,
        { queueUrl: this.poisonQueue.url, policy: this.poisonQueue.arn.apply(poisonQueuePolicy) },
        child,
      ),
    );

    if (args.bucket ?? true) {
      const { kmsKeyArn } = args;
      const { bucket, arn } = spoolBucket(
        `${name}-payloads`,
        {
          queue: { arn: this.queue.arn, queueName: this.queue.name },
          retentionDays: payloadDays,
          kmsKeyArn,
          tags,
          transform: transform.bucket ?? {},
          protect: queueOptions.protect,
        },
        this,
      );
      this.bucket = { name: bucket, arn };
    }

    const actions = { alarmActions: [...(args.alarmActions ?? [])], tags };
    const made: aws.cloudwatch.MetricAlarm[] = [];
    if (alarms.depth !== false) {
      const watched = { ...depthAlarm(this.queue.name, alarms.depth), ...actions };
      made.push(new aws.cloudwatch.MetricAlarm(...transformed(transform.depthAlarm, `${name}-depth`, watched, child)));
    }
    if (alarms.ageSeconds !== false) {
      const silence = { insufficientDataActions: actions.alarmActions };
      const watched = { ...ageAlarm(this.queue.name, alarms.ageSeconds), ...actions, ...silence };
      made.push(new aws.cloudwatch.MetricAlarm(...transformed(transform.ageAlarm, `${name}-age`, watched, child)));
    }
    if (alarms.poison) {
      const watched = { ...poisonAlarm(this.poisonQueue.name), ...actions };
      made.push(
        new aws.cloudwatch.MetricAlarm(...transformed(transform.poisonAlarm, `${name}-poison-alarm`, watched, child)),
      );
    }
    if (alarms.resumable) {
      const watched = { ...resumableAlarm(this.queue.name), ...actions };
      const place = [transform.resumableAlarm, `${name}-resumable`, watched, child] as const;
      made.push(new aws.cloudwatch.MetricAlarm(...transformed(...place)));
    }

    this.arn = this.queue.arn;
    this.url = this.queue.url;
    this.queueName = this.queue.name;
    this.retentionSeconds = pulumi.output(retention);
    this.poison = {
      arn: this.poisonQueue.arn,
      url: this.poisonQueue.url,
      queueName: this.poisonQueue.name,
      retentionSeconds: pulumi.output(retentionRange.maximum),
    };
    this.kmsKeyArn = args.kmsKeyArn === undefined ? undefined : pulumi.output(args.kmsKeyArn);
    this.observed = {
      kind: "spool",
      title: name,
      queueName: this.queueName,
      poisonQueueName: this.poison.queueName,
      alarmArns: made.map(({ arn }) => arn),
    };
    this.registerOutputs({ arn: this.arn, url: this.url, poisonArn: this.poison.arn, poisonUrl: this.poison.url });
  }
}

function checkedAlarms(alarms: SpoolAlarms | false = {}) {
  const { depth = 1, age = "3 days", poison = true, resumable = true } = alarms === false ? {} : alarms;
  const none = alarms === false;
  return {
    depth:
      none || depth === false
        ? (false as const)
        : wholeNumber("alarms.depth", depth, { minimum: 1, maximum: 1_000_000_000 }),
    ageSeconds:
      none || age === false
        ? (false as const)
        : toSeconds("alarms.age", age, { minimum: 3_600, maximum: 365 * 86_400 }),
    poison: !none && poison,
    resumable: !none && resumable,
  };
}
