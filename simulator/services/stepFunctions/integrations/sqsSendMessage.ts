// arn:aws:states:::sqs:sendMessage (Developer Guide: "Send messages to an Amazon SQS queue with Step Functions").
import type { JsonObject } from "../../../json";
import { Payload } from "../payload";
import { checkArguments } from "./arguments";
import { serviceEvents } from "./events";
import type { Integration } from "./integration";
import { optimisedFailure, type SdkService, sdkMetadata } from "./serviceErrors";

const resourceArn = "arn:aws:states:::sqs:sendMessage";

const supported = [
  "QueueUrl",
  "MessageBody",
  "DelaySeconds",
  "MessageAttributes",
  "MessageDeduplicationId",
  "MessageGroupId",
];

/** SQS's errors by the codes that it has had on the wire. */
export const sqsErrors: Readonly<Record<string, string>> = {
  "AWS.SimpleQueueService.NonExistentQueue": "QueueDoesNotExistException",
  QueueDoesNotExist: "QueueDoesNotExistException",
  QueueDoesNotExistException: "QueueDoesNotExistException",
  InvalidMessageContents: "InvalidMessageContentsException",
  "AWS.SimpleQueueService.UnsupportedOperation": "UnsupportedOperationException",
  UnsupportedOperation: "UnsupportedOperationException",
  OverLimit: "OverLimitException",
  RequestThrottled: "RequestThrottledException",
};

const sqsService: SdkService = {
  prefix: "SQS",
  client: "AmazonSQS",
  generic: "AmazonSQSException",
  modelled: sqsErrors,
};

function sendInput(parameters: JsonObject): JsonObject {
  const { MessageBody: body, ...others } = parameters;
  if (body === undefined || body === null) return others;
  return { ...others, MessageBody: typeof body === "string" ? body : JSON.stringify(body) };
}

export const sqsSendMessage: Integration = {
  description: resourceArn,
  handles: (resource) => resource === resourceArn,
  check: (field, location, diagnostics) => {
    checkArguments(field, { supported, required: ["QueueUrl", "MessageBody"] }, location, diagnostics);
  },
  plan: (_resource, parameters, world) => ({
    label: "sqs",
    events: serviceEvents("sqs", "sendMessage", world.region, parameters),
    call: { service: "sqs", action: "SendMessage", input: sendInput(parameters.value as JsonObject) },
    result: (output) => {
      const { MD5OfMessageAttributes, MD5OfMessageBody, MessageId, SequenceNumber } = output;
      const answer = { MD5OfMessageAttributes, MD5OfMessageBody, MessageId, SequenceNumber };
      const length = JSON.stringify(answer).length;
      return Payload.of({ ...answer, ...sdkMetadata(world, "application/x-amz-json-1.0", length) });
    },
    failure: (error) => optimisedFailure(sqsService, error, world),
  }),
};
