// The AWS SDK's clients for one endpoint, an emulator of AWS.
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IAMClient } from "@aws-sdk/client-iam";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SchedulerClient } from "@aws-sdk/client-scheduler";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";

/** Where the tests deploy to. */
export interface AwsEndpoint {
  readonly url: string;
  readonly region: string;
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
}

export interface AwsClients {
  readonly apiGateway: APIGatewayClient;
  readonly cloudWatch: CloudWatchClient;
  readonly dynamoDb: DynamoDBClient;
  readonly eventBridge: EventBridgeClient;
  readonly iam: IAMClient;
  readonly kinesis: KinesisClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly s3: S3Client;
  readonly scheduler: SchedulerClient;
  readonly sns: SNSClient;
  readonly sqs: SQSClient;
  readonly stepFunctions: SFNClient;
  /** The account's 12 digits. */
  accountId(): Promise<string>;
  destroy(): void;
}

export function clientsFor({ url, region, credentials }: AwsEndpoint): AwsClients {
  const settings = { endpoint: url, region, credentials };
  const clients = {
    apiGateway: new APIGatewayClient(settings),
    cloudWatch: new CloudWatchClient(settings),
    dynamoDb: new DynamoDBClient(settings),
    eventBridge: new EventBridgeClient(settings),
    iam: new IAMClient(settings),
    kinesis: new KinesisClient(settings),
    lambda: new LambdaClient(settings),
    logs: new CloudWatchLogsClient(settings),
    // An emulator has one host name for all buckets.
    s3: new S3Client({ ...settings, forcePathStyle: true }),
    scheduler: new SchedulerClient(settings),
    sns: new SNSClient(settings),
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
