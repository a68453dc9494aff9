// A function that is invoked with the messages of an SQS queue, each on its own: what fails too often waits to be redriven.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { QueueMiddlewareConfig } from "../handlers/middleware/config";
import type { ClosureFunctionTransform } from "./closureFunction";
import { type AlarmTransforms, createAlarms } from "./createAlarms";
import { functionReplay } from "./functionReplay";
import { type HandlerArgs, middlewareFunction } from "./middlewareFunction";
import { type MiddlewareSettings, middlewareConfig } from "./middlewareSettings";
import type { PermissionStatement } from "./policy";
import { type QueueAlarms, queueAlarms } from "./queueAlarms";
import { type QueueMappingSettings, queueMapping, visibilitySeconds } from "./queueMapping";
import type { ReplayArgs, ReplaySource } from "./replaySource";
import {
  checkQueueSettings,
  createDeadLetterQueue,
  createSourceQueue,
  existingQueue,
  type NamedQueue,
  type SourceQueueSettings,
  type SourceQueueTransform,
} from "./sourceQueue";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { type Transform, transformed } from "./transform";
import { logicalSource } from "./uncertainTask";
import { validated, wholeNumber } from "./validate";

/** Changes to the resources that a QueueFunction creates. */
export interface QueueFunctionTransform extends ClosureFunctionTransform, SourceQueueTransform {
  readonly mapping?: Transform<aws.lambda.EventSourceMappingArgs>;
  readonly alarms?: AlarmTransforms<keyof QueueAlarms>;
}

/** Arguments of a QueueFunction: these, and the settings of its function as a ClosureFunction has them. */
export interface QueueFunctionArgs<Message = never, Result = unknown>
  extends Omit<HandlerArgs<Message, Result>, "transform">,
    QueueMappingSettings,
    SourceQueueSettings,
    MiddlewareSettings {
  /** Where dead letters of a standard queue wait: it is the queue's dead-letter queue. */
  readonly spool: SpoolReference;
  /**
   * The name under which failures are recorded: 1 to 64 characters of `0-9A-Za-z.-_`. Keep it when the component is renamed.
   *
   * @default the component's name
   */
  readonly source?: string;
  /** When the alarms go off; `false` for none at all. @default see each */
  readonly alarms?: QueueAlarms | false;
  /** ARNs, of SNS topics for instance, that every alarm notifies when it goes off. @default none */
  readonly alarmActions?: readonly pulumi.Input<string>[];
  /** Changes to the resources that this component creates. */
  readonly transform?: QueueFunctionTransform;
}

/**
 * A queue and the function that works it off. The handler gets one message; the middleware tells Lambda which messages of a batch failed, and SQS
 * makes those visible again after the visibility timeout. After `maxReceiveCount` receives a message is a dead letter: in the spool, or, of a FIFO queue,
 * in a FIFO dead-letter queue beside it. A ReprocessFunction redrives both.
 *
 * The dead-letter queue is protected: `{ protect: false }` among the component's options takes that away.
 *
 * @example
 * ```
 * const orders = new QueueFunction("orders", {
 *   spool,
 *   callback: async (message: QueueMessage<Order>) => ship(message.body),
 *   maximumConcurrency: 5,
 * });
 * ```
 * @throws when an argument is not allowed
 */
export class QueueFunction<Message = never, Result = unknown> extends pulumi.ComponentResource implements ReplaySource {
  /** Where callers send messages. */
  readonly queue: NamedQueue;
  readonly function: aws.lambda.Function;
  readonly role: aws.iam.Role;
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly mapping: aws.lambda.EventSourceMapping;
  /** Of a FIFO queue; a standard one has the spool. */
  readonly deadLetterQueue?: aws.sqs.Queue;
  readonly source: string;
  readonly replay: ReplayArgs;

  constructor(name: string, args: QueueFunctionArgs<Message, Result>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:QueueFunction", name, {}, opts);
    const { spool, source, alarms, alarmActions, transform = {}, ...settings } = args;
    const { idempotency, service, namespace, batchSize, batchingWindow, maximumConcurrency, filter, ...rest } =
      settings;
    const { queue, fifo = false, contentBasedDeduplication, messageRetention, visibilityTimeout, ...more } = rest;
    const { kmsKeyArn, maxReceiveCount = 5, ...handler } = more;
    const { tags, timeout = "30 seconds", permissions = [] } = handler;
    const ofQueue = { queue, fifo, contentBasedDeduplication, messageRetention, visibilityTimeout, kmsKeyArn };
    checkSpool(spool);
    checkQueueSettings(ofQueue);
    this.source = logicalSource(source ?? name);
    const mapping = queueMapping({ batchSize, batchingWindow, maximumConcurrency, filter }, fifo);
    const visible = visibilitySeconds(visibilityTimeout, timeout, mapping.batchingWindowSeconds);
    const receives = validated(maxReceiveCount, (value) =>
      wholeNumber("maxReceiveCount", value, { minimum: 1, maximum: 1_000 }),
    );
    const existing = queue === undefined ? undefined : existingQueue(queue, fifo);

    const protect = opts?.protect ?? true;
    this.deadLetterQueue = fifo
      ? createDeadLetterQueue(`${name}-dead-letters`, { tags, transform }, { parent: this, protect })
      : undefined;
    const redrivePolicy = pulumi
      .all([this.deadLetterQueue?.arn ?? spool.arn, receives])
      .apply(([deadLetterTargetArn, count]) => JSON.stringify({ deadLetterTargetArn, maxReceiveCount: count }));
    if (existing === undefined) {
      const created = { settings: ofQueue, visibilitySeconds: visible, redrivePolicy, tags, transform };
      this.queue = createSourceQueue(`${name}-queue`, created, this);
    } else {
      this.queue = existing;
      new aws.sqs.RedrivePolicy(
        ...transformed(
          transform.redrivePolicy,
          `${name}-redrive`,
          { queueUrl: existing.url, redrivePolicy },
          { parent: this },
        ),
      );
    }

    const common = middlewareConfig(name, { idempotency, service, namespace });
    const made = middlewareFunction<Message, Result>(
      name,
      {
        kind: "queue",
        config: common.apply((known): QueueMiddlewareConfig => ({ ...known, fifo })),
        handler: {
          ...handler,
          transform,
          permissions: [
            ...permissions,
            ...receiveStatements(this.queue.arn, kmsKeyArn),
            ...(idempotency?.statements ?? []),
          ],
        },
      },
      this,
    );
    this.function = made.function;
    this.role = made.role;
    this.arn = made.arn;
    this.functionName = made.functionName;

    this.mapping = new aws.lambda.EventSourceMapping(
      ...transformed(
        transform.mapping,
        `${name}-mapping`,
        { eventSourceArn: this.queue.arn, functionName: this.functionName, ...mapping.config, tags },
        { parent: this },
      ),
    );
    const watched = {
      functionName: this.functionName,
      queueName: this.queue.name,
      visibilitySeconds: visible,
      deadLetterQueueName: this.deadLetterQueue?.name,
    };
    createAlarms(name, { alarms: queueAlarms(watched, alarms), alarmActions, tags, transform: transform.alarms }, this);
    this.replay =
      this.deadLetterQueue === undefined
        ? functionReplay(this.function, [this.queue.arn])
        : {
            origins: [this.queue.arn],
            deadLetterQueue: { arn: this.deadLetterQueue.arn, url: this.deadLetterQueue.url },
            returnQueue: { arn: this.queue.arn, url: this.queue.url },
          };
    this.registerOutputs({ arn: this.arn, functionName: this.functionName, queueUrl: this.queue.url });
  }
}

/** https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions */
function receiveStatements(
  queueArn: pulumi.Output<string>,
  kmsKeyArn: pulumi.Input<string> | undefined,
): PermissionStatement[] {
  return [
    { actions: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"], resources: [queueArn] },
    ...(kmsKeyArn === undefined ? [] : [{ actions: ["kms:Decrypt"], resources: [kmsKeyArn] }]),
  ];
}
