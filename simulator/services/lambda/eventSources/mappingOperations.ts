// The API's operations on event source mappings.
import type { JsonObject } from "../../../json";
import { type Authorization, AwsError, type Operation, operation } from "../../../service";
import type { LambdaFunction } from "../lambdaFunction";
import type { EventSourceMapping, EventSourceMappings } from "./eventSourceMappings";
import { type MappingSettings, mappingDefaults } from "./mappingSettings";

interface MappingInput {
  readonly BatchSize?: number;
  readonly MaximumBatchingWindowInSeconds?: number;
  readonly FunctionResponseTypes?: readonly string[];
  readonly ScalingConfig?: { readonly MaximumConcurrency?: number };
  readonly FilterCriteria?: { readonly Filters?: readonly { readonly Pattern?: string }[] };
  readonly Enabled?: boolean;
}

interface CreateInput extends MappingInput {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
}

interface UuidInput {
  readonly UUID: string;
}

interface ListInput {
  readonly EventSourceArn?: string;
  readonly FunctionName?: string;
}

/** What the operations act on. */
interface Functions {
  readonly eventSources: EventSourceMappings;
  named(name: string): LambdaFunction;
  authorization(action: string, name: string): readonly Authorization[];
}

const known = [
  "UUID",
  "EventSourceArn",
  "FunctionName",
  "BatchSize",
  "MaximumBatchingWindowInSeconds",
  "FunctionResponseTypes",
  "ScalingConfig",
  "FilterCriteria",
  "Enabled",
];

function settingsOf(input: MappingInput, present: MappingSettings): MappingSettings {
  const unknown = Object.keys(input).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `the simulator's event source mappings take ${known.join(", ")}, got ${unknown.join(", ")}`,
    );
  }
  const { FunctionResponseTypes: types, ScalingConfig: scaling, FilterCriteria: criteria } = input;
  return {
    queueArn: present.queueArn,
    batchSize: input.BatchSize ?? present.batchSize,
    batchingWindow: input.MaximumBatchingWindowInSeconds ?? present.batchingWindow,
    reportsFailures: types === undefined ? present.reportsFailures : types.includes("ReportBatchItemFailures"),
    maximumConcurrency: scaling === undefined ? present.maximumConcurrency : scaling.MaximumConcurrency,
    filters: criteria === undefined ? present.filters : (criteria.Filters ?? []).map(({ Pattern = "" }) => Pattern),
    enabled: input.Enabled ?? present.enabled,
  };
}

function describe(mapping: EventSourceMapping, state?: string): JsonObject {
  const { uuid, arn, target, settings, modified, poller } = mapping;
  const { queueArn, batchSize, batchingWindow, reportsFailures, maximumConcurrency, filters, enabled } = settings;
  return {
    UUID: uuid,
    BatchSize: batchSize,
    MaximumBatchingWindowInSeconds: batchingWindow,
    EventSourceArn: queueArn,
    ...(filters.length === 0 ? {} : { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
    FunctionArn: target.configuration.arn,
    LastModified: modified / 1000,
    ...(state === "Creating" ? {} : { LastProcessingResult: poller.lastProcessingResult }),
    State: state ?? (enabled ? "Enabled" : "Disabled"),
    StateTransitionReason: "USER_INITIATED",
    FunctionResponseTypes: reportsFailures ? ["ReportBatchItemFailures"] : [],
    ...(maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    EventSourceMappingArn: arn,
  };
}

export function mappingOperations(functions: Functions): Record<string, Operation> {
  const { eventSources } = functions;
  const on = <Input extends UuidInput>(action: string, handle: (mapping: EventSourceMapping, input: Input) => object) =>
    operation<Input>({
      authorize: ({ UUID }) => {
        const resource = eventSources.all.find(({ uuid }) => uuid === UUID)?.arn ?? "*";
        return [{ action: `lambda:${action}`, resource }];
      },
      handle: (input) => handle(eventSources.get(input.UUID), input),
    });
  return {
    CreateEventSourceMapping: operation<CreateInput>({
      authorize: () => [{ action: "lambda:CreateEventSourceMapping", resource: "*" }],
      handle: (input) => {
        const target = functions.named(input.FunctionName);
        const queueArn = input.EventSourceArn;
        const settings = settingsOf(input, { ...mappingDefaults, queueArn });
        eventSources.check(target, settings);
        eventSources.assertRights(target, queueArn);
        return describe(eventSources.create(target, settings), "Creating");
      },
    }),
    GetEventSourceMapping: on("GetEventSourceMapping", (mapping) => describe(mapping)),
    UpdateEventSourceMapping: on<UuidInput & MappingInput>("UpdateEventSourceMapping", (mapping, input) => {
      eventSources.update(mapping, settingsOf(input, mapping.settings));
      return describe(mapping, "Updating");
    }),
    DeleteEventSourceMapping: on("DeleteEventSourceMapping", (mapping) => {
      eventSources.delete(mapping);
      return describe(mapping, "Deleting");
    }),
    ListEventSourceMappings: operation<ListInput>({
      authorize: () => [{ action: "lambda:ListEventSourceMappings", resource: "*" }],
      handle: ({ EventSourceArn, FunctionName }) => {
        const target = FunctionName === undefined ? undefined : functions.named(FunctionName);
        const found = eventSources.all.filter(
          (mapping) =>
            (EventSourceArn === undefined || mapping.settings.queueArn === EventSourceArn) &&
            (target === undefined || mapping.target === target),
        );
        return { EventSourceMappings: found.map((mapping) => describe(mapping)) };
      },
    }),
  };
}
