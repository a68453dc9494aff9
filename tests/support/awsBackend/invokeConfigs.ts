// What Lambda does with asynchronous invocations of a function, set by the AWS SDK.
import {
  DeleteFunctionEventInvokeConfigCommand,
  type LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from "@aws-sdk/client-lambda";
import { type LiveResourceTypes, liveType } from "./resourceType";

interface InvokeConfigArguments {
  readonly destinationConfig?: {
    readonly onFailure?: { readonly destination: string };
    readonly onSuccess?: { readonly destination: string };
  };
  readonly functionName: string;
  readonly maximumEventAgeInSeconds?: number;
  readonly maximumRetryAttempts?: number;
}

export function invokeConfigTypes(lambda: LambdaClient): LiveResourceTypes {
  return {
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": liveType<InvokeConfigArguments>({
      knownArguments: ["destinationConfig", "functionName", "maximumEventAgeInSeconds", "maximumRetryAttempts"],
      async create({ destinationConfig = {}, functionName, maximumEventAgeInSeconds, maximumRetryAttempts }) {
        const { onFailure, onSuccess } = destinationConfig;
        await lambda.send(
          new PutFunctionEventInvokeConfigCommand({
            FunctionName: functionName,
            MaximumEventAgeInSeconds: maximumEventAgeInSeconds,
            MaximumRetryAttempts: maximumRetryAttempts,
            DestinationConfig: {
              OnFailure: onFailure && { Destination: onFailure.destination },
              OnSuccess: onSuccess && { Destination: onSuccess.destination },
            },
          }),
        );
        return {
          id: functionName,
          state: { functionName },
          remove: () => lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName: functionName })),
        };
      },
    }),
  };
}
