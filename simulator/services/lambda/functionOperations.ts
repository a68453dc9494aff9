// The API's operations on functions: their configuration and their concurrency.
import type { LambdaQuotas } from "../../quotas";
import { type Authorization, AwsError, type Operation, operation } from "../../service";
import { checkConfiguration, type FunctionConfiguration } from "./functionConfiguration";
import type { LambdaFunction } from "./lambdaFunction";

interface FunctionInput {
  readonly FunctionName: string;
}

interface UpdateInput extends FunctionInput {
  readonly Timeout?: number;
  readonly MemorySize?: number;
  readonly Environment?: { readonly Variables?: Readonly<Record<string, string>> };
}

/** What the operations act on. */
export interface Functions {
  named(name: string): LambdaFunction;
  authorization(action: string, name: string): readonly Authorization[];
}

function updated(configuration: FunctionConfiguration, input: UpdateInput): FunctionConfiguration {
  const known = ["FunctionName", "Timeout", "MemorySize", "Environment"];
  const unknown = Object.keys(input).filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    throw new AwsError(
      "SimulatorUnsupportedArgument",
      `the simulator's UpdateFunctionConfiguration takes ${known.join(", ")}, got ${unknown.join(", ")}`,
    );
  }
  return {
    ...configuration,
    timeout: input.Timeout ?? configuration.timeout,
    memorySize: input.MemorySize ?? configuration.memorySize,
    environment: input.Environment === undefined ? configuration.environment : (input.Environment.Variables ?? {}),
  };
}

function describe(configuration: FunctionConfiguration): object {
  const {
    name,
    arn: functionArn,
    role,
    handler,
    runtime,
    timeout,
    memorySize,
    environment,
    logGroup,
    tracing,
    architecture,
    deadLetterTarget,
  } = configuration;
  return {
    FunctionName: name,
    FunctionArn: functionArn,
    Role: role,
    Handler: handler,
    Runtime: runtime,
    Timeout: timeout,
    MemorySize: memorySize,
    Environment: { Variables: environment },
    LoggingConfig: { LogFormat: "Text", LogGroup: logGroup },
    TracingConfig: { Mode: tracing },
    Architectures: [architecture],
    ...(deadLetterTarget === undefined ? {} : { DeadLetterConfig: { TargetArn: deadLetterTarget } }),
    State: "Active",
    LastUpdateStatus: "Successful",
    Version: "$LATEST",
  };
}

export function functionOperations(functions: Functions, quotas: LambdaQuotas): Record<string, Operation> {
  const read = (action: string, handle: (target: LambdaFunction) => object) =>
    operation<FunctionInput>({
      authorize: (input) => functions.authorization(`lambda:${action}`, input.FunctionName),
      handle: (input) => handle(functions.named(input.FunctionName)),
    });
  return {
    GetFunction: read("GetFunction", (target) => ({
      Configuration: describe(target.configuration),
      Concurrency: { ReservedConcurrentExecutions: target.reservedConcurrency },
    })),
    GetFunctionConfiguration: read("GetFunctionConfiguration", (target) => describe(target.configuration)),
    UpdateFunctionConfiguration: operation<UpdateInput>({
      authorize: (input) => functions.authorization("lambda:UpdateFunctionConfiguration", input.FunctionName),
      handle: (input) => {
        const target = functions.named(input.FunctionName);
        const configuration = updated(target.configuration, input);
        checkConfiguration(configuration, quotas);
        target.configure(configuration);
        return describe(configuration);
      },
    }),
    PutFunctionConcurrency: operation<FunctionInput & { readonly ReservedConcurrentExecutions: number }>({
      authorize: (input) => functions.authorization("lambda:PutFunctionConcurrency", input.FunctionName),
      handle: (input) => {
        const { ReservedConcurrentExecutions: reserved } = input;
        const highest = quotas.concurrentExecutions - quotas.minimumUnreservedConcurrency;
        if (!Number.isInteger(reserved) || reserved < 0 || reserved > highest) {
          throw new AwsError(
            "InvalidParameterValueException",
            `[ReservedConcurrentExecutions] must be a whole number from 0 to ${highest}, got ${reserved}`,
          );
        }
        functions.named(input.FunctionName).reservedConcurrency = reserved;
        return { ReservedConcurrentExecutions: reserved };
      },
    }),
    DeleteFunctionConcurrency: read("DeleteFunctionConcurrency", (target) => {
      target.reservedConcurrency = undefined;
      return {};
    }),
  };
}
