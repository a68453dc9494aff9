// Redrives what waits in a spool: the one simple act after the dependency has come back.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ReprocessConfig } from "../handlers/config";
import type { ReprocessRequest, ReprocessResult } from "../handlers/reprocess/request";
import { Editor, type EditorOptions } from "./editor";
import { machines, reprocessStatements } from "./handlerStatements";
import { Launcher, type LauncherOptions } from "./launcher";
import { type FunctionSettings, libraryFunction } from "./libraryFunction";
import { functionLogGroup, type Observed, type ObservedParts } from "./observed";
import { Reconciler, type ReconcilerOptions } from "./reconciler";
import { Renewer, type RenewerOptions } from "./renewer";
import { createSchedule, type ScheduleTransform, scheduleExpression } from "./schedule";
import {
  checkSources,
  configuredQueues,
  configuredSources,
  declareSources,
  replaySources,
  type Sources,
} from "./sources";
import { checkSourcesBelow } from "./sourcesBelow";
import { urlForSources } from "./spoolOfSources";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { checkArgs, inWords, validated, wholeNumber } from "./validate";

/** Arguments of a ReprocessFunction. */
export interface ReprocessFunctionArgs extends FunctionSettings {
  /** What it redrives. */
  readonly spool: SpoolReference;
  /**
   * All that it may redrive: uncertain tasks and the components of the other invocation types, or by logical source. A record of any other
   * source goes to the poison queue, so name all that use the spool, and none that uses another one. What a command function among them leads to
   * must be there, too, as far as it fails into this spool.
   *
   * @example `sources: [chargeCard, sendReceipt, reserveStock]`
   * @example `sources: { "charge-card": "arn:aws:states:eu-west-1:123456789012:stateMachine:charge-card" }`
   */
  readonly sources: Sources;
  /**
   * How many records a run acts on at most when its input does not say, started, poisoned or refused: 1 to 100000; the environment
   * variable `MAX_REPROCESS`.
   *
   * @default 10
   */
  readonly max?: pulumi.Input<number>;
  /** Starts per second when a run's input does not say: more than 0, at most 1000. @default 100 */
  readonly rate?: pulumi.Input<number>;
  /**
   * How often one failure is redriven before it goes to the poison queue, 0 to 1000. Each run of a schedule during an outage uses one
   * up, an AutoRedrive's too: 1000 last for 41 days of `rate(1 hour)`. So does each probe of an open circuit breaker, of which a year takes
   * less than 1000. State it before you take a schedule or a circuit breaker away, or work that was redriven more often than the default without
   * one goes to the poison queue.
   *
   * @default 10; 1000 with a `schedule`, or where a source has a circuit breaker
   */
  readonly maxRedrives?: pulumi.Input<number>;
  /**
   * Runs it by itself, as EventBridge writes schedules.
   *
   * @default only when somebody invokes it
   * @example `schedule: "rate(1 hour)"`
   */
  readonly schedule?: string;
  /**
   * The state machine that replays what is no execution of its own: options of the one that is made when one of the sources needs it, or the
   * launcher of another ReprocessFunction of the spool, which must know these sources, too. One launcher for a source: two would replay
   * one failure twice.
   *
   * @default see each
   * @example `launcher: other.launcher`
   */
  readonly launcher?: LauncherOptions | Launcher;
  /** The function that records what nothing else recorded; `false` when another ReprocessFunction of the spool brings it. @default see each */
  readonly reconciler?: ReconcilerOptions | false;
  /** The function that renews records near their end; `false` when another ReprocessFunction of the spool brings it. @default see each */
  readonly renewer?: RenewerOptions | false;
  /**
   * The function that redrives work with a changed input; `false` for none.
   *
   * @default see each; none where the spool has no bucket to keep edits in
   */
  readonly edit?: EditorOptions | false;
  /** Changes to the resources of the schedule. @default none */
  readonly scheduleTransform?: ScheduleTransform;
}

/**
 * The function that redrives: it starts one execution for each record, of the record's own state machine or of the launcher, under a name
 * that the failure determines, so that a failure is started once, whoever asks and however often
 * (https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html). Its input is a {@link ReprocessRequest}, such
 * as `{ "max": 5, "filter": { "error": "ServiceUnavailable" } }`, its result a {@link ReprocessResult}.
 *
 * It brings along the reconciler and the renewer of the spool, and the function that edits.
 *
 * @example `new ReprocessFunction("reprocess", { spool, sources: [chargeCard] })`
 * @throws when an argument is not allowed
 */
export class ReprocessFunction extends pulumi.ComponentResource implements Observed {
  readonly function: aws.lambda.Function;
  readonly role: aws.iam.Role;
  /** The function's ARN. */
  readonly arn: pulumi.Output<string>;
  /** Invoke it by this name. */
  readonly functionName: pulumi.Output<string>;
  /** What it redrives. */
  readonly spool: SpoolReference;
  /** The state machines in which it starts redrives, each once. */
  readonly stateMachineArns: readonly pulumi.Output<string>[];
  /** Starts per second when a run's input does not say. */
  readonly rate: pulumi.Input<number>;
  /** Undefined where no source needs it. */
  readonly launcher?: Launcher;
  /** Undefined where another ReprocessFunction brings it. */
  readonly reconciler?: Reconciler;
  /** Undefined where another ReprocessFunction brings it. */
  readonly renewer?: Renewer;
  /** Undefined where it is left out, or the spool has no bucket. */
  readonly editor?: Editor;
  /** What a Dashboard and SavedQueries show of it. */
  readonly observed: ObservedParts;

  constructor(name: string, args: ReprocessFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:ReprocessFunction", name, {}, opts);
    checkArgs(args, "spool", "sources");
    const { spool, sources, max, rate, maxRedrives, schedule, reconciler, renewer, edit, scheduleTransform, ...rest } =
      args;
    const { launcher: launcherOptions, ...settings } = rest;
    checkSpool(spool);
    const expression = schedule === undefined ? undefined : scheduleExpression("schedule", schedule);
    const child = { parent: this };
    const { tags } = args;
    checkSources(sources);
    const spoolUrl = urlForSources(spool, sources);
    checkSourcesBelow(spool, sources);
    const replayed = replaySources(sources);
    const launcher =
      launcherOptions instanceof Launcher
        ? sharedLauncher(launcherOptions, spool)
        : replayed.length === 0
          ? undefined
          : new Launcher(`${name}-launcher`, { tags, ...launcherOptions, spool, sources: replayed }, child);
    const declared = declareSources(sources, launcher);
    const isProbed = declared.some(({ breaker, breakers }) => breaker !== undefined || breakers !== undefined);
    const limits = checkedLimits({ max, rate, maxRedrives }, schedule !== undefined || isProbed);
    const made = libraryFunction(
      name,
      {
        ...settings,
        entry: "reprocess",
        description: "Redrives what waits in the spool",
        permissions: reprocessStatements(spool, declared),
        environment: { MAX_REPROCESS: pulumi.interpolate`${limits.max}` },
        config: pulumi
          .all([
            spoolUrl,
            spool.poison.url,
            configuredSources(declared),
            configuredQueues(declared),
            pulumi.output(replayed.length === 0 ? undefined : spool.bucket?.name),
            limits.maxRedrives,
            limits.rate,
          ])
          .apply(
            ([ownUrl, poisonUrl, known, deadLetterQueues, bucket, redrives, starts]): ReprocessConfig => ({
              spoolUrl: ownUrl,
              poisonUrl,
              sources: known,
              ...(deadLetterQueues.length === 0 ? {} : { deadLetterQueues }),
              ...(bucket === undefined ? {} : { bucket }),
              maxRedrives: redrives,
              rate: starts,
            }),
          ),
      },
      this,
    );
    if (expression !== undefined) {
      const description = `Runs ${name}`;
      createSchedule(
        `${name}-schedule`,
        { function: made.function, expression, description, tags, transform: scheduleTransform },
        this,
      );
    }
    if (reconciler !== false) {
      this.reconciler = new Reconciler(`${name}-reconciler`, { tags, ...reconciler, spool, sources, launcher }, child);
    }
    if (renewer !== false) {
      this.renewer = new Renewer(`${name}-renewer`, { tags, ...renewer, spool, sources, launcher }, child);
    }
    if (edit !== false && (edit !== undefined || spool.bucket !== undefined)) {
      this.editor = new Editor(`${name}-edit`, { tags, ...edit, spool, sources, launcher }, child);
    }
    this.spool = spool;
    this.stateMachineArns = machines(declared);
    this.rate = limits.rate;
    this.launcher = launcher;
    this.function = made.function;
    this.role = made.role;
    this.arn = made.arn;
    this.functionName = made.functionName;
    const functions = [made, this.reconciler, this.renewer, this.editor].flatMap(
      (component) => component?.function ?? [],
    );
    this.observed = {
      kind: "function",
      title: name,
      functionName: this.functionName,
      logGroupNames: functions.map(functionLogGroup),
    };
    this.registerOutputs({ arn: this.arn, functionName: this.functionName });
  }
}

/** @throws when its own failures would go to another spool, where nobody expects them */
function sharedLauncher(launcher: Launcher, spool: SpoolReference): Launcher {
  if (launcher.spool !== spool) {
    throw new Error(`[launcher] must have the same [spool], got ${inWords(launcher.source)} with another one`);
  }
  return launcher;
}

/** @param goesOn during an outage: a person stops redriving while the dependency is down, a schedule or a breaker's probes do not */
function checkedLimits(args: Pick<ReprocessFunctionArgs, "max" | "rate" | "maxRedrives">, goesOn: boolean) {
  const defaultRedrives = goesOn ? 1_000 : 10;
  return {
    max: validated(args.max ?? 10, (value) => wholeNumber("max", value, { minimum: 1, maximum: 100_000 })),
    rate: validated(args.rate ?? 100, checkedRate),
    maxRedrives: validated(args.maxRedrives ?? defaultRedrives, (value) =>
      wholeNumber("maxRedrives", value, { minimum: 0, maximum: 1_000 }),
    ),
  };
}

function checkedRate(value: number): number {
  if (!(typeof value === "number" && value > 0 && value <= 1_000)) {
    throw new Error(`[rate] must be more than 0 and at most 1000, got ${inWords(value)}`);
  }
  return value;
}
