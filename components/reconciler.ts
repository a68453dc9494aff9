// The third path of a failure into the spool: on a schedule, what failed is compared with nothing but Step Functions' own list.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ReconcileConfig } from "../handlers/config";
import type { ClosureFunction } from "./closureFunction";
import { type Duration, toSeconds } from "./duration";
import { reconcileStatements } from "./handlerStatements";
import type { Launcher } from "./launcher";
import { type FunctionSettings, libraryFunction } from "./libraryFunction";
import { createSchedule, rateOf, type ScheduleTransform } from "./schedule";
import { configuredSources, declareSources, type Sources } from "./sources";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { checkArgs } from "./validate";

/** How the function runs that records what nothing else recorded. */
export interface ReconcilerOptions extends FunctionSettings {
  /**
   * How often it looks, from "1 minute" to "7 days": so long waits a failure that no other path recorded.
   *
   * @default "1 day"
   */
  readonly every?: Duration;
  /** Changes to the resources of the schedule. @default none */
  readonly scheduleTransform?: ScheduleTransform;
}

/** Arguments of a Reconciler. */
export interface ReconcilerArgs extends ReconcilerOptions {
  /** Where it records what is missing. */
  readonly spool: SpoolReference;
  /** The state machines whose failures belong into the spool. */
  readonly sources: Sources;
  /** The launcher of the sources that are replayed. @default none: there are no such sources */
  readonly launcher?: Launcher;
}

/** By how many seconds a run, or Step Functions' list of executions, may be late without leaving a gap. */
const lateness = 900;

/**
 * Lists executions that failed, timed out or were aborted since the run before the last, and records them. Records of one failure are one
 * piece of work, so that writing what is there already does no harm.
 *
 * A ReprocessFunction brings one along.
 *
 * @throws when an argument is not allowed
 */
export class Reconciler extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  /** Invoke it by this name to have it look at once; it takes no input. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: ReconcilerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Reconciler", name, {}, opts);
    checkArgs(args, "spool", "sources");
    checkSpool(args.spool);
    const { spool, sources, launcher, every = "1 day", scheduleTransform, ...settings } = args;
    const seconds = toSeconds("every", every, { minimum: 60, maximum: 7 * 86_400 });
    const expression = rateOf("every", seconds);
    const windowSeconds = 2 * seconds + lateness;
    const declared = declareSources(sources, launcher);
    const reconciler: ClosureFunction = libraryFunction(
      name,
      {
        ...settings,
        entry: "reconcile",
        description: "Records failed executions that nothing else recorded",
        permissions: reconcileStatements(spool, declared),
        config: pulumi
          .all([spool.url, configuredSources(declared.filter(({ replayed }) => replayed === undefined))])
          .apply(([spoolUrl, known]): ReconcileConfig => ({ spoolUrl, sources: known, windowSeconds })),
      },
      this,
    );
    createSchedule(
      `${name}-schedule`,
      {
        function: reconciler.function,
        expression,
        description: `Runs ${name}`,
        tags: args.tags,
        transform: scheduleTransform,
      },
      this,
    );
    this.function = reconciler.function;
    this.functionName = reconciler.functionName;
    this.registerOutputs({ functionName: this.functionName });
  }
}
