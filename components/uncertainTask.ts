// A task that may fail: tried, tried again, and parked with its input and its error, so that nothing is lost.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RedriveMode } from "../records/record";
import type { Outcome } from "./asl/uncertainStep";
import { uncertainTaskDefinition } from "./asl/uncertainTaskDefinition";
import type { CircuitBreaker } from "./circuitBreaker";
import { functionLogGroup, type Observed, type ObservedParts } from "./observed";
import { type SpooledMachineTransform, spooledMachine } from "./spooledMachine";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { resolveStep, type StepArgs } from "./stepArgs";
import { checkArgs, inWords, matching, oneOf } from "./validate";

/** Changes to the resources that an UncertainTask creates; a closure's own are in `task.transform`. */
export type UncertainTaskTransform = SpooledMachineTransform;

/** Arguments of an UncertainTask. */
export interface UncertainTaskArgs<Event = never, Result = unknown> extends StepArgs<Event, Result> {
  /** Where failed work waits. */
  readonly spool: SpoolReference;
  /**
   * The name under which failures are recorded: 1 to 64 characters of `0-9A-Za-z.-_`. Keep it when the component is renamed, or
   * records that still wait lose their state machine.
   *
   * @default the component's name
   */
  readonly source?: string;
  /**
   * What becomes of failed work.
   * - `"restart"`: a redrive starts a new execution with the same input, however long it waited.
   * - `"resume"`: the execution fails when the failure is recorded, and a redrive resumes it, within 14 days. Longer outages need a breaker,
   *   so that the renewer can carry the work over.
   * - `"park"`: the execution waits for its redrive, for up to a year.
   *
   * @default "restart"
   */
  readonly onFailure?: RedriveMode;
  /**
   * Where `onFailure` is `"restart"`: how an execution ends whose work was parked: `"succeed"` with `{ spooled: true, id, generation }` as its
   * output, and `held: true` where it was not attempted, or `"fail"` with the error `Respool.Spooled`, so that a parent which waits for it
   * does not go on as if the work were done.
   *
   * @default "succeed"
   */
  readonly outcome?: Outcome;
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
  /** The circuit breaker that its attempts ask first. */
  readonly breaker?: CircuitBreaker;
  /** Whether its work may be parked without an attempt: by its circuit breaker or its semaphore. */
  readonly holds: boolean;
  /** Whether its executions go on when they are redriven, and never begin anew. */
  readonly resumes: boolean;
  /** Whether its executions wait for their redrive. */
  readonly parks: boolean;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: UncertainTaskArgs<Event, Result>, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:UncertainTask", name, {}, opts);
    checkArgs(args, "spool", "task");
    const { spool, tags, transform = {}, tracing = true } = args;
    checkSpool(spool);
    this.spool = spool;
    const onFailure = oneOf("onFailure", args.onFailure ?? "restart", ["restart", "resume", "park"]);
    const outcome = outcomeOf(args.outcome, onFailure);
    const source = sourceOf(name, args.source);
    this.source = source;
    const step = resolveStep(source, args, { name: `${name}-function`, options: { parent: this } });
    this.function = step.function;
    this.breaker = step.breaker;
    this.holds = step.holds;
    this.resumes = onFailure !== "restart";
    this.parks = onFailure === "park";
    const definition = pulumi
      .all([step.controls, spool.url])
      .apply(([controls, queueUrl]) => uncertainTaskDefinition({ ...controls, source, queueUrl, outcome, onFailure }));
    const { permissions, leases, waitSeconds } = step;
    const { resumes } = this;
    const machine = spooledMachine(
      name,
      { source, spool, definition, permissions, leases, waitSeconds, resumes, tracing, tags, transform },
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

function outcomeOf(given: Outcome | undefined, onFailure: RedriveMode): Outcome {
  const outcome = oneOf("outcome", given ?? "succeed", ["succeed", "fail"]);
  if (given !== undefined && onFailure !== "restart") {
    throw new Error(
      `[outcome] must be left out where [onFailure] is ${inWords(onFailure)}, since the execution has not ended, got ${inWords(given)}`,
    );
  }
  return outcome;
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
