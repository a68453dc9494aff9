// How Lambda reads a stream for a function: the settings of the event source mapping.
import type * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type Duration, toSeconds } from "./duration";
import { type FilterPattern, filterCriteria } from "./mappingFilter";
import { oneOf, validated, wholeNumber } from "./validate";

/**
 * Arguments about how the stream is read
 * (https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html,
 * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html).
 *
 * A batch that fails holds up all that follow in its shard. So the defaults try it four times, halve it each time, and send what
 * still fails to the destination of failures, where it waits as long as it must: an outage of a weekend passes the shard by
 * within minutes, and nothing of it is lost. What gets lost is the order: records after the failed ones are handled before these
 * are redriven. Where that must not be, set both limits to `"unlimited"`, and mind that a shard that stands still for as long as
 * the stream keeps records loses them.
 */
export interface StreamMappingSettings {
  /** Where a new mapping begins: at the oldest record that the stream has, or at the next one. @default "TRIM_HORIZON" */
  readonly startingPosition?: "TRIM_HORIZON" | "LATEST";
  /** How many records an invocation gets at most, 1 to 10000. @default 100 */
  readonly batchSize?: pulumi.Input<number>;
  /** How long Lambda gathers a batch, "0 seconds" to "5 minutes". @default "0 seconds" */
  readonly batchingWindow?: pulumi.Input<Duration>;
  /**
   * Older records go to the destination of failures without being tried, "1 minute" to "7 days". Below what the stream keeps (24
   * hours, unless a Kinesis stream was told otherwise), or a shard that cannot be read loses records unseen.
   *
   * @default "20 hours"
   */
  readonly maximumRecordAge?: pulumi.Input<Duration | "unlimited">;
  /** How often a batch is tried again, 0 to 10000; halving does not count. @default 3 */
  readonly maximumRetryAttempts?: pulumi.Input<number | "unlimited">;
  /** Halves a batch whose invocation failed, so that one bad record does not take the others with it. @default true */
  readonly bisect?: pulumi.Input<boolean>;
  /**
   * How many batches of a shard are handled at once, 1 to 10, in order within a partition key. Only 1 with `metadataOnly`: between the first
   * and the last record of a failed batch lie records of the others, and a replay would read them, too.
   *
   * @default 1
   */
  readonly parallelization?: pulumi.Input<number>;
  /**
   * Patterns, of which a record must match one; Lambda passes over the others. Not with `metadataOnly`: a replay reads the stream, which
   * has no filter.
   *
   * @default every record
   * @example `filter: [{ dynamodb: { NewImage: { status: { S: ["paid"] } } } }]`
   */
  readonly filter?: readonly FilterPattern[];
  /**
   * Whether the middleware reports the first record that failed, so that those before it are not done again; without it the whole
   * batch is.
   *
   * @default true
   */
  readonly reportsFailures?: boolean;
}

/**
 * All but which stream, which function and the destination of failures.
 *
 * @param metadataOnly whether a replay reads everything between two places of the stream, whatever batch it was in
 * @throws when a setting is not allowed
 */
export function streamMapping(
  settings: StreamMappingSettings,
  metadataOnly: boolean,
): Omit<aws.lambda.EventSourceMappingArgs, "functionName" | "eventSourceArn" | "destinationConfig"> {
  const { maximumRecordAge = "20 hours", maximumRetryAttempts = 3, reportsFailures = true } = settings;
  if (metadataOnly && settings.filter !== undefined) {
    throw new Error(
      "[filter] must not be given with [onFailure] of metadataOnly: a replay reads the records from the stream again, also those that the filter passes over",
    );
  }
  return {
    startingPosition: oneOf("startingPosition", settings.startingPosition ?? "TRIM_HORIZON", [
      "TRIM_HORIZON",
      "LATEST",
    ]),
    batchSize: validated(settings.batchSize ?? 100, (value) =>
      wholeNumber("batchSize", value, { minimum: 1, maximum: 10_000 }),
    ),
    maximumBatchingWindowInSeconds: validated(settings.batchingWindow ?? "0 seconds", (value) =>
      toSeconds("batchingWindow", value, { maximum: 300 }),
    ),
    maximumRecordAgeInSeconds: validated(maximumRecordAge, recordAge),
    maximumRetryAttempts: validated(maximumRetryAttempts, retryAttempts),
    bisectBatchOnFunctionError: settings.bisect ?? true,
    parallelizationFactor: validated(settings.parallelization ?? 1, (value) => batchesAtOnce(value, metadataOnly)),
    filterCriteria: filterCriteria(settings.filter),
    functionResponseTypes: reportsFailures ? ["ReportBatchItemFailures"] : undefined,
  };
}

/** Lambda's word for no limit. */
const unlimited = -1;

function batchesAtOnce(value: number, metadataOnly: boolean): number {
  const batches = wholeNumber("parallelization", value, { minimum: 1, maximum: 10 });
  if (metadataOnly && batches > 1) {
    throw new Error(
      `[parallelization] must be 1 with [onFailure] of metadataOnly: a replay reads all between the first and the last record that failed, also records of other batches, got ${batches}`,
    );
  }
  return batches;
}

function recordAge(value: Duration | "unlimited"): number {
  return value === "unlimited" ? unlimited : toSeconds("maximumRecordAge", value, { minimum: 60, maximum: 7 * 86_400 });
}

function retryAttempts(value: number | "unlimited"): number {
  return value === "unlimited"
    ? unlimited
    : wholeNumber("maximumRetryAttempts", value, { minimum: 0, maximum: 10_000 });
}
