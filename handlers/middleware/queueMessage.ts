// One message of an SQS queue, as a handler in the middleware is given it.
import type { SQSMessageAttributes, SQSRecord } from "aws-lambda";
import { readAttribute } from "../../records/attribute";
import { RECORD_ATTRIBUTE, type RespoolAttribute } from "../../records/record";
import { sentAgain } from "../../records/sentAgain";
import { jsonOrText } from "./jsonOrText";
import { CORRELATION_ID } from "./work";
import type { Work } from "./workContext";

/** A message attribute of the sender. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
export interface QueueMessageAttribute {
  /** `String`, `Number` or `Binary`, with a label of the sender's own behind a point, if it has one. */
  readonly dataType: string;
  readonly stringValue?: string;
  /** Base 64. */
  readonly binaryValue?: string;
}

/** One message of a queue. */
export interface QueueMessage<Body = unknown> {
  /** The work's id: what an idempotency key at a dependency should be. The message's own id, or that of the message which failed first. */
  readonly id: string;
  /** SQS's id of this very message. */
  readonly messageId: string;
  /** The value of the body where it is JSON, else its text. Nothing checks that it is what the type says. */
  readonly body: Body;
  /** The body's text. */
  readonly rawBody: string;
  /** SQS's own attributes, such as `SentTimestamp`. */
  readonly attributes: Readonly<Record<string, string | undefined>>;
  /** The sender's attributes. */
  readonly messageAttributes: Readonly<Record<string, QueueMessageAttribute | undefined>>;
  /** The message group; only messages of a FIFO queue must have one. */
  readonly groupId?: string;
  /** How often the message was received, this time included. */
  readonly receiveCount: number;
}

/** @param body the type that the program's handler states; it is not checked here */
export function queueMessageOf<Body>(record: SQSRecord, id: string): QueueMessage<Body> {
  const groupId = record.attributes.MessageGroupId;
  return {
    id,
    messageId: record.messageId,
    body: jsonOrText(record.body) as Body,
    rawBody: record.body,
    attributes: { ...record.attributes },
    messageAttributes: { ...record.messageAttributes, ...displacedIn(record) },
    ...(groupId !== undefined && { groupId }),
    receiveCount: Number(record.attributes.ApproximateReceiveCount),
  };
}

/**
 * The work that a message asks for. A message that was sent again carries the id of the first one in the attribute `respool`; its own
 * message id would be another one each time.
 *
 * @param source the logical source of the queue
 */
export function workOfMessage(record: SQSRecord, source: string): Work {
  const { messageId, messageAttributes, attributes } = record;
  const again = sentAgain(source, carried(messageAttributes), attributes.MessageDeduplicationId);
  const id = again?.id ?? messageId;
  return {
    id,
    correlationId: messageAttributes[CORRELATION_ID]?.stringValue ?? id,
    generation: again?.generation ?? 0,
  };
}

/** Attributes of the sender that made room for `respool` when the message was sent again. */
function displacedIn({ messageAttributes }: SQSRecord): Readonly<Record<string, QueueMessageAttribute>> {
  return Object.fromEntries(
    Object.entries(carried(messageAttributes).displaced ?? {}).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        dataType: DataType,
        ...(StringValue !== undefined && { stringValue: StringValue }),
        ...(BinaryValue !== undefined && { binaryValue: BinaryValue }),
      },
    ]),
  );
}

function carried(attributes: SQSMessageAttributes): RespoolAttribute {
  const StringValue = attributes[RECORD_ATTRIBUTE]?.stringValue;
  return readAttribute({ MessageAttributes: { [RECORD_ATTRIBUTE]: { DataType: "String", StringValue } } });
}
