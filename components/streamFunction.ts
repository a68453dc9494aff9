// A function that is invoked with the records of a DynamoDB or Kinesis stream, each on its own: what fails too often waits to be redriven.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { StreamMiddlewareConfig } from "../handlers/middleware/config";
import type { ClosureFunctionTransform } from "./closureFunction";
import { type AlarmSettings, type AlarmTransforms, createAlarms } from "./createAlarms";
import { functionReplay } from "./functionReplay";
import { type HandlerArgs, middlewareFunction } from "./middlewareFunction";
import { type MiddlewareSettings, middlewareConfig } from "./middlewareSettings";
import { type Observed, type ObservedParts, observedHandler } from "./observed";
import type { ReplayArgs, ReplaySource, ReplaySourceSettings } from "./replaySource";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { type StreamAlarms, streamAlarms } from "./streamAlarms";
import { type StreamFailureDestination, streamFailures } from "./streamFailures";
import { type StreamMappingSettings, streamMapping } from "./streamMapping";
import { type StreamInput, streamSource } from "./streamSource";
import { type Transform, transformed } from "./transform";
import { sourceOf } from "./uncertainTask";
import { checkArgs } from "./validate";

/** Changes to the resources that a StreamFunction creates. */
export interface StreamFunctionTransform extends ClosureFunctionTransform {
  readonly mapping?: Transform<aws.lambda.EventSourceMappingArgs>;
  readonly alarms?: AlarmTransforms<keyof StreamAlarms>;
}

/** Arguments of a StreamFunction: these, and the settings of its function as a ClosureFunction has them. */
export interface StreamFunctionArgs<Item = never, Result = unknown>
  extends Omit<HandlerArgs<Item, Result>, "transform">,
    StreamMappingSettings,
    MiddlewareSettings,
    AlarmSettings<StreamAlarms>,
    ReplaySourceSettings {
  /** Where failed batches wait: the records in its bucket, and word of them in its queue. */
  readonly spool: SpoolReference;
  /** What is read. */
  readonly stream: StreamInput;
  /**
   * ARN of a key of yours that encrypts the stream: the function may decrypt with it, and with `metadataOnly` the launcher's function, which
   * reads the stream again
   * (https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html#example-consumer-permissions).
   *
   * @default AWS's own key, or none
   */
  readonly kmsKeyArn?: pulumi.Input<string>;
  /**
   * Where batches go that failed for good: `"S3"`, the spool's bucket, with the records; or a queue or topic that hears of them
   * only, which must be chosen in so many words, and brings an alarm that goes off before the stream drops the records.
   *
   * @default "S3"
   * @example `onFailure: { destination: "spool", metadataOnly: true }`
   */
  readonly onFailure?: StreamFailureDestination;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: StreamFunctionTransform;
}

/**
 * A function that follows a stream. The handler gets one record; the middleware reports the first that failed, and Lambda goes on
 * from there. What still fails after a few attempts goes to the spool with its records, from where a ReprocessFunction has the
 * function invoked again with the same batch.
 *
 * @example
 * ```
 * const index = new StreamFunction("index", {
 *   spool,
 *   stream: ordersTable,
 *   callback: async (record: StreamRecord) => search.put(record),
 * });
 * ```
 * @throws when an argument is not allowed
 */
export class StreamFunction<Item = never, Result = unknown>
  extends pulumi.ComponentResource
  implements Observed, ReplaySource
{
  readonly function: aws.lambda.Function;
  /** The function's role. */
  readonly role: aws.iam.Role;
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  readonly mapping: aws.lambda.EventSourceMapping;
  /** The logical source that its failures are recorded under. */
  readonly source: string;
  /** Where its failures wait. */
  readonly spool: SpoolReference;
  /** How a ReprocessFunction finds and replays its failures. */
  readonly replay: ReplayArgs;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: StreamFunctionArgs<Item, Result>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:StreamFunction", name, {}, opts);
    checkArgs(args, "spool", "stream");
    const { spool, tags, transform = {} } = args;
    checkSpool(spool);
    this.spool = spool;
    this.source = sourceOf(name, args.source);
    const stream = streamSource(args.stream);
    const failures = streamFailures(args.onFailure, spool);
    const mapping = streamMapping(args, failures.metadataOnly);

    const config = middlewareConfig(name, args);
    const keys = args.kmsKeyArn === undefined ? [] : [pulumi.output(args.kmsKeyArn)];
    const permissions = [
      ...stream.statements,
      ...(keys.length === 0 ? [] : [{ actions: ["kms:Decrypt"], resources: keys }]),
      ...failures.statements,
      ...(args.idempotency?.statements ?? []),
    ];
    const made = middlewareFunction<Item, Result>(
      name,
      {
        kind: "stream",
        config: pulumi.all([config, stream.kind, mapping.bisectBatchOnFunctionError]).apply(
          ([known, kind, bisect]): StreamMiddlewareConfig => ({
            ...known,
            stream: kind,
            bisect,
            reports: args.reportsFailures ?? true,
          }),
        ),
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
        {
          eventSourceArn: stream.arn,
          functionName: this.functionName,
          ...mapping,
          destinationConfig: { onFailure: { destinationArn: failures.arn } },
          tags,
        },
        { parent: this },
      ),
    );
    const watched = { functionName: this.functionName, metadataQueueName: failures.queueName };
    const alarms = createAlarms(
      name,
      { ...args, alarms: streamAlarms(watched, args.alarms), transform: transform.alarms },
      this,
    );
    this.replay = {
      ...functionReplay(this.function, [this.arn]),
      ...(failures.metadataOnly ? { streamArn: stream.arn, kmsKeyArns: keys } : {}),
    };
    this.observed = { ...observedHandler(name, this.function, alarms, args), kind: "stream" };
    this.registerOutputs({ arn: this.arn, functionName: this.functionName, source: this.source });
  }
}
