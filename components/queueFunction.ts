// A function that is invoked with the messages of an SQS queue, each on its own: what fails too often waits to be redriven.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { QueueMiddlewareConfig } from "../handlers/middleware/config";
import type { WorkContext } from "../handlers/middleware/workContext";
import type { ClosureFunctionTransform } from "./closureFunction";
import { type AlarmSettings, type AlarmTransforms, createAlarms } from "./createAlarms";
import { functionReplay } from "./functionReplay";
import { type HandlerArgs, middlewareFunction, type OtherMiddleware } from "./middlewareFunction";
import { type MiddlewareSettings, middlewareConfig } from "./middlewareSettings";
import { type Observed, type ObservedParts, observedHandler } from "./observed";
import type { PermissionStatement } from "./policy";
import { type QueueAlarms, queueAlarms } from "./queueAlarms";
import { type QueueMappingSettings, queueMapping, visibilitySeconds } from "./queueMapping";
import type { ReplayArgs, ReplaySource, ReplaySourceSettings } from "./replaySource";
import {
  checkQueueSettings,
  createDeadLetterQueue,
  createSourceQueue,
  existingQueue,
  type NamedQueue,
  redriven,
  redrivePolicy,
  type SourceQueueSettings,
  type SourceQueueTransform,
} from "./sourceQueue";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { type Transform, transformed } from "./transform";
import { sourceOf } from "./uncertainTask";
import { checkArgs } from "./validate";

/** Changes to the resources that a QueueFunction creates. */
export interface QueueFunctionTransform extends ClosureFunctionTransform, SourceQueueTransform {
  readonly mapping?: Transform<aws.lambda.EventSourceMappingArgs>;
  readonly alarms?: AlarmTransforms<keyof QueueAlarms>;
}

/** Arguments of a QueueFunction: these, and the settings of its function as a ClosureFunction has them. */
export interface QueueFunctionArgs<Message = never, Result = unknown, Context = WorkContext>
  extends Omit<HandlerArgs<Message, Result, Context>, "transform">,
    QueueMappingSettings,
    SourceQueueSettings,
    MiddlewareSettings,
    AlarmSettings<QueueAlarms>,
    ReplaySourceSettings {
  /** Where dead letters of a standard queue wait: it is the queue's dead-letter queue. */
  readonly spool: SpoolReference;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: QueueFunctionTransform;
  /** For components that are made of this one. @internal */
  readonly middleware?: OtherMiddleware;
}

/**
 * A queue and the function that works it off. The handler gets one message; the middleware tells Lambda which messages of a batch
 * failed, and SQS makes those visible again after the visibility timeout. After `maxReceiveCount` receives a message is a dead
 * letter: in the spool, or, of a FIFO queue, in a FIFO dead-letter queue beside it. A ReprocessFunction redrives both.
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
export class QueueFunction<Message = never, Result = unknown, Context = WorkContext>
  extends pulumi.ComponentResource
  implements Observed, ReplaySource
{
  /** Where callers send messages. */
  readonly queue: NamedQueue;
  readonly function: aws.lambda.Function;
  /** The function's role. */
  readonly role: aws.iam.Role;
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly mapping: aws.lambda.EventSourceMapping;
  /** Of a FIFO queue; a standard one has the spool. */
  readonly deadLetterQueue?: aws.sqs.Queue;
  /** The logical source that its failures are recorded under. */
  readonly source: string;
  /** Where its failures wait. */
  readonly spool: SpoolReference;
  /** How a ReprocessFunction finds and replays its failures. */
  readonly replay: ReplayArgs;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: QueueFunctionArgs<Message, Result, Context>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:QueueFunction", name, {}, opts);
    checkArgs(args, "spool");
    const { spool, queue, fifo = false, tags, transform = {} } = args;
    checkSpool(spool);
    this.spool = spool;
    checkQueueSettings(args);
    this.source = sourceOf(name, args.source);
    const mapping = queueMapping(args, fifo);
    const visible = visibilitySeconds(args, mapping.batchingWindowSeconds);
    const existing = queue === undefined ? undefined : existingQueue(queue, fifo);
    const protect = opts?.protect ?? true;
    this.deadLetterQueue = fifo
      ? createDeadLetterQueue(`${name}-dead-letters`, { tags, transform }, { parent: this, protect })
      : undefined;
    const redrive = redrivePolicy(this.deadLetterQueue?.arn ?? spool.arn, args.maxReceiveCount);
    this.queue =
      existing === undefined
        ? createSourceQueue(
            name,
            {
              settings: args,
              visibilitySeconds: visible,
              redrive,
              deadLetterRetention: fifo ? undefined : spool.retentionSeconds,
              tags,
              transform,
            },
            this,
          )
        : redriven(name, existing, { redrive, transform }, this);

    const config = middlewareConfig(name, args);
    const permissions = [...receiveStatements(this.queue.arn, args.kmsKeyArn), ...(args.idempotency?.statements ?? [])];
    const made = middlewareFunction<Message, Result>(
      name,
      {
        kind: args.middleware?.kind ?? "queue",
        data: args.middleware?.data,
        argument: args.middleware?.argument,
        config: pulumi
          .all([config, args.middleware?.config])
          .apply(([known, other]): QueueMiddlewareConfig => ({ ...known, ...other, fifo })),
        handler: { ...args, transform, permissions: [...(args.permissions ?? []), ...permissions] },
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
    const alarms = createAlarms(
      name,
      { ...args, alarms: queueAlarms(watched, args.alarms), transform: transform.alarms },
      this,
    );
    const keys = args.kmsKeyArn === undefined ? {} : { kmsKeyArns: [pulumi.output(args.kmsKeyArn)] };
    this.replay =
      this.deadLetterQueue === undefined
        ? { ...functionReplay(this.function, [this.queue.arn]), ...keys }
        : {
            ...keys,
            origins: [this.queue.arn],
            deadLetterQueue: { arn: this.deadLetterQueue.arn, url: this.deadLetterQueue.url },
            returnQueue: { arn: this.queue.arn, url: this.queue.url },
          };
    this.observed = {
      ...observedHandler(name, this.function, alarms, args),
      kind: "queue",
      queueName: this.queue.name,
      deadLetterQueueName: this.deadLetterQueue?.name,
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
