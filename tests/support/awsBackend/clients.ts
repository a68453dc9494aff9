// The AWS SDK's clients for one endpoint, an emulator of AWS.
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** Where the tests deploy to. */
export interface AwsEndpoint {
  readonly url: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface AwsClients {
  readonly cloudWatch: CloudWatchClient;
  readonly eventBridge: EventBridgeClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly sqs: SQSClient;
  readonly stepFunctions: SFNClient;
  /** The account's 12 digits. */
  accountId(): Promise<string>;
  destroy(): void;
}

export function clientsFor({ url, region, credentials }: AwsEndpoint): AwsClients {
  const settings = { endpoint: url, region, credentials };
  const clients = {
    cloudWatch: new CloudWatchClient(settings),
    eventBridge: new EventBridgeClient(settings),
    iam: new IAMClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    // An emulator's queue URLs carry a port that is its own, not the one that is published.
    sqs: new SQSClient({ ...settings, useQueueUrlAsEndpoint: false }),
    stepFunctions: new SFNClient(settings),
    sts: new STSClient(settings),
  };
  return {
    ...clients,
    accountId: async () => {
      const { Account } = await clients.sts.send(new GetCallerIdentityCommand());
      if (Account === undefined) throw new Error("GetCallerIdentity gave no account");
      return Account;
    },
    destroy: () => {
      for (const client of Object.values(clients)) client.destroy();
    },
  };
}
