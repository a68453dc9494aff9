// Keeps work that waits for longer than SQS keeps a message, and tells how long it has waited.
import type * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { RenewConfig } from "../handlers/config";
import type { ClosureFunction } from "./closureFunction";
import { type Duration, toSeconds } from "./duration";
import { renewStatements } from "./handlerStatements";
import { type FunctionSettings, libraryFunction } from "./libraryFunction";
import { createSchedule, rateOf, type ScheduleTransform } from "./schedule";
import { configuredSources, declareSources, type Sources } from "./sources";
import type { SpoolReference } from "./spoolReference";

export interface RenewerOptions extends FunctionSettings {
  /**
   * How often it looks, from "1 hour" to "12 hours": the age alarm has a period of a day, and a message is renewed when less than two of
   * these intervals and an hour are left.
   *
   * @default "12 hours"
   */
  readonly every?: Duration;
  /** Changes to the resources of the schedule. */
  readonly scheduleTransform?: ScheduleTransform;
}

export interface RenewerArgs extends RenewerOptions {
  readonly spool: SpoolReference;
  /** The state machines that are asked whether a redrive was started. */
  readonly sources: Sources;
}

const hour = 3_600;

/**
 * A message that one run leaves has more than two intervals and an hour left: it is renewed by the next run, and if that one fails
 * by the one after.
 */
export function renewBeforeSeconds(everySeconds: number): number {
  return 2 * everySeconds + hour;
}

/**
 * Copies messages of the spool and of its poison queue that come near their end, and publishes the age of the oldest record
 * (metric `OldestRecordAge` in the namespace `Respool`).
 *
 * A ReprocessFunction brings one along; a spool needs one.
 *
 * @throws when an argument is not allowed
 */
export class Renewer extends pulumi.ComponentResource {
  readonly function: aws.lambda.Function;
  readonly functionName: pulumi.Output<string>;

  constructor(name: string, args: RenewerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:Renewer", name, {}, opts);
    const { spool, sources, every = "12 hours", scheduleTransform, ...settings } = args;
    const seconds = toSeconds("every", every, { minimum: hour, maximum: 12 * hour });
    const expression = rateOf("every", seconds);
    const declared = declareSources(sources);
    const { poison } = spool;
    const renewer: ClosureFunction = libraryFunction(
      name,
      {
        ...settings,
        entry: "renew",
        description: "Renews records that come near the end of their retention",
        permissions: renewStatements(spool, declared),
        config: pulumi
          .all([spool.url, poison.url, configuredSources(declared), spool.retentionSeconds, poison.retentionSeconds])
          .apply(
            ([spoolUrl, poisonUrl, known, retentionSeconds, poisonRetentionSeconds]): RenewConfig => ({
              spoolUrl,
              poisonUrl,
              sources: known,
              retentionSeconds,
              poisonRetentionSeconds,
              renewBeforeSeconds: renewBeforeSeconds(seconds),
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
