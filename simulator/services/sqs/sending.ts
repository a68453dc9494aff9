// Checks what a sender gives. AWS: API SendMessage.
import { createHash } from "node:crypto";
import type { SendMessageBatchRequestEntry } from "@aws-sdk/client-sqs";
import { AwsError, type Call, type Principal } from "../../service";
import { contentBasedDeduplicationId } from "./deduplication";
import { invalidParameter, invalidValue, missingParameter, unsupported, wrongQueueType } from "./errors";
import type { FifoIds, NewMessage } from "./message";
import {
  checkMessageAttributes,
  hasOnlyAllowedCharacters,
  type MessageAttributes,
  md5OfAttributes,
  sizeOfAttributes,
} from "./messageAttributes";
import type { Queue } from "./queue";

/** AWS: "Amazon SQS message quotas": of a message, and of all messages of a batch together. */
export const maximumSize = 1_048_576;

/** What SendMessage and an entry of SendMessageBatch have in common. */
export type SendInput = Omit<SendMessageBatchRequestEntry, "Id">;

/** Binary values are kept as the wire has them: base64. */
function attributesOf(given: SendInput["MessageAttributes"] = {}): MessageAttributes {
  return Object.fromEntries(
    Object.entries(given).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { StringValue }),
        ...(BinaryValue === undefined
          ? {}
          : {
              BinaryValue: typeof BinaryValue === "string" ? BinaryValue : Buffer.from(BinaryValue).toString("base64"),
            }),
        DataType,
      },
    ]),
  );
}

/** The size that counts towards the limits: body and attributes, in bytes. */
export function sizeOf(input: SendInput): number {
  return Buffer.byteLength(input.MessageBody ?? "") + sizeOfAttributes(attributesOf(input.MessageAttributes));
}

function uniqueId(prefix: string, of: string): string {
  return prefix + createHash("sha256").update(of).digest("hex").slice(0, 17).toUpperCase();
}

/** AWS: API ReceiveMessage, SenderId: a user's id, or a role's id with the session's name. */
function senderId(principal: Principal, call: Pick<Call, "origin">): string {
  switch (principal.kind) {
    case "role":
      return `${uniqueId("AROA", principal.roleArn)}:${call.origin?.functionName ?? "session"}`;
    case "service":
      return uniqueId("AIDA", principal.service);
    case "operator":
      return uniqueId("AIDA", "operator");
    case "anonymous":
      return "anonymous";
  }
}

function readTraceHeader(input: SendInput): string | undefined {
  const { AWSTraceHeader, ...others } = input.MessageSystemAttributes ?? {};
  const [other] = Object.keys(others);
  if (other !== undefined) throw invalidParameter(`Message system attribute name '${other}' is invalid.`);
  if (AWSTraceHeader === undefined) return undefined;
  if (AWSTraceHeader.DataType !== "String" || !AWSTraceHeader.StringValue) {
    throw invalidParameter(
      "Message system attribute 'AWSTraceHeader' must contain a non-empty value of type 'String'.",
    );
  }
  return AWSTraceHeader.StringValue;
}

/** AWS: API SendMessage, MessageGroupId and MessageDeduplicationId; API ReceiveMessage, ReceiveRequestAttemptId. */
export function checkFifoId(parameter: string, value: string): void {
  if (/^[!-~]{1,128}$/.test(value)) return;
  const reason = `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`;
  throw invalidValue(parameter, value, reason);
}

/** Throws for what the other type of queue has, and for ids that are missing or malformed. */
function fifoIdsOf(queue: Queue, input: SendInput): FifoIds | undefined {
  const { MessageBody: body = "", MessageGroupId: groupId, MessageDeduplicationId: given } = input;
  const { fifo } = queue.settings;
  if (fifo === undefined) {
    if (given !== undefined) throw wrongQueueType("MessageDeduplicationId", given);
    if (groupId !== undefined) throw unsupported("MessageGroupId", groupId, "it has no fair queues");
    return undefined;
  }
  if (groupId === undefined || groupId === "") throw missingParameter("MessageGroupId");
  checkFifoId("MessageGroupId", groupId);
  if (given !== undefined) checkFifoId("MessageDeduplicationId", given);
  if (given === undefined && !fifo.contentBasedDeduplication) {
    throw invalidParameter(
      "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  }
  return { groupId, deduplicationId: given ?? contentBasedDeduplicationId(body) };
}

/** Seconds that a message is delayed: its own, or the queue's. FIFO queues know only the latter. */
function delayOf(queue: Queue, { DelaySeconds }: SendInput): number {
  if (queue.isFifo && DelaySeconds !== undefined && DelaySeconds !== 0) {
    throw wrongQueueType("DelaySeconds", DelaySeconds);
  }
  if (queue.isFifo) return queue.settings.delay;
  if (DelaySeconds === undefined) return queue.settings.delay;
  if (Number.isInteger(DelaySeconds) && DelaySeconds >= 0 && DelaySeconds <= 900) return DelaySeconds;
  throw invalidValue("DelaySeconds", DelaySeconds, "DelaySeconds must be >= 0 and <= 900.");
}

/** Throws for anything that the queue would not take. */
function checkedMessage(queue: Queue, input: SendInput, call: Call): NewMessage {
  const { MessageBody: body = "" } = input;
  const fifo = fifoIdsOf(queue, input);
  if (body === "") throw missingParameter("MessageBody");
  if (!hasOnlyAllowedCharacters(body)) {
    throw new AwsError(
      "InvalidMessageContents",
      "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF",
    );
  }
  const attributes = attributesOf(input.MessageAttributes);
  checkMessageAttributes(attributes);
  const { maximumMessageSize } = queue.settings;
  if (sizeOf(input) > maximumMessageSize) {
    throw invalidParameter(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximumMessageSize} bytes.`,
    );
  }
  const sender = { traceHeader: readTraceHeader(input), senderId: senderId(call.principal, call) };
  return { body, attributes, ...sender, ...(fifo === undefined ? {} : { fifo }) };
}

/** Sends one message and gives what SendMessage answers. */
export function send(queue: Queue, input: SendInput, call: Call): object {
  const message = checkedMessage(queue, input, call);
  const content = queue.send(message, delayOf(queue, input));
  const attributesDigest = md5OfAttributes(content.attributes);
  const { traceHeader } = content;
  const systemDigest =
    traceHeader === undefined
      ? undefined
      : md5OfAttributes({ AWSTraceHeader: { DataType: "String", StringValue: traceHeader } });
  return {
    MD5OfMessageBody: content.bodyMd5,
    ...(attributesDigest === undefined ? {} : { MD5OfMessageAttributes: attributesDigest }),
    ...(systemDigest === undefined ? {} : { MD5OfMessageSystemAttributes: systemDigest }),
    MessageId: content.id,
    ...(content.sequenceNumber === undefined ? {} : { SequenceNumber: content.sequenceNumber }),
  };
}
