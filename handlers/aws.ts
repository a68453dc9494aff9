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
  };
}
