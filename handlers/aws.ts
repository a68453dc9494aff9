// The AWS calls that the handlers make, as functions: so narrow that a test can stand in for them, and that policies can be read off.
import {
  DescribeExecutionCommand,
  type DescribeExecutionCommandInput,
  type DescribeExecutionCommandOutput,
  GetExecutionHistoryCommand,
  type GetExecutionHistoryCommandInput,
  type GetExecutionHistoryCommandOutput,
  ListExecutionsCommand,
  type ListExecutionsCommandInput,
  type ListExecutionsCommandOutput,
  SendTaskSuccessCommand,
  type SendTaskSuccessCommandInput,
  type SFNClient,
  StartExecutionCommand,
  type StartExecutionCommandInput,
  type StartExecutionCommandOutput,
} from "@aws-sdk/client-sfn";
import {
  ChangeMessageVisibilityBatchCommand,
  type ChangeMessageVisibilityBatchCommandInput,
  DeleteMessageBatchCommand,
  type DeleteMessageBatchCommandInput,
  type DeleteMessageBatchCommandOutput,
  GetQueueAttributesCommand,
  type GetQueueAttributesCommandInput,
  type GetQueueAttributesCommandOutput,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  type ReceiveMessageCommandOutput,
  SendMessageCommand,
  type SendMessageCommandInput,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { StoredObject } from "../records/record";

type Output<T> = Promise<Omit<T, "$metadata">>;

/** What the handlers ask of SQS. */
export interface SqsApi {
  receiveMessage(input: ReceiveMessageCommandInput): Output<ReceiveMessageCommandOutput>;
  sendMessage(input: SendMessageCommandInput): Promise<unknown>;
  deleteMessageBatch(input: DeleteMessageBatchCommandInput): Output<DeleteMessageBatchCommandOutput>;
  changeMessageVisibilityBatch(input: ChangeMessageVisibilityBatchCommandInput): Promise<unknown>;
  getQueueAttributes(input: GetQueueAttributesCommandInput): Output<GetQueueAttributesCommandOutput>;
}

/** What the handlers ask of Step Functions. */
export interface StepFunctionsApi {
  startExecution(input: StartExecutionCommandInput): Output<StartExecutionCommandOutput>;
  describeExecution(input: DescribeExecutionCommandInput): Output<Partial<DescribeExecutionCommandOutput>>;
  listExecutions(input: ListExecutionsCommandInput): Output<ListExecutionsCommandOutput>;
  getExecutionHistory(input: GetExecutionHistoryCommandInput): Output<GetExecutionHistoryCommandOutput>;
  sendTaskSuccess(input: SendTaskSuccessCommandInput): Promise<unknown>;
}

/** What the handlers ask of S3: whole objects, as text. */
export interface S3Api {
  getObject(object: StoredObject): Promise<string>;
  putObject(object: StoredObject, text: string): Promise<unknown>;
}

/** S3 through the SDK's client, which most runs have no use for: it is loaded by the first call. */
export function s3Api(): S3Api {
  let loading: ReturnType<typeof loadS3> | undefined;
  const loaded = () => {
    loading ??= loadS3();
    return loading;
  };
  return {
    getObject: async ({ bucket, key }) => {
      const { client, GetObjectCommand } = loaded();
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? "";
    },
    putObject: async ({ bucket, key }, text) => {
      const { client, PutObjectCommand } = loaded();
      return client.send(
        new PutObjectCommand({ Bucket: bucket, Key: key, Body: text, ContentType: "application/json" }),
      );
    },
  };
}

function loadS3() {
  const {
    GetObjectCommand,
    PutObjectCommand,
    S3Client,
  }: typeof import("@aws-sdk/client-s3") = require("@aws-sdk/client-s3");
  return { client: new S3Client({ requestHandler: timeouts(30_000) }), GetObjectCommand, PutObjectCommand };
}

/**
 * Settings of a client's request handler. Without a timeout a call that hangs would take all of the function's time.
 *
 * @param requestTimeout milliseconds
 */
// https://github.com/aws/aws-sdk-js-v3/blob/main/supplemental-docs/CLIENTS.md#request-handler-requesthandler
export function timeouts(requestTimeout: number) {
  return { connectionTimeout: 3_000, requestTimeout, throwOnRequestTimeout: true };
}

/** SQS through the SDK's client. */
export function sqsApi(client: SQSClient): SqsApi {
  return {
    receiveMessage: (input) => client.send(new ReceiveMessageCommand(input)),
    sendMessage: (input) => client.send(new SendMessageCommand(input)),
    deleteMessageBatch: (input) => client.send(new DeleteMessageBatchCommand(input)),
    changeMessageVisibilityBatch: (input) => client.send(new ChangeMessageVisibilityBatchCommand(input)),
    getQueueAttributes: (input) => client.send(new GetQueueAttributesCommand(input)),
  };
}

/** Step Functions through the SDK's client. */
export function stepFunctionsApi(client: SFNClient): StepFunctionsApi {
  return {
    startExecution: (input) => client.send(new StartExecutionCommand(input)),
    describeExecution: (input) => client.send(new DescribeExecutionCommand(input)),
    listExecutions: (input) => client.send(new ListExecutionsCommand(input)),
    getExecutionHistory: (input) => client.send(new GetExecutionHistoryCommand(input)),
    sendTaskSuccess: (input) => client.send(new SendTaskSuccessCommand(input)),
  };
}
