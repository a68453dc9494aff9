// The event that a function gets from a queue.
// See "Using Lambda with Amazon SQS", example events; where a member is not there, recordings on AWS decided.
import type { Message, MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { JsonObject } from "../../../json";

/** In AWS's order. */
const attributeOrder = [
  "ApproximateReceiveCount",
  "AWSTraceHeader",
  "SentTimestamp",
  "SequenceNumber",
  "MessageGroupId",
  "SenderId",
  "MessageDeduplicationId",
  "ApproximateFirstReceiveTimestamp",
  "DeadLetterQueueSourceArn",
] as const;

function attributesOf({ Attributes = {} }: Message): JsonObject {
  const present = attributeOrder.filter((name) => Attributes[name] !== undefined);
  return Object.fromEntries(present.map((name) => [name, Attributes[name]]));
}

function attributeValue({ DataType, StringValue, BinaryValue }: MessageAttributeValue): JsonObject {
  return {
    ...(StringValue === undefined ? {} : { stringValue: StringValue }),
    // On the wire of the simulator, as in AWS JSON, binary values are base64.
    ...(BinaryValue === undefined ? {} : { binaryValue: String(BinaryValue) }),
    stringListValues: [],
    binaryListValues: [],
    dataType: DataType,
  };
}

/** @param windowed whether the mapping has a batching window: then the digest of no attributes is null, not absent */
export function queueRecord(message: Message, queueArn: string, windowed: boolean): JsonObject {
  const { MD5OfMessageAttributes: digest = windowed ? null : undefined, MessageAttributes = {} } = message;
  const messageAttributes = Object.entries(MessageAttributes).map(([name, value]) => [name, attributeValue(value)]);
  return {
    messageId: message.MessageId,
    receiptHandle: message.ReceiptHandle,
    body: message.Body,
    attributes: attributesOf(message),
    messageAttributes: Object.fromEntries(messageAttributes) as JsonObject,
    ...(digest === undefined ? {} : { md5OfMessageAttributes: digest }),
    md5OfBody: message.MD5OfBody,
    eventSource: "aws:sqs",
    eventSourceARN: queueArn,
    awsRegion: queueArn.split(":")[3],
  };
}
