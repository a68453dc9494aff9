// A task that may fail: tried, tried again, and parked with its input and its error, so that nothing is lost.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type RetryPolicy, retriers } from "./asl/retry";
import { type Outcome, uncertainTaskDefinition } from "./asl/uncertainTaskDefinition";
import type { Duration } from "./duration";
import { functionLogGroup, type Observed, type ObservedParts } from "./observed";
import { type SpooledMachineTransform, spooledMachine } from "./spooledMachine";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { checkTarget, resolveTarget, type UncertainTaskTarget } from "./taskTarget";
import { checkArgs, matching, oneOf } from "./validate";

/** Changes to the resources that an UncertainTask creates; a closure's own are in `task.transform`. */
export type UncertainTaskTransform = SpooledMachineTransform;

/** Arguments of an UncertainTask. */
export interface UncertainTaskArgs<Event = never, Result = unknown> {
  /** Where failed work waits. */
  readonly spool: SpoolReference;
  /**
   * What is tried: a closure, the arguments of a ClosureFunction, a function that exists, or any task resource. Annotate a closure's
   * parameter, or TypeScript infers `never` for it.
   *
   * @example `task: async (order: Order) => charge(order)`
   * @example `task: { callbackFactory: () => ..., environment: { STAGE: "prod" }, timeout: "1 minute" }`
   * @example `task: { resource: "arn:aws:states:::dynamodb:putItem", arguments: { ... }, permissions: [ ... ] }`
   */
  readonly task: UncertainTaskTarget<Event, Result>;
  /**
   * The name under which failures are recorded: 1 to 64 characters of `0-9A-Za-z.-_`. Keep it when the component is renamed, or
   * records that still wait lose their state machine.
   *
   * @default the component's name
   */
  readonly source?: string;
  /** What becomes of failed work: a redrive starts a new execution with the same input. @default "restart" */
  readonly onFailure?: "restart";
  /**
   * How an execution ends whose work was parked: `"succeed"` with `{ spooled: true, id, generation }` as its output, or `"fail"` with
   * the error `Respool.Spooled`, so that a parent which waits for it does not go on as if the work were done.
   *
   * @default "succeed"
   */
  readonly outcome?: Outcome;
  /**
   * Replaces the default policy: timeouts never (the work may have been done), `TooManyRequestsException` and
   * `Lambda.TooManyRequestsException` twice after 1 second, everything else once after 5 seconds.
   *
   * @default that policy
   */
  readonly retry?: readonly RetryPolicy[];
  /** Names of errors that another attempt cannot help: parked at once, whatever `retry` says. @default none */
  readonly permanentErrors?: readonly string[];
  /**
   * How long one attempt may take; longer than the function's own timeout.
   *
   * @default the function's timeout and 30 seconds; a task resource has no default
   */
  readonly timeout?: pulumi.Input<Duration>;
  /** Whether executions are traced by X-Ray. @default true */
  readonly tracing?: boolean;
  /** Tags of every resource that has tags. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. Logging is one for `stateMachine` and `policy`. @default none */
  readonly transform?: UncertainTaskTransform;
}

/**
 * A Standard state machine around one task. An execution whose task succeeds takes one state transition; one whose task fails for good sends the
 * caller's input and the error to the spool. An event rule catches what failed without coming that far.
 *
 * Callers name executions as they like, except `<...>-redrive-<number>-<letters and digits>`: so redrives are named.
 *
 * @example `new UncertainTask("charge-card", { spool, task: async (order: Order) => charge(order) })`
 * @throws when an argument is not allowed
 */
export class UncertainTask<Event = never, Result = unknown> extends pulumi.ComponentResource implements Observed {
  readonly stateMachine: aws.sfn.StateMachine;
  /** The state machine's role. */
  readonly role: aws.iam.Role;
  /** The function that is tried, if it is one. */
  readonly function?: aws.lambda.Function;
  /** The state machine's ARN: start executions of it. */
  readonly arn: pulumi.Output<string>;
  /** The logical source that failure records name. */
  readonly source: string;
  /** Where failed work waits. */
  readonly spool: SpoolReference;
  /** How long an execution can take, in seconds, every attempt and wait included. */
  readonly longestExecutionSeconds: pulumi.Output<number>;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: UncertainTaskArgs<Event, Result>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:UncertainTask", name, {}, opts);
    checkArgs(args, "spool", "task");
    const { spool, tags, transform = {}, tracing = true } = args;
    const child = { parent: this };
    checkSpool(spool);
    this.spool = spool;
    checkTarget(args.task);
    oneOf("onFailure", args.onFailure ?? "restart", ["restart"]);
    const outcome = oneOf("outcome", args.outcome ?? "succeed", ["succeed", "fail"]);
    const retry = retriers(args.permanentErrors ?? [], args.retry);
    this.source = sourceOf(name, args.source);
    const target = resolveTarget(args.task, args.timeout, { name: `${name}-function`, options: child });
    this.function = target.function;

    const definition = pulumi
      .all([target.call, target.timeoutSeconds, spool.url])
      .apply(([call, timeoutSeconds, queueUrl]) =>
        uncertainTaskDefinition({ source: this.source, call, timeoutSeconds, retry, queueUrl, outcome }),
      );
    const { source } = this;
    const machine = spooledMachine(
      name,
      { source, spool, definition, permissions: target.permissions, tracing, tags, transform },
      this,
    );
    this.stateMachine = machine.stateMachine;
    this.role = machine.role;
    this.arn = machine.stateMachine.arn;
    this.longestExecutionSeconds = machine.longestExecutionSeconds;
    this.observed = {
      kind: "task",
      title: name,
      stateMachineArn: this.arn,
      ...(this.function === undefined
        ? {}
        : { functionName: this.function.name, logGroupNames: [functionLogGroup(this.function)] }),
    };
    this.registerOutputs({ arn: this.arn, source: this.source });
  }
}

export const sourcePattern = /^[0-9A-Za-z._-]{1,64}$/;
export const sourceInWords = `1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_"`;

/**
 * A logical source stands in JSON, in an input template and in configuration; none of these characters means anything there.
 *
 * @param name the component's, which is its source where it says nothing else
 * @throws when the source is not allowed
 */
export function sourceOf(name: string, source: string | undefined): string {
  return source === undefined
    ? matching("name", name, sourcePattern, `${sourceInWords} where [source] is not given`)
    : matching("source", source, sourcePattern, sourceInWords);
}
