// What a function finds in its environment: its own variables, and those that Lambda sets.
// See "Defined runtime environment variables" in the developer guide.
import type { FunctionConfiguration } from "./functionConfiguration";

export function environmentVariables(
  configuration: FunctionConfiguration,
  region: string,
  logStream: string,
): Record<string, string> {
  return {
    ...configuration.environment,
    _HANDLER: configuration.handler,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EXECUTION_ENV: `AWS_Lambda_${configuration.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: configuration.name,
    AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(configuration.memorySize),
    AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
    AWS_LAMBDA_LOG_GROUP_NAME: configuration.logGroup,
    AWS_LAMBDA_LOG_STREAM_NAME: logStream,
    AWS_ACCESS_KEY_ID: "ASIASIMULATED0000000",
    AWS_SECRET_ACCESS_KEY: "simulated",
    AWS_SESSION_TOKEN: "simulated",
    LAMBDA_TASK_ROOT: "/var/task",
    LAMBDA_RUNTIME_DIR: "/var/runtime",
    TZ: ":UTC",
    LANG: "en_US.UTF-8",
  };
}
