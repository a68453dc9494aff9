// Reads a mapping's settings from what the API (and the Pulumi resource, under the API's names) was given.
import { AwsError } from "../../../service";
import { invalid, type MappingSettings, type QueueSettings, queueDefaults } from "./mappingSettings";
import { type StreamSettings, streamDefaults } from "./streamSettings";

export interface MappingInput {
  readonly UUID?: string;
  readonly EventSourceArn?: string;
  readonly FunctionName?: string;
  readonly BatchSize?: number | undefined;
  readonly MaximumBatchingWindowInSeconds?: number | undefined;
  readonly FunctionResponseTypes?: readonly string[] | undefined;
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number | undefined } | undefined;
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] } | undefined;
  readonly Enabled?: boolean | undefined;
  readonly StartingPosition?: string | undefined;
  /** Seconds since the epoch. */
  readonly StartingPositionTimestamp?: number | undefined;
  readonly ParallelizationFactor?: number | undefined;
  readonly BisectBatchOnFunctionError?: boolean | undefined;
  readonly MaximumRetryAttempts?: number | undefined;
  readonly MaximumRecordAgeInSeconds?: number | undefined;
  readonly TumblingWindowInSeconds?: number | undefined;
  readonly DestinationConfig?:
    | {
        readonly OnFailure?: { readonly Destination?: string | undefined } | undefined;
        readonly OnSuccess?: { readonly Destination?: string | undefined } | undefined;
      }
    | undefined;
  readonly Tags?: Readonly<Record<string, string>> | undefined;
}

const common: readonly (keyof MappingInput)[] = [
  "UUID",
  "EventSourceArn",
  "FunctionName",
  "BatchSize",
  "MaximumBatchingWindowInSeconds",
  "FunctionResponseTypes",
  "FilterCriteria",
  "Enabled",
  "Tags",
];
const forStreams: readonly (keyof MappingInput)[] = [
  "StartingPosition",
  "StartingPositionTimestamp",
  "ParallelizationFactor",
  "BisectBatchOnFunctionError",
  "MaximumRetryAttempts",
  "MaximumRecordAgeInSeconds",
  "TumblingWindowInSeconds",
  "DestinationConfig",
];
const forQueues: readonly (keyof MappingInput)[] = ["ScalingConfig"];
const known = [...common, ...forStreams, ...forQueues];

function refuseOthers(input: MappingInput, allowed: readonly string[], what: string): void {
  const given = Object.entries(input).filter(([, value]) => value !== undefined);
  const names = given.map(([name]) => name);
  const unknown = names.filter((name) => !(known as readonly string[]).includes(name));
  if (unknown.length > 0) {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `the simulator's event source mappings take ${known.join(", ")}, got ${unknown.join(", ")}`,
    );
  }
  const strange = names.find((name) => !allowed.includes(name));
  if (strange !== undefined) throw invalid(`[${strange}] is not supported for ${what} as event source`);
}

/** Whether the only response type that there is was asked for. */
function reportsFailures(types: readonly string[]): boolean {
  const strange = types.find((type) => type !== "ReportBatchItemFailures");
  if (strange === undefined) return types.length > 0;
  throw invalid(`[FunctionResponseTypes] must be [] or ["ReportBatchItemFailures"], got ${JSON.stringify(types)}`);
}

function commonOf<Settings extends MappingSettings>(input: MappingInput, present: Settings): Settings {
  const { FunctionResponseTypes: types, FilterCriteria: criteria } = input;
  return {
    ...present,
    batchSize: input.BatchSize ?? present.batchSize,
    batchingWindow: input.MaximumBatchingWindowInSeconds ?? present.batchingWindow,
    reportsFailures: types === undefined ? present.reportsFailures : reportsFailures(types),
    filters: criteria === undefined ? present.filters : (criteria.Filters ?? []).map(({ Pattern = "" }) => Pattern),
    enabled: input.Enabled ?? present.enabled,
  };
}

function queueSettings(input: MappingInput, present: QueueSettings): QueueSettings {
  refuseOthers(input, [...common, ...forQueues], "an SQS queue");
  const { ScalingConfig: scaling } = input;
  const maximumConcurrency = scaling === undefined ? present.maximumConcurrency : scaling.MaximumConcurrency;
  return { ...commonOf(input, present), maximumConcurrency };
}

function streamSettings(input: MappingInput, present: StreamSettings): StreamSettings {
  refuseOthers(input, [...common, ...forStreams], "a stream");
  const { TumblingWindowInSeconds: tumbling = 0, DestinationConfig: destinations } = input;
  if (tumbling !== 0) {
    const got = `[TumblingWindowInSeconds] must be 0 in the simulator, which has no tumbling windows, got ${tumbling}`;
    throw new AwsError("SimulatorUnsupportedArgument", got);
  }
  if (destinations?.OnSuccess?.Destination !== undefined) {
    throw invalid("[DestinationConfig.OnSuccess] is not supported for a stream as event source");
  }
  return {
    ...commonOf(input, present),
    parallelizationFactor: input.ParallelizationFactor ?? present.parallelizationFactor,
    bisects: input.BisectBatchOnFunctionError ?? present.bisects,
    maximumRetryAttempts: input.MaximumRetryAttempts ?? present.maximumRetryAttempts,
    maximumRecordAge: input.MaximumRecordAgeInSeconds ?? present.maximumRecordAge,
    onFailure: destinations === undefined ? present.onFailure : destinations.OnFailure?.Destination,
  };
}

function startingPosition(input: MappingInput): StreamSettings["startingPosition"] {
  const { StartingPosition: position, StartingPositionTimestamp: seconds } = input;
  if (position === "AT_TIMESTAMP") {
    if (typeof seconds === "number" && seconds >= 0) return seconds * 1000;
    throw invalid(`[StartingPositionTimestamp] must be a time with AT_TIMESTAMP, got ${JSON.stringify(seconds)}`);
  }
  if (seconds !== undefined) throw invalid("[StartingPositionTimestamp] is allowed with AT_TIMESTAMP alone");
  if (position === "LATEST" || position === "TRIM_HORIZON") return position;
  const allowed = "LATEST, TRIM_HORIZON or AT_TIMESTAMP for a stream";
  throw invalid(`[StartingPosition] must be ${allowed}, got ${JSON.stringify(position)}`);
}

/** The settings of a new mapping. @throws AwsError for what its source does not have */
export function newSettings(input: MappingInput): MappingSettings {
  const sourceArn = input.EventSourceArn ?? "";
  if (/^arn:aws:sqs:/.test(sourceArn)) return queueSettings(input, { ...queueDefaults, sourceArn });
  if (/^arn:aws:(?:dynamodb:.*:table\/[^/]+\/stream\/|kinesis:.*:stream\/)[^/]+$/.test(sourceArn)) {
    return streamSettings(input, { ...streamDefaults, sourceArn, startingPosition: startingPosition(input) });
  }
  throw new AwsError(
    "SimulatorUnsupportedArgument",
    `[EventSourceArn] must be the ARN of an SQS queue, a DynamoDB stream or a Kinesis stream in the simulator, got ${sourceArn}`,
  );
}

/** The given settings over the present ones. */
export function changedSettings(input: MappingInput, present: MappingSettings): MappingSettings {
  if (present.kind === "queue") return queueSettings(input, present);
  const { StartingPosition, StartingPositionTimestamp } = input;
  if (StartingPosition === undefined && StartingPositionTimestamp === undefined) return streamSettings(input, present);
  throw invalid("[StartingPosition] cannot be changed");
}
