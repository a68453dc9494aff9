// The settings of an event source mapping for a stream, checked as Lambda checks them.
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-parameters.html
// https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
import { type CommonSettings, checkCommon, commonDefaults, invalid, wholeNumber } from "./mappingSettings";
import { compileStreamFilters } from "./streamFilters";
import type { SourceStream } from "./streamSource";

export interface StreamSettings extends CommonSettings {
  readonly kind: "stream";
  /** 1 to 10,000. @default 100 */
  readonly batchSize: number;
  /** Where a mapping begins that has read nothing yet; a number is AT_TIMESTAMP, milliseconds since the epoch. */
  readonly startingPosition: "LATEST" | "TRIM_HORIZON" | number;
  /** Batches of one shard that are under way at once, 1 to 10. @default 1 */
  readonly parallelizationFactor: number;
  /** BisectBatchOnFunctionError. @default false */
  readonly bisects: boolean;
  /** 0 to 10,000; -1 is without end. @default -1 */
  readonly maximumRetryAttempts: number;
  /** Seconds, 60 to 604,800; -1 is without end. @default -1 */
  readonly maximumRecordAge: number;
  /** The ARN of a standard queue, a standard topic or a bucket. */
  readonly onFailure: string | undefined;
}

export const streamDefaults = {
  ...commonDefaults,
  kind: "stream",
  batchSize: 100,
  parallelizationFactor: 1,
  bisects: false,
  maximumRetryAttempts: -1,
  maximumRecordAge: -1,
  onFailure: undefined,
} as const;

const destination = /^arn:aws:(?:(?:sqs|sns):[^:]+:\d{12}:[\w-]+|s3:::[a-z0-9.-]{3,63})$/;

/** Throws in Lambda's words where they are known. */
export function checkStreamSettings(settings: StreamSettings, stream: SourceStream | undefined): void {
  const { sourceArn, startingPosition, maximumRecordAge, onFailure } = settings;
  checkCommon(settings);
  wholeNumber("ParallelizationFactor", settings.parallelizationFactor, 1, 10);
  wholeNumber("MaximumRetryAttempts", settings.maximumRetryAttempts, -1, 10_000);
  if (maximumRecordAge !== -1 && !(Number.isInteger(maximumRecordAge) && inRange(maximumRecordAge))) {
    const allowed = "-1 or a whole number from 60 to 604800";
    throw invalid(`[MaximumRecordAgeInSeconds] must be ${allowed}, got ${maximumRecordAge}`);
  }
  if (onFailure !== undefined && !destination.test(onFailure)) {
    const allowed = "the ARN of a standard SQS queue, a standard SNS topic or an S3 bucket";
    throw invalid(`[DestinationConfig.OnFailure.Destination] must be ${allowed}, got ${onFailure}`);
  }
  const kind = sourceArn.startsWith("arn:aws:dynamodb:") ? "dynamodb" : "kinesis";
  if (kind === "dynamodb" && typeof startingPosition === "number") {
    throw invalid(`Unsupported starting position for arn type: ${sourceArn}`);
  }
  compileStreamFilters(kind, settings.filters);
  if (stream === undefined) throw invalid(`Stream not found: ${sourceArn}`);
}

function inRange(seconds: number): boolean {
  return seconds >= 60 && seconds <= 604_800;
}
