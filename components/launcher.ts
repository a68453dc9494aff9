// The launcher: the state machine through which every failure is redriven that is not an execution of its own.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ReplayConfig, ReplayTarget } from "../handlers/config";
import { type Duration, durationOf } from "./duration";
import { launcherStatements } from "./handlerStatements";
import { type FunctionSettings, libraryFunction } from "./libraryFunction";
import type { ReplaySource } from "./replaySource";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { stateMachineArn } from "./stateMachineArn";
import type { StepArgs } from "./stepArgs";
import { UncertainTask, type UncertainTaskTransform } from "./uncertainTask";
import { checkArgs, validated } from "./validate";

/** How replays run. Their function waits as long as the longest of the functions that it invokes may take. */
export interface LauncherOptions extends Omit<FunctionSettings, "timeout" | "transform"> {
  /**
   * Lets at most so many replays at once, across all state machines that share the semaphore; the others wait. Its key is JSONata over what the
   * launcher is started with, the order of a replay: `source` (the logical source), `id` (the work's own) and `replay`. The first
   * attempts, which AWS makes, know nothing of it.
   *
   * @default no limit
   * @example `launcher: { semaphore: new Semaphore("replays", { limit: 5 }) }` of all sources together
   * @example `launcher: { semaphore: { semaphore: replays, key: "source" } }` of each source
   */
  readonly semaphore?: StepArgs["semaphore"];
  /**
   * Asked before each replay, and told how it went. While it is open, a run of the reprocess function leaves all that the launcher would
   * replay in the spool, first failures included, and what waits for its turn is parked without an attempt, which does not count
   * towards `maxRedrives`. There is one for the launcher: sources whose dependencies fail apart from each other need launchers, and
   * spools, of their own.
   *
   * @default none
   */
  readonly breaker?: StepArgs["breaker"];
  /** Changes to the resources of the function that replays. @default none */
  readonly transform?: FunctionSettings["transform"];
  /** Changes to the state machine and what belongs to it. @default none */
  readonly machineTransform?: UncertainTaskTransform;
  /**
   * ARNs of launchers that this one replaces, for as long as records wait that they may have started: what they started is not started again
   * here.
   *
   * @default none
   */
  readonly formerStateMachineArns?: readonly pulumi.Input<string>[];
}

/** Arguments of a Launcher. */
export interface LauncherArgs extends LauncherOptions {
  /** Where a replay goes that fails again. */
  readonly spool: SpoolReference;
  /** What it may replay, and nothing else. */
  readonly sources: readonly ReplaySource[];
}

/** What remains of Lambda's 15 minutes for the function that waits for another one. */
const longestTarget = 870;
/** Seconds by which the function that waits outlives the one that it invokes. */
const margin = 30;
const defaultTimeout = 60;

/** Errors of the replay itself that another attempt cannot help; see handlers/replay. */
const permanentErrors = ["PayloadExpired", "RecordsExpired", "UndeclaredSource", "Unreadable"];

/**
 * A small Standard state machine, an uncertain task, whose executions replay one failure each: they invoke the function with the event
 * that it failed on, synchronously, or send a message back to its FIFO queue. Invoke and SendMessage have no memory; an execution's name
 * has one, so that each failure is replayed once, whoever asks and however often.
 *
 * A ReprocessFunction brings one along when one of its sources needs it. **Have one launcher for a source**: names are unique within a state
 * machine, so that two launchers would replay one failure twice. Several ReprocessFunctions of one spool share one, which knows the
 * sources of all.
 *
 * @throws when an argument is not allowed; a function that it invokes may have a timeout of at most 14.5 minutes
 */
export class Launcher extends pulumi.ComponentResource {
  readonly task: UncertainTask;
  /** The function that replays. */
  readonly function: aws.lambda.Function;
  readonly arn: pulumi.Output<string>;
  /** The logical source that its own failures are recorded under; listings and filters show the one that was replayed. */
  readonly source: string;
  /** Where its own failures go. */
  readonly spool: SpoolReference;
  /** What it may replay. */
  readonly sources: readonly ReplaySource[];
  /** Launchers that it replaces. */
  readonly formerStateMachineArns: readonly pulumi.Output<string>[];

  constructor(name: string, args: LauncherArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Launcher", name, {}, opts);
    checkArgs(args, "spool", "sources");
    const { spool, sources, machineTransform, formerStateMachineArns = [], semaphore, breaker, ...settings } = args;
    checkSpool(spool);
    this.spool = spool;
    this.sources = sources;
    this.formerStateMachineArns = formerStateMachineArns.map((arn) =>
      pulumi.output(validated(arn, (value) => stateMachineArn("formerStateMachineArns", value))),
    );
    const timeoutSeconds = pulumi.all(sources.map(functionTimeout)).apply(replayTimeout);
    const replay = libraryFunction(
      `${name}-replay`,
      {
        ...settings,
        timeout: timeoutSeconds.apply(durationOf) as pulumi.Output<Duration>,
        entry: "replay",
        description: "Replays what failed, once for each execution of the launcher",
        permissions: launcherStatements(spool, sources),
        config: pulumi
          .all(sources.map(configuredTarget))
          .apply((targets): ReplayConfig => ({ targets: Object.fromEntries(targets) })),
      },
      this,
    );
    this.task = new UncertainTask(
      name,
      {
        spool,
        task: {
          resource: replay.arn,
          arguments: { order: "{% $states.input %}", execution: "{% $states.context.Execution.Name %}" },
          permissions: [{ actions: ["lambda:InvokeFunction"], resources: [replay.arn] }],
        },
        permanentErrors,
        semaphore,
        breaker,
        timeout: timeoutSeconds.apply((seconds) => durationOf(seconds + margin)) as pulumi.Output<Duration>,
        tags: args.tags,
        transform: machineTransform,
      },
      { parent: this },
    );
    this.function = replay.function;
    this.arn = this.task.arn;
    this.source = this.task.source;
    this.registerOutputs({ arn: this.arn });
  }
}

interface Timed {
  readonly source: string;
  readonly seconds: number;
}

function functionTimeout({ source, replay }: ReplaySource): pulumi.Output<Timed> {
  return pulumi.output(replay.functionTimeoutSeconds ?? defaultTimeout).apply((seconds) => ({ source, seconds }));
}

/** @throws when a function can take longer than another one can wait for it */
export function replayTimeout(targets: readonly Timed[]): number {
  const tooLong = targets.find(({ seconds }) => seconds > longestTarget);
  if (tooLong !== undefined) {
    throw new Error(
      `[timeout] of "${tooLong.source}" must be at most "${durationOf(longestTarget)}", since the function that replays waits for it, got "${durationOf(tooLong.seconds)}"`,
    );
  }
  return Math.max(...targets.map(({ seconds }) => seconds)) + margin;
}

function configuredTarget({ source, replay }: ReplaySource): pulumi.Output<[string, ReplayTarget]> {
  return pulumi
    .all([pulumi.output(replay.functionArn), pulumi.output(replay.returnQueue?.url)])
    .apply(([functionArn, queueUrl]): [string, ReplayTarget] => [
      source,
      { ...(functionArn === undefined ? {} : { functionArn }), ...(queueUrl === undefined ? {} : { queueUrl }) },
    ]);
}
