// The API's operations on messages.
import type {
  ChangeMessageVisibilityBatchCommandInput,
  ChangeMessageVisibilityCommandInput,
  DeleteMessageBatchCommandInput,
  DeleteMessageCommandInput,
  ReceiveMessageCommandInput,
  SendMessageBatchCommandInput,
  SendMessageCommandInput,
} from "@aws-sdk/client-sqs";
import { AwsError, type Operation, operation } from "../../service";
import { onQueue } from "./authorization";
import { checkBatch, forEachEntry } from "./batch";
import { invalidValue, missingParameter, wrongQueueType } from "./errors";
import type { Queue } from "./queue";
import type { Queues } from "./queues";
import type { ReceiveRequest } from "./receiving";
import { checkFifoId, maximumSize, send, sizeOf } from "./sending";

function inRange(parameter: string, value: number | undefined, low: number, high: number, reason: string): void {
  if (value === undefined || (Number.isInteger(value) && value >= low && value <= high)) return;
  throw invalidValue(parameter, value, reason);
}

function receiveRequest(queue: Queue, input: ReceiveMessageCommandInput): ReceiveRequest {
  const { MaxNumberOfMessages, VisibilityTimeout, WaitTimeSeconds, ReceiveRequestAttemptId } = input;
  if (ReceiveRequestAttemptId !== undefined) {
    if (!queue.isFifo) throw wrongQueueType("ReceiveRequestAttemptId", ReceiveRequestAttemptId);
    checkFifoId("ReceiveRequestAttemptId", ReceiveRequestAttemptId);
  }
  inRange("MaxNumberOfMessages", MaxNumberOfMessages, 1, 10, "Must be between 1 and 10, if provided.");
  inRange("VisibilityTimeout", VisibilityTimeout, 0, 43_200, "Must be >= 0 and <= 43200, if provided.");
  inRange("WaitTimeSeconds", WaitTimeSeconds, 0, 20, "Must be >= 0 and <= 20, if provided.");
  return {
    maxNumberOfMessages: MaxNumberOfMessages ?? 1,
    visibilityTimeout: VisibilityTimeout ?? queue.settings.visibilityTimeout,
    waitTime: WaitTimeSeconds ?? queue.settings.receiveWait,
    systemAttributeNames: [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])],
    messageAttributeNames: input.MessageAttributeNames ?? [],
    ...(ReceiveRequestAttemptId === undefined ? {} : { attemptId: ReceiveRequestAttemptId }),
  };
}

function changeVisibility(queue: Queue, handle: string | undefined, timeout: number | undefined): void {
  if (handle === undefined) throw missingParameter("ReceiptHandle");
  if (timeout === undefined) throw missingParameter("VisibilityTimeout");
  inRange("VisibilityTimeout", timeout, 0, 43_200, "Must be >= 0 and <= 43200, if provided.");
  queue.changeVisibility(handle, timeout);
}

function deleteMessage(queue: Queue, handle: string | undefined): void {
  if (handle === undefined) throw missingParameter("ReceiptHandle");
  queue.delete(handle);
}

function sendOperations(queues: Queues): Record<string, Operation> {
  return {
    SendMessage: operation<SendMessageCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "SendMessage", QueueUrl),
      handle: (input, call) => send(queues.get(input.QueueUrl), input, call),
    }),
    SendMessageBatch: operation<SendMessageBatchCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "SendMessage", QueueUrl),
      handle: ({ QueueUrl, Entries = [] }, call) => {
        const queue = queues.get(QueueUrl);
        checkBatch(Entries, "SendMessageBatchRequestEntry");
        const size = Entries.reduce((total, entry) => total + sizeOf(entry), 0);
        if (size > maximumSize) {
          throw new AwsError(
            "BatchRequestTooLong",
            `Batch requests cannot be longer than ${maximumSize} bytes. You have sent ${size} bytes.`,
          );
        }
        return forEachEntry(Entries, (entry) => send(queue, entry, call));
      },
    }),
  };
}

function deleteOperations(queues: Queues): Record<string, Operation> {
  return {
    DeleteMessage: operation<DeleteMessageCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "DeleteMessage", QueueUrl),
      handle: ({ QueueUrl, ReceiptHandle }) => {
        const queue = queues.get(QueueUrl);
        deleteMessage(queue, ReceiptHandle);
        queue.report();
        return {};
      },
    }),
    DeleteMessageBatch: operation<DeleteMessageBatchCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "DeleteMessage", QueueUrl),
      handle: ({ QueueUrl, Entries = [] }) => {
        const queue = queues.get(QueueUrl);
        checkBatch(Entries, "DeleteMessageBatchRequestEntry");
        const result = forEachEntry(Entries, ({ ReceiptHandle }) => {
          deleteMessage(queue, ReceiptHandle);
          return {};
        });
        queue.report();
        return result;
      },
    }),
  };
}

function visibilityOperations(queues: Queues): Record<string, Operation> {
  return {
    ChangeMessageVisibility: operation<ChangeMessageVisibilityCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "ChangeMessageVisibility", QueueUrl),
      handle: ({ QueueUrl, ReceiptHandle, VisibilityTimeout }) => {
        const queue = queues.get(QueueUrl);
        changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
        queue.report();
        return {};
      },
    }),
    ChangeMessageVisibilityBatch: operation<ChangeMessageVisibilityBatchCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "ChangeMessageVisibility", QueueUrl),
      handle: ({ QueueUrl, Entries = [] }) => {
        const queue = queues.get(QueueUrl);
        checkBatch(Entries, "ChangeMessageVisibilityBatchRequestEntry");
        const result = forEachEntry(Entries, ({ ReceiptHandle, VisibilityTimeout }) => {
          changeVisibility(queue, ReceiptHandle, VisibilityTimeout);
          return {};
        });
        queue.report();
        return result;
      },
    }),
  };
}

export function messageOperations(queues: Queues): Record<string, Operation> {
  return {
    ...sendOperations(queues),
    ReceiveMessage: operation<ReceiveMessageCommandInput>({
      authorize: ({ QueueUrl }) => onQueue(queues, "ReceiveMessage", QueueUrl),
      handle: (input) => {
        const queue = queues.get(input.QueueUrl);
        return queues.receivers(queue).receive(receiveRequest(queue, input));
      },
    }),
    ...deleteOperations(queues),
    ...visibilityOperations(queues),
  };
}
