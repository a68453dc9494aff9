// The Pulumi resource type of event source mappings.
import type { Json, JsonObject } from "../../../json";
import { AwsError, type ResourceType } from "../../../service";
import type { LambdaFunction } from "../lambdaFunction";
import type { EventSourceMappings } from "./eventSourceMappings";
import { type MappingInput, newSettings } from "./mappingInput";

interface Functions {
  readonly eventSources: EventSourceMappings;
  named(name: string): LambdaFunction;
}

function object(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function list(value: Json | undefined): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : [];
}

function text(name: string, value: Json | undefined): string {
  if (typeof value === "string" && value !== "") return value;
  throw new AwsError("InvalidParameterValueException", `[${name}] must be text, got ${JSON.stringify(value)}`);
}

function number(name: string, value: Json | undefined): number | undefined {
  if (value === undefined || typeof value === "number") return value;
  throw new AwsError("InvalidParameterValueException", `[${name}] must be a number, got ${JSON.stringify(value)}`);
}

function boolean(name: string, value: Json | undefined): boolean | undefined {
  if (value === undefined || typeof value === "boolean") return value;
  throw new AwsError("InvalidParameterValueException", `[${name}] must be true or false, got ${JSON.stringify(value)}`);
}

function seconds(value: Json | undefined): number | undefined {
  if (value === undefined) return undefined;
  const time = Date.parse(String(value));
  if (!Number.isNaN(time)) return time / 1000;
  const got = `[startingPositionTimestamp] must be a time as in RFC 3339, got ${JSON.stringify(value)}`;
  throw new AwsError("InvalidParameterValueException", got);
}

function destinations(value: Json | undefined): MappingInput["DestinationConfig"] {
  if (value === undefined) return undefined;
  const name = "destinationConfig.onFailure";
  const { onFailure, ...others } = object(value);
  const strange = Object.keys(others);
  if (strange.length > 0) {
    throw new AwsError("SimulatorUnsupportedArgument", `[destinationConfig] must have onFailure alone, got ${strange}`);
  }
  if (onFailure === undefined) return {};
  const { destinationArn } = object(onFailure);
  return { OnFailure: { Destination: text(`${name}.destinationArn`, destinationArn) } };
}

/** The arguments under the API's names. */
function inputOf(inputs: JsonObject): MappingInput {
  const patterns = list(object(inputs.filterCriteria).filters).map((filter) => object(filter).pattern);
  const types = inputs.functionResponseTypes;
  const scaling = inputs.scalingConfig;
  const count = (name: string) => number(name, inputs[name]);
  return {
    EventSourceArn: text("eventSourceArn", inputs.eventSourceArn),
    BatchSize: count("batchSize"),
    MaximumBatchingWindowInSeconds: count("maximumBatchingWindowInSeconds"),
    FunctionResponseTypes: types === undefined ? undefined : list(types).map(String),
    ScalingConfig:
      scaling === undefined
        ? undefined
        : { MaximumConcurrency: number("scalingConfig.maximumConcurrency", object(scaling).maximumConcurrency) },
    FilterCriteria: {
      Filters: patterns.map((pattern) => ({ Pattern: text("filterCriteria.filters.pattern", pattern) })),
    },
    Enabled: boolean("enabled", inputs.enabled),
    StartingPosition:
      inputs.startingPosition === undefined ? undefined : text("startingPosition", inputs.startingPosition),
    StartingPositionTimestamp: seconds(inputs.startingPositionTimestamp),
    ParallelizationFactor: count("parallelizationFactor"),
    BisectBatchOnFunctionError: boolean("bisectBatchOnFunctionError", inputs.bisectBatchOnFunctionError),
    MaximumRetryAttempts: count("maximumRetryAttempts"),
    MaximumRecordAgeInSeconds: count("maximumRecordAgeInSeconds"),
    TumblingWindowInSeconds: count("tumblingWindowInSeconds"),
    DestinationConfig: destinations(inputs.destinationConfig),
  };
}

/** As the provider does, which waits for rights that come later, it does not look at the role's; see events "lambda.EventSourceProblem". */
export function mappingType(functions: Functions): ResourceType {
  return {
    knownArguments: [
      "eventSourceArn",
      "functionName",
      "batchSize",
      "maximumBatchingWindowInSeconds",
      "functionResponseTypes",
      "scalingConfig",
      "startingPosition",
      "startingPositionTimestamp",
      "parallelizationFactor",
      "bisectBatchOnFunctionError",
      "maximumRetryAttempts",
      "maximumRecordAgeInSeconds",
      "tumblingWindowInSeconds",
      "destinationConfig",
      "filterCriteria",
      "enabled",
      "tags",
    ],
    create(inputs) {
      const target = functions.named(text("functionName", inputs.functionName));
      const mapping = functions.eventSources.create(target, newSettings(inputOf(inputs)));
      const { uuid, arn, settings } = mapping;
      return {
        id: uuid,
        state: {
          ...inputs,
          arn,
          uuid,
          functionArn: target.configuration.arn,
          batchSize: settings.batchSize,
          enabled: settings.enabled,
          state: settings.enabled ? "Enabled" : "Disabled",
          stateTransitionReason: settings.kind === "queue" ? "USER_INITIATED" : "User action",
          lastModified: new Date(mapping.modified).toISOString(),
        },
      };
    },
  };
}
