// Lambda functions and their permissions, created by the AWS SDK.
import {
  AddPermissionCommand,
  type Architecture,
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  type LambdaClient,
  type LogFormat,
  RemovePermissionCommand,
  type Runtime,
  type TracingMode,
} from "@aws-sdk/client-lambda";
import { given, type LiveResourceTypes, liveType } from "./resourceType";
import { until } from "./until";
import { zipOf } from "./zip";

interface FunctionArguments {
  readonly name?: string;
  readonly architectures?: Architecture[];
  /** An archive as `evaluateProgram` hands it on: one mark, and below it path -> content in base 64. */
  readonly code: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly description?: string;
  readonly environment?: { readonly variables?: Readonly<Record<string, string>> };
  readonly handler: string;
  readonly loggingConfig?: { readonly logFormat?: LogFormat; readonly logGroup?: string };
  readonly memorySize?: number;
  readonly role: string;
  readonly runtime: Runtime;
  readonly timeout?: number;
  readonly tracingConfig?: { readonly mode: TracingMode };
}

interface PermissionArguments {
  readonly action: string;
  readonly function: string;
  readonly principal: string;
  readonly sourceAccount?: string;
  readonly sourceArn?: string;
}

const knownArguments = [
  "name",
  "architectures",
  "code",
  "description",
  "environment",
  "handler",
  "loggingConfig",
  "memorySize",
  "role",
  "runtime",
  "timeout",
  "tracingConfig",
] as const satisfies readonly (keyof FunctionArguments)[];

export function functionTypes(lambda: LambdaClient): LiveResourceTypes {
  return {
    "aws:lambda/function:Function": liveType<FunctionArguments>({
      knownArguments,
      async create(inputs, physicalName) {
        const FunctionName = inputs.name ?? physicalName;
        const created = await lambda.send(new CreateFunctionCommand({ FunctionName, ...settings(inputs) }));
        // The SDK's own waiter looks once a second, which is long where functions are created one after the other.
        await until(async () => {
          const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
          return Configuration?.State === "Active";
        }, `function ${FunctionName} is active`);
        const { code: _, ...state } = inputs;
        const arn = given("FunctionArn", created.FunctionArn);
        return {
          id: FunctionName,
          state: { ...state, name: FunctionName, arn, invokeArn: invokeArnOf(arn) },
          remove: () => lambda.send(new DeleteFunctionCommand({ FunctionName })),
        };
      },
    }),
    "aws:lambda/permission:Permission": liveType<PermissionArguments>({
      knownArguments: ["action", "function", "principal", "sourceAccount", "sourceArn"],
      async create({ action, function: FunctionName, principal, sourceAccount, sourceArn }, StatementId) {
        await lambda.send(
          new AddPermissionCommand({
            FunctionName,
            StatementId,
            Action: action,
            Principal: principal,
            SourceAccount: sourceAccount,
            SourceArn: sourceArn,
          }),
        );
        return {
          id: StatementId,
          state: { statementId: StatementId },
          remove: () => lambda.send(new RemovePermissionCommand({ FunctionName, StatementId })),
        };
      },
    }),
  };
}

/** What API Gateway calls a function by. https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-swagger-extensions-integration.html */
function invokeArnOf(arn: string): string {
  const region = arn.split(":")[3];
  return `arn:aws:apigateway:${region}:lambda:path/2015-03-31/functions/${arn}/invocations`;
}

function settings(inputs: FunctionArguments) {
  const { loggingConfig, tracingConfig } = inputs;
  return {
    Architectures: inputs.architectures,
    Code: { ZipFile: zipOf(Object.values(inputs.code)[0] ?? {}) },
    Description: inputs.description,
    Environment: inputs.environment && { Variables: inputs.environment.variables },
    Handler: inputs.handler,
    LoggingConfig: loggingConfig && { LogFormat: loggingConfig.logFormat, LogGroup: loggingConfig.logGroup },
    MemorySize: inputs.memorySize,
    Role: inputs.role,
    Runtime: inputs.runtime,
    Timeout: inputs.timeout,
    TracingConfig: tracingConfig && { Mode: tracingConfig.mode },
  };
}
