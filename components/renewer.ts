// Keeps work that waits for longer than SQS keeps a message, and tells how long it has waited.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RenewConfig } from "../handlers/config";
import type { ClosureFunction } from "./closureFunction";
import { type Duration, toSeconds } from "./duration";
import { renewStatements } from "./handlerStatements";
import type { Launcher } from "./launcher";
import { type FunctionSettings, libraryFunction } from "./libraryFunction";
import { createSchedule, rateOf, type ScheduleTransform } from "./schedule";
import { configuredQueues, configuredSources, declareSources, type Sources } from "./sources";
import { checkSpool, type SpoolReference } from "./spoolReference";
import { checkArgs } from "./validate";

/** How the function runs that renews records near their end. */
export interface RenewerOptions extends FunctionSettings {
  /**
   * How often it looks, from "1 hour" to "1 day": as often as the age of the oldest record is known anew, and at most a period of the age
   * alarm. More often than every eight hours hides messages from the alarm `metadataAge` of a StreamFunction with `metadataOnly`: SQS's own age
   * of the oldest message leaves out what was received three times, as looking does.
   *
   * @default "1 day"
   */
  readonly every?: Duration;
  /** Changes to the resources of the schedule. @default none */
  readonly scheduleTransform?: ScheduleTransform;
}

/** Arguments of a Renewer. */
export interface RenewerArgs extends RenewerOptions {
  /** Whose queues it renews. */
  readonly spool: SpoolReference;
  /** The state machines that are asked whether a redrive was started. */
  readonly sources: Sources;
  /** The launcher of the sources that are replayed. @default none: there are no such sources */
  readonly launcher?: Launcher;
}

const hour = 3_600;
const day = 24 * hour;

/**
 * A message that one run leaves has more than five days left. Where the runs after it fail, the age alarm tells so when it has had no data
 * for about three days, and a day remains to mend them.
 */
export const renewBeforeSeconds = 5 * day;

/**
 * Copies messages of the spool and of its poison queue that come near their end, and publishes the age of the oldest work in each, since
 * it first started, in seconds (metric `OldestRecordAge` in the namespace `Respool`, dimension `Spool`, the queue's name).
 *
 * A ReprocessFunction brings one along; a spool needs one.
 *
 * @throws when an argument is not allowed
 */
export class Renewer extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  /** Invoke it by this name to have it look at once; it takes no input. */
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: RenewerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Renewer", name, {}, opts);
    checkArgs(args, "spool", "sources");
    checkSpool(args.spool);
    const { spool, sources, launcher, every = "1 day", scheduleTransform, ...settings } = args;
    const declared = declareSources(sources, launcher);
    const expression = rateOf("every", toSeconds("every", every, { minimum: hour, maximum: day }));
    const { poison } = spool;
    const renewer: ClosureFunction = libraryFunction(
      name,
      {
        ...settings,
        entry: "renew",
        description: "Renews records that come near the end of their retention",
        permissions: renewStatements(spool, declared),
        config: pulumi
          .all([
            spool.url,
            poison.url,
            configuredSources(declared),
            configuredQueues(declared),
            pulumi.output(declared.some(({ replayed }) => replayed !== undefined) ? spool.bucket?.name : undefined),
            spool.retentionSeconds,
            poison.retentionSeconds,
          ])
          .apply(
            ([
              spoolUrl,
              poisonUrl,
              known,
              deadLetterQueues,
              bucket,
              retentionSeconds,
              poisonRetentionSeconds,
            ]): RenewConfig => ({
              spoolUrl,
              poisonUrl,
              sources: known,
              ...(deadLetterQueues.length === 0 ? {} : { deadLetterQueues }),
              ...(bucket === undefined ? {} : { bucket }),
              retentionSeconds,
              poisonRetentionSeconds,
              renewBeforeSeconds,
            }),
          ),
      },
      this,
    );
    createSchedule(
      `${name}-schedule`,
      {
        function: renewer.function,
        expression,
        description: `Runs ${name}`,
        tags: args.tags,
        transform: scheduleTransform,
      },
      this,
    );
    this.function = renewer.function;
    this.functionName = renewer.functionName;
    this.registerOutputs({ functionName: this.functionName });
  }
}
