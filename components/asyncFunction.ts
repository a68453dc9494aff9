// A function that is invoked asynchronously, by events, topics, buckets, schedules or directly: what fails for good waits in the spool.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type AsyncAlarms, asyncAlarms } from "./asyncAlarms";
import { type AsyncInvocationSettings, asyncInvocation } from "./asyncInvocation";
import type { ClosureFunctionTransform } from "./closureFunction";
import { type AlarmSettings, type AlarmTransforms, createAlarms } from "./createAlarms";
import { functionReplay } from "./functionReplay";
import { type HandlerArgs, middlewareFunction } from "./middlewareFunction";
import { type MiddlewareSettings, middlewareConfig } from "./middlewareSettings";
import { type Observed, type ObservedParts, observedHandler } from "./observed";
import type { ReplayArgs, ReplaySource, ReplaySourceSettings } from "./replaySource";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { type Transform, transformed } from "./transform";
import { checkedTriggers, createTriggers, type Trigger, type TriggersTransform } from "./triggers";
import { sourceOf } from "./uncertainTask";
import { checkArgs } from "./validate";

/** Changes to the resources that an AsyncFunction creates. */
export interface AsyncFunctionTransform extends ClosureFunctionTransform {
  readonly invokeConfig?: Transform<aws.lambda.FunctionEventInvokeConfigArgs>;
  readonly triggers?: TriggersTransform;
  readonly alarms?: AlarmTransforms<keyof AsyncAlarms>;
}

/** Arguments of an AsyncFunction: these, and the settings of its function as a ClosureFunction has them. */
export interface AsyncFunctionArgs<Event = never, Result = unknown>
  extends Omit<HandlerArgs<Event, Result>, "transform">,
    AsyncInvocationSettings,
    MiddlewareSettings,
    AlarmSettings<AsyncAlarms>,
    ReplaySourceSettings {
  /** Where events wait that failed for good, or that did not reach the function. */
  readonly spool: SpoolReference;
  /**
   * What invokes it. Whoever may call `lambda:InvokeFunction` can invoke it with the invocation type `Event` besides.
   *
   * @default none
   * @example `triggers: [{ eventPattern: { source: ["shop.orders"] } }, { schedule: "rate(1 hour)" }]`
   * @example `triggers: [{ topic }, { bucket: uploads, events: ["s3:ObjectCreated:*"], suffix: ".pdf" }]`
   */
  readonly triggers?: readonly Trigger[];
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: AsyncFunctionTransform;
}

/**
 * A function that nobody waits for. Lambda tries an event up to three times; then its payload and its error go to the spool, from
 * where a ReprocessFunction has the function invoked again with the same event. What EventBridge, SNS or Scheduler cannot deliver
 * goes there, too.
 *
 * @example
 * ```
 * const notify = new AsyncFunction("notify", {
 *   spool,
 *   callback: async (event: OrderPlaced) => send(event.detail),
 *   triggers: [{ eventPattern: { source: ["shop.orders"] } }],
 * });
 * ```
 * @throws when an argument is not allowed
 */
export class AsyncFunction<Event = never, Result = unknown>
  extends pulumi.ComponentResource
  implements Observed, ReplaySource
{
  readonly function: aws.lambda.Function;
  /** The function's role. */
  readonly role: aws.iam.Role;
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  readonly functionName: pulumi.Output<string>;
  /** The logical source that its failures are recorded under. */
  readonly source: string;
  /** Where its failures wait. */
  readonly spool: SpoolReference;
  /** How a ReprocessFunction finds and replays its failures. */
  readonly replay: ReplayArgs;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: AsyncFunctionArgs<Event, Result>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:AsyncFunction", name, {}, opts);
    checkArgs(args, "spool");
    const { spool, tags, transform = {} } = args;
    checkSpool(spool);
    this.spool = spool;
    this.source = sourceOf(name, args.source);
    const invocation = asyncInvocation(args, spool);
    const triggers = checkedTriggers(name, args.triggers ?? []);

    const permissions = [...invocation.statements, ...(args.idempotency?.statements ?? [])];
    const made = middlewareFunction<Event, Result>(
      name,
      {
        kind: "async",
        config: middlewareConfig(name, args),
        handler: { ...args, transform, permissions: [...(args.permissions ?? []), ...permissions] },
      },
      this,
    );
    this.function = made.function;
    this.role = made.role;
    this.arn = made.arn;
    this.functionName = made.functionName;

    const config = new aws.lambda.FunctionEventInvokeConfig(
      ...transformed(
        transform.invokeConfig,
        `${name}-invocation`,
        { functionName: this.functionName, ...invocation.config },
        { parent: this },
      ),
    );
    const target = { function: this.function, spool, tags, parent: this, after: config };
    const undelivered = createTriggers(name, triggers, target, transform.triggers);
    const watched = asyncAlarms(this.functionName, args.alarms);
    const alarms = createAlarms(name, { ...args, alarms: watched, transform: transform.alarms }, this);
    this.replay = functionReplay(this.function, [this.arn, ...undelivered]);
    this.observed = { ...observedHandler(name, this.function, alarms, args), kind: "function" };
    this.registerOutputs({ arn: this.arn, functionName: this.functionName, source: this.source });
  }
}
