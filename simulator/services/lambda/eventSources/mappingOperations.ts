// The API's operations on event source mappings.
import type { JsonObject } from "../../../json";
import { type Authorization, AwsError, type Operation, operation } from "../../../service";
import type { LambdaFunction } from "../lambdaFunction";
import type { EventSourceMapping, EventSourceMappings } from "./eventSourceMappings";
import { changedSettings, type MappingInput, newSettings } from "./mappingInput";
import type { MappingSettings, QueueSettings } from "./mappingSettings";
import type { StreamSettings } from "./streamSettings";

interface CreateInput extends MappingInput {
  readonly EventSourceArn: string;
  readonly FunctionName: string;
}

interface UuidInput {
  readonly UUID: string;
}

interface ListInput {
  readonly Marker?: string;
  readonly MaxItems?: number;
  readonly EventSourceArn?: string;
  readonly FunctionName?: string;
}

/** What the operations act on. */
interface Functions {
  readonly eventSources: EventSourceMappings;
  named(name: string): LambdaFunction;
  authorization(action: string, name: string): readonly Authorization[];
}

function describeQueue({ maximumConcurrency }: QueueSettings): JsonObject {
  return maximumConcurrency === undefined ? {} : { ScalingConfig: { MaximumConcurrency: maximumConcurrency } };
}

function describeStream(settings: StreamSettings): JsonObject {
  const { startingPosition, onFailure } = settings;
  const position =
    typeof startingPosition === "number"
      ? { StartingPosition: "AT_TIMESTAMP", StartingPositionTimestamp: startingPosition / 1000 }
      : { StartingPosition: startingPosition };
  return {
    ...position,
    ParallelizationFactor: settings.parallelizationFactor,
    BisectBatchOnFunctionError: settings.bisects,
    MaximumRetryAttempts: settings.maximumRetryAttempts,
    MaximumRecordAgeInSeconds: settings.maximumRecordAge,
    TumblingWindowInSeconds: 0,
    DestinationConfig: { OnFailure: onFailure === undefined ? {} : { Destination: onFailure } },
  };
}

/** As recorded: a new stream mapping shows a result, a new queue mapping none; and they word the reason differently. */
function lastResult({ reader }: EventSourceMapping, { kind }: MappingSettings, state: string | undefined): JsonObject {
  return state === "Creating" && kind === "queue" ? {} : { LastProcessingResult: reader.lastProcessingResult };
}

function describe(mapping: EventSourceMapping, state?: string): JsonObject {
  const { uuid, arn, target, settings, modified } = mapping;
  const { sourceArn, batchSize, batchingWindow, reportsFailures, filters, enabled, kind } = settings;
  return {
    UUID: uuid,
    BatchSize: batchSize,
    MaximumBatchingWindowInSeconds: batchingWindow,
    EventSourceArn: sourceArn,
    ...(filters.length === 0 ? {} : { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
    FunctionArn: target.configuration.arn,
    LastModified: modified / 1000,
    ...lastResult(mapping, settings, state),
    State: state ?? (enabled ? "Enabled" : "Disabled"),
    StateTransitionReason: kind === "queue" ? "USER_INITIATED" : "User action",
    FunctionResponseTypes: reportsFailures ? ["ReportBatchItemFailures"] : [],
    ...(settings.kind === "queue" ? describeQueue(settings) : describeStream(settings)),
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
        const settings = newSettings(input);
        eventSources.check(target, settings);
        eventSources.assertRights(target, settings.sourceArn);
        return describe(eventSources.create(target, settings), "Creating");
      },
    }),
    GetEventSourceMapping: on("GetEventSourceMapping", (mapping) => describe(mapping)),
    UpdateEventSourceMapping: on<UuidInput & MappingInput>("UpdateEventSourceMapping", (mapping, input) => {
      const { FunctionName } = input;
      if (FunctionName !== undefined && functions.named(FunctionName) !== mapping.target) {
        const { name } = mapping.target.configuration;
        const got = `[FunctionName] must stay ${name} in the simulator, got ${FunctionName}`;
        throw new AwsError("SimulatorUnsupportedArgument", got);
      }
      eventSources.update(mapping, changedSettings(input, mapping.settings));
      return describe(mapping, "Updating");
    }),
    DeleteEventSourceMapping: on("DeleteEventSourceMapping", (mapping) => {
      eventSources.delete(mapping);
      return describe(mapping, "Deleting");
    }),
    ListEventSourceMappings: operation<ListInput>({
      authorize: () => [{ action: "lambda:ListEventSourceMappings", resource: "*" }],
      handle: ({ EventSourceArn, FunctionName, Marker, MaxItems }) => {
        if (Marker !== undefined || MaxItems !== undefined) {
          const got = "the simulator lists all event source mappings at once, without Marker and MaxItems";
          throw new AwsError("SimulatorUnsupportedArgument", got);
        }
        const target = FunctionName === undefined ? undefined : functions.named(FunctionName);
        const found = eventSources.all.filter(
          (mapping) =>
            (EventSourceArn === undefined || mapping.settings.sourceArn === EventSourceArn) &&
            (target === undefined || mapping.target === target),
        );
        return { EventSourceMappings: found.map((mapping) => describe(mapping)) };
      },
    }),
  };
}
