// The API's operations on the configuration of asynchronous invocation.
import type { Iam } from "../../iam";
import type { JsonObject } from "../../json";
import { type Authorization, AwsError, type Operation, operation } from "../../service";
import { isAllowed } from "../iam/isAllowed";
import { type AsyncConfiguration, checkAsyncConfiguration, destinationRights } from "./asyncConfiguration";
import type { AsyncInvocations } from "./asyncInvocations";
import type { LambdaFunction } from "./lambdaFunction";

interface EventInvokeConfigInput {
  readonly FunctionName: string;
  readonly Qualifier?: string;
  readonly MaximumRetryAttempts?: number;
  readonly MaximumEventAgeInSeconds?: number;
  readonly DestinationConfig?: {
    readonly OnSuccess?: { readonly Destination?: string };
    readonly OnFailure?: { readonly Destination?: string };
  };
}

/** What the operations act on. */
export interface AsyncFunctions {
  readonly asynchronous: AsyncInvocations;
  named(name: string): LambdaFunction;
  authorization(action: string, name: string): readonly Authorization[];
}

function described({ configuration }: LambdaFunction, set: AsyncConfiguration, modified: number): JsonObject {
  const { maximumRetryAttempts, maximumEventAge, onSuccess, onFailure } = set;
  const place = (to: string | undefined) => (to === undefined ? {} : { Destination: to });
  return {
    LastModified: modified / 1000,
    FunctionArn: `${configuration.arn}:$LATEST`,
    ...(maximumRetryAttempts === undefined ? {} : { MaximumRetryAttempts: maximumRetryAttempts }),
    ...(maximumEventAge === undefined ? {} : { MaximumEventAgeInSeconds: maximumEventAge }),
    DestinationConfig: { OnSuccess: place(onSuccess), OnFailure: place(onFailure) },
  };
}

function configured(input: EventInvokeConfigInput): AsyncConfiguration {
  if (input.Qualifier !== undefined && input.Qualifier !== "$LATEST") {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `[Qualifier] must be $LATEST in the simulator, got ${input.Qualifier}`,
    );
  }
  return {
    maximumRetryAttempts: input.MaximumRetryAttempts,
    maximumEventAge: input.MaximumEventAgeInSeconds,
    onSuccess: input.DestinationConfig?.OnSuccess?.Destination,
    onFailure: input.DestinationConfig?.OnFailure?.Destination,
  };
}

/** Lambda looks at the role's rights when it is given a destination. */
function checkRights(iam: Iam, { configuration }: LambdaFunction, { onSuccess, onFailure }: AsyncConfiguration): void {
  for (const to of [onSuccess, onFailure]) {
    const rights = to === undefined ? [] : destinationRights(to);
    const missing = rights.find(({ action, resource }) => !isAllowed(iam, configuration.role, action, resource));
    if (missing === undefined) continue;
    throw new AwsError(
      "InvalidParameterValueException",
      `The function's execution role ${configuration.role} does not have permissions to call ${missing.action.split(":")[1]} on ${to}`,
    );
  }
}

/** The given members over the present ones, for UpdateFunctionEventInvokeConfig. */
function over(present: AsyncConfiguration, changes: AsyncConfiguration): AsyncConfiguration {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...present, ...Object.fromEntries(given) };
}

export function eventInvokeConfigOperations(functions: AsyncFunctions, iam: Iam): Record<string, Operation> {
  const { asynchronous } = functions;
  const present = (target: LambdaFunction) => {
    const found = asynchronous.configuration(target.configuration.name);
    if (found !== undefined) return found;
    throw new AwsError(
      "ResourceNotFoundException",
      `The function ${target.configuration.arn}:$LATEST doesn't have an EventInvokeConfig`,
      404,
    );
  };
  const on = (action: string, handle: (target: LambdaFunction, input: EventInvokeConfigInput) => object) =>
    operation<EventInvokeConfigInput>({
      authorize: (input) => functions.authorization(`lambda:${action}`, input.FunctionName),
      handle: (input) => handle(functions.named(input.FunctionName), input),
    });
  const put = (target: LambdaFunction, configuration: AsyncConfiguration) => {
    checkAsyncConfiguration(configuration);
    checkRights(iam, target, configuration);
    asynchronous.configure(target.configuration.name, configuration);
    const { set, modified } = present(target);
    return described(target, set, modified);
  };
  return {
    PutFunctionEventInvokeConfig: on("PutFunctionEventInvokeConfig", (target, input) => put(target, configured(input))),
    UpdateFunctionEventInvokeConfig: on("UpdateFunctionEventInvokeConfig", (target, input) =>
      put(target, over(present(target).set, configured(input))),
    ),
    GetFunctionEventInvokeConfig: on("GetFunctionEventInvokeConfig", (target) => {
      const { set, modified } = present(target);
      return described(target, set, modified);
    }),
    DeleteFunctionEventInvokeConfig: on("DeleteFunctionEventInvokeConfig", (target) => {
      present(target);
      asynchronous.configure(target.configuration.name, undefined);
      return {};
    }),
  };
}
