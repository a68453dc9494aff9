// The queue that a function reads: made here with what a redrive needs, or one that exists already.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Duration, durationOf, toSeconds } from "./duration";
import { withBoth } from "./knownNumbers";
import { parseAnyQueueArn, queueUrlOf } from "./queueArn";
import { poisonQueuePolicy as tlsOnlyPolicy } from "./spoolQueuePolicy";
import { type Transform, transformed } from "./transform";
import { inWords, validated, wholeNumber } from "./validate";

/** Arguments about the queue itself. */
export interface SourceQueueSettings {
  /**
   * A queue that exists already, or its ARN: its redrive policy is set, everything else about it stays as it is. Its visibility
   * timeout should be six times the function's, and nothing else may set its redrive policy.
   *
   * @default a queue is created
   */
  readonly queue?: aws.sqs.Queue | pulumi.Input<string>;
  /**
   * First in, first out, within each message group. What fails waits in a FIFO dead-letter queue of its own, not in the spool, so
   * that a redrive keeps the order. To be said of an existing FIFO queue, too.
   *
   * @default false
   */
  readonly fifo?: boolean;
  /**
   * Whether SQS takes a hash of a message's body for its deduplication id where the sender gives none; of a FIFO queue alone.
   * Else each sender must give one.
   *
   * @default false
   */
  readonly contentBasedDeduplication?: pulumi.Input<boolean>;
  /**
   * How long SQS keeps a message that nobody deletes, from "1 minute" to "14 days" for a FIFO queue, to the spool's `retention` for a standard
   * one. A message that goes from a standard queue to the spool keeps its enqueue time, and is deleted there when it is as old as the spool's
   * `retention` says, at once if it is already
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/setting-up-dead-letter-queue-retention.html).
   *
   * The renewer must see it before that. It looks once a day, and a run takes 15 minutes at most: safe is what becomes a dead letter at least a
   * day and 15 minutes before it is as old as the spool's `retention`. A message that was in the queue for longer than that, nearly 13 days, may be
   * lost, wherever it lies: the alarm on `age` is meant to come long before. A shorter time here helps nobody, it only loses messages
   * sooner. Of a `queue` that exists already nobody checks the retention: keep to the same bound there.
   *
   * @default "14 days"; of a standard queue the spool's `retention`, if that is shorter
   */
  readonly messageRetention?: pulumi.Input<Duration>;
  /**
   * How long a message is invisible while an invocation has it, and so how long a failed one waits for the next attempt: at least
   * the function's timeout, at most "12 hours".
   *
   * @default six times the function's timeout and the `batchingWindow`
   */
  readonly visibilityTimeout?: pulumi.Input<Duration>;
  /**
   * ARN of a key of yours that encrypts the queue, or of an existing queue, encrypts it already. Messages stay encrypted under it when they
   * are dead letters, so that the reprocess function and the renewer may decrypt with it, and the launcher, which sends messages back to a
   * FIFO queue, may encrypt with it, too.
   *
   * @default SQS's own key (SSE-SQS)
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /**
   * How often a message is received before it is a dead letter, 1 to 1000. AWS recommends at least 5, since a receive counts even
   * where the function was throttled
   * (https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-queueconfig).
   *
   * @default 5
   */
  readonly maxReceiveCount?: pulumi.Input<number>;
}

/** Changes to the queue's resources. */
export interface SourceQueueTransform {
  readonly queue?: Transform<aws.sqs.QueueArgs>;
  readonly queuePolicy?: Transform<aws.sqs.QueuePolicyArgs>;
  /** Of a queue that exists already. */
  readonly redrivePolicy?: Transform<aws.sqs.RedrivePolicyArgs>;
  /** Of a FIFO queue. */
  readonly deadLetterQueue?: Transform<aws.sqs.QueueArgs>;
  readonly deadLetterQueuePolicy?: Transform<aws.sqs.QueuePolicyArgs>;
}

/** A queue by all its names. */
export interface NamedQueue {
  readonly arn: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
}

/** What SQS takes, in bytes (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html). */
const largestMessage = 1_048_576;
/**
 * What a sender must leave free. A message that is copied, to be renewed, poisoned or sent back, gets an attribute that says which message it
 * was; a message without room for it would be copied without, and be another one from then on.
 */
const roomForIdentity = 4_096;
const longestRetention = 14 * 86_400;

/** @throws when settings contradict one another */
export function checkQueueSettings(settings: SourceQueueSettings): void {
  const { queue, fifo = false } = settings;
  const ofNewQueues = ["contentBasedDeduplication", "messageRetention", "visibilityTimeout"] as const;
  const given = queue === undefined ? undefined : ofNewQueues.find((name) => settings[name] !== undefined);
  if (given !== undefined) {
    throw new Error(`[${given}] must not be given beside [queue], which has its own, got ${inWords(settings[given])}`);
  }
  if (settings.contentBasedDeduplication !== undefined && !fifo) {
    throw new Error("[contentBasedDeduplication] must not be given without [fifo]");
  }
}

/** The existing queue, once it is known to be of the kind that the program says. */
export function existingQueue(queue: aws.sqs.Queue | pulumi.Input<string>, fifo: boolean): NamedQueue {
  const given = aws.sqs.Queue.isInstance(queue) ? queue.arn : queue;
  const arn = pulumi.output(validated(given, (value) => checkedKind(value, fifo)));
  const parsed = arn.apply((known) => parseAnyQueueArn("queue", known));
  return { arn, url: parsed.apply(queueUrlOf), name: parsed.apply(({ queueName }) => queueName) };
}

function checkedKind(arn: string, fifo: boolean): string {
  const isFifo = parseAnyQueueArn("queue", arn).queueName.endsWith(".fifo");
  if (isFifo !== fifo) {
    throw new Error(`[fifo] must be ${isFifo} for [queue], got ${fifo} for ${inWords(arn)}`);
  }
  return arn;
}

/**
 * When messages become dead letters, and where those go.
 *
 * @throws when the count is not allowed
 */
export function redrivePolicy(
  deadLetterQueueArn: pulumi.Input<string>,
  maxReceiveCount: pulumi.Input<number> = 5,
): pulumi.Output<string> {
  const count = validated(maxReceiveCount, (value) =>
    wholeNumber("maxReceiveCount", value, { minimum: 1, maximum: 1_000 }),
  );
  return pulumi
    .all([deadLetterQueueArn, count])
    .apply(([arn, receives]) => JSON.stringify({ deadLetterTargetArn: arn, maxReceiveCount: receives }));
}

/** Gives an existing queue its redrive policy. */
export function redriven(
  name: string,
  queue: NamedQueue,
  { redrive, transform }: Pick<CreateQueueArgs, "redrive" | "transform">,
  parent: pulumi.Resource,
): NamedQueue {
  new aws.sqs.RedrivePolicy(
    ...transformed(
      transform.redrivePolicy,
      `${name}-redrive`,
      { queueUrl: queue.url, redrivePolicy: redrive },
      { parent },
    ),
  );
  return queue;
}

export interface CreateQueueArgs {
  readonly settings: SourceQueueSettings;
  readonly visibilitySeconds: pulumi.Input<number>;
  readonly redrive: pulumi.Input<string>;
  /** In seconds, where its dead letters keep their enqueue time. @default none: they begin anew */
  readonly deadLetterRetention?: pulumi.Input<number>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform: SourceQueueTransform;
}

/** Creates the queue, for TLS alone. */
export function createSourceQueue(name: string, args: CreateQueueArgs, parent: pulumi.Resource): aws.sqs.Queue {
  const { settings, transform } = args;
  const queue = new aws.sqs.Queue(
    ...transformed(
      transform.queue,
      `${name}-queue`,
      {
        visibilityTimeoutSeconds: args.visibilitySeconds,
        messageRetentionSeconds: retention(settings.messageRetention, args.deadLetterRetention),
        maxMessageSize: largestMessage - roomForIdentity,
        ...(settings.kmsKeyArn === undefined ? { sqsManagedSseEnabled: true } : { kmsMasterKeyId: settings.kmsKeyArn }),
        ...(settings.fifo
          ? { fifoQueue: true, contentBasedDeduplication: settings.contentBasedDeduplication ?? false }
          : {}),
        redrivePolicy: args.redrive,
        tags: args.tags,
      },
      { parent },
    ),
  );
  refusePlainText(`${name}-queue-policy`, queue, transform.queuePolicy, parent);
  return queue;
}

/** @throws when dead letters would be deleted as soon as they arrive */
function retention(
  given: pulumi.Input<Duration> | undefined,
  deadLetterRetention: pulumi.Input<number> = longestRetention,
): pulumi.Input<number> {
  if (given === undefined) {
    return deadLetterRetention;
  }
  const seconds = validated(given, (value) =>
    toSeconds("messageRetention", value, { minimum: 60, maximum: longestRetention }),
  );
  return withBoth(seconds, deadLetterRetention, withinSpool);
}

/**
 * @param most the spool's retention
 * @throws when the queue's is longer
 */
export function withinSpool(seconds: number, most: number): number {
  if (seconds > most) {
    throw new Error(
      `[messageRetention] must be at most the [retention] of the spool, "${durationOf(most)}", since dead letters keep their age there, got "${durationOf(seconds)}"`,
    );
  }
  return seconds;
}

/**
 * The dead-letter queue of a FIFO queue, which must be FIFO, too. Here the retention begins anew when a message arrives.
 *
 * @param protect whether `pulumi destroy` spares it
 */
export function createDeadLetterQueue(
  name: string,
  { tags, transform }: Pick<CreateQueueArgs, "tags" | "transform">,
  options: { readonly parent: pulumi.Resource; readonly protect: boolean },
): aws.sqs.Queue {
  const queue = new aws.sqs.Queue(
    ...transformed(
      transform.deadLetterQueue,
      name,
      {
        fifoQueue: true,
        messageRetentionSeconds: longestRetention,
        maxMessageSize: largestMessage,
        sqsManagedSseEnabled: true,
        tags,
      },
      options,
    ),
  );
  refusePlainText(`${name}-policy`, queue, transform.deadLetterQueuePolicy, options.parent);
  return queue;
}

function refusePlainText(
  name: string,
  queue: aws.sqs.Queue,
  transform: Transform<aws.sqs.QueuePolicyArgs> | undefined,
  parent: pulumi.Resource,
): void {
  new aws.sqs.QueuePolicy(
    ...transformed(transform, name, { queueUrl: queue.url, policy: queue.arn.apply(tlsOnlyPolicy) }, { parent }),
  );
}
