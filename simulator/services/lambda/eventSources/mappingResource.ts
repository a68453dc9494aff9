// The Pulumi resource type of event source mappings.
import type { Json, JsonObject } from "../../../json";
import { AwsError, type ResourceType } from "../../../service";
import type { LambdaFunction } from "../lambdaFunction";
import type { EventSourceMappings } from "./eventSourceMappings";
import { type MappingSettings, mappingDefaults } from "./mappingSettings";

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

/** Whether the only response type that there is was asked for. */
function reportsFailures(types: readonly Json[]): boolean {
  const strange = types.find((type) => type !== "ReportBatchItemFailures");
  if (strange === undefined) return types.length > 0;
  throw new AwsError(
    "InvalidParameterValueException",
    `[functionResponseTypes] must be [] or ["ReportBatchItemFailures"], got ${JSON.stringify(types)}`,
  );
}

function settingsOf(inputs: JsonObject): MappingSettings {
  const patterns = list(object(inputs.filterCriteria).filters).map((filter) => object(filter).pattern);
  const maximumConcurrency = object(inputs.scalingConfig).maximumConcurrency;
  return {
    queueArn: text("eventSourceArn", inputs.eventSourceArn),
    batchSize: number("batchSize", inputs.batchSize) ?? mappingDefaults.batchSize,
    batchingWindow:
      number("maximumBatchingWindowInSeconds", inputs.maximumBatchingWindowInSeconds) ?? mappingDefaults.batchingWindow,
    reportsFailures: reportsFailures(list(inputs.functionResponseTypes)),
    maximumConcurrency: number("scalingConfig.maximumConcurrency", maximumConcurrency),
    filters: patterns.map((pattern) => text("filterCriteria.filters.pattern", pattern)),
    enabled: inputs.enabled !== false,
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
      "filterCriteria",
      "enabled",
      "tags",
    ],
    create(inputs) {
      const target = functions.named(text("functionName", inputs.functionName));
      const mapping = functions.eventSources.create(target, settingsOf(inputs));
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
          stateTransitionReason: "USER_INITIATED",
          lastModified: new Date(mapping.modified).toISOString(),
        },
      };
    },
  };
}
