// Lambda's event source mappings, created by the AWS SDK.
import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  DeleteEventSourceMappingCommand,
  type EventSourcePosition,
  type FunctionResponseType,
  GetEventSourceMappingCommand,
  type LambdaClient,
} from "@aws-sdk/client-lambda";
import { given, type LiveResourceTypes, liveType } from "./resourceType";
import { until } from "./until";

interface MappingArguments {
  readonly batchSize?: number;
  readonly bisectBatchOnFunctionError?: boolean;
  readonly destinationConfig?: { readonly onFailure?: { readonly destinationArn: string } };
  readonly eventSourceArn: string;
  readonly filterCriteria?: { readonly filters: readonly { readonly pattern: string }[] };
  readonly functionName: string;
  readonly functionResponseTypes?: FunctionResponseType[];
  readonly maximumBatchingWindowInSeconds?: number;
  readonly maximumRecordAgeInSeconds?: number;
  readonly maximumRetryAttempts?: number;
  readonly parallelizationFactor?: number;
  readonly scalingConfig?: { readonly maximumConcurrency?: number };
  readonly startingPosition?: EventSourcePosition;
}

const knownArguments = [
  "batchSize",
  "bisectBatchOnFunctionError",
  "destinationConfig",
  "eventSourceArn",
  "filterCriteria",
  "functionName",
  "functionResponseTypes",
  "maximumBatchingWindowInSeconds",
  "maximumRecordAgeInSeconds",
  "maximumRetryAttempts",
  "parallelizationFactor",
  "scalingConfig",
  "startingPosition",
] as const satisfies readonly (keyof MappingArguments)[];

export function mappingTypes(lambda: LambdaClient): LiveResourceTypes {
  return {
    "aws:lambda/eventSourceMapping:EventSourceMapping": liveType<MappingArguments>({
      knownArguments,
      async create(inputs) {
        const { UUID, EventSourceMappingArn } = await lambda.send(
          new CreateEventSourceMappingCommand(settings(inputs)),
        );
        const uuid = given("UUID", UUID);
        // What is written before it is enabled may be missed by a mapping that starts at the end.
        await until(async () => {
          const { State } = await lambda.send(new GetEventSourceMappingCommand({ UUID: uuid }));
          return State === "Enabled";
        }, `event source mapping ${uuid} is enabled`);
        return {
          id: uuid,
          state: { uuid, arn: given("EventSourceMappingArn", EventSourceMappingArn) },
          remove: () => lambda.send(new DeleteEventSourceMappingCommand({ UUID: uuid })),
        };
      },
    }),
  };
}

function settings(inputs: MappingArguments): CreateEventSourceMappingCommandInput {
  const { destinationConfig, filterCriteria, scalingConfig } = inputs;
  return {
    BatchSize: inputs.batchSize,
    BisectBatchOnFunctionError: inputs.bisectBatchOnFunctionError,
    DestinationConfig: destinationConfig?.onFailure && {
      OnFailure: { Destination: destinationConfig.onFailure.destinationArn },
    },
    EventSourceArn: inputs.eventSourceArn,
    FilterCriteria: filterCriteria && { Filters: filterCriteria.filters.map(({ pattern }) => ({ Pattern: pattern })) },
    FunctionName: inputs.functionName,
    FunctionResponseTypes: inputs.functionResponseTypes,
    MaximumBatchingWindowInSeconds: inputs.maximumBatchingWindowInSeconds,
    MaximumRecordAgeInSeconds: inputs.maximumRecordAgeInSeconds,
    MaximumRetryAttempts: inputs.maximumRetryAttempts,
    ParallelizationFactor: inputs.parallelizationFactor,
    ScalingConfig: scalingConfig && { MaximumConcurrency: scalingConfig.maximumConcurrency },
    StartingPosition: inputs.startingPosition,
  };
}
