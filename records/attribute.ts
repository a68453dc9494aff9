// The message attribute `respool`: how a copied message keeps its age and its identity, and a poisoned one its reason.
import { isGeneration } from "./executionName";
import { isObject, type JsonObject, own } from "./json";
import { type CarriedAttributes, type FifoPlace, RECORD_ATTRIBUTE, type RespoolAttribute } from "./record";

/** The parts of an SQS message that its age, its identity and its copies are made from. */
export interface ReceivedMessage {
  readonly MessageId?: string;
  readonly Body?: string;
  readonly Attributes?: { readonly [name: string]: string | undefined };
  readonly MessageAttributes?: MessageAttributes;
}

/** A message attribute, as SQS gives and takes it. */
interface MessageAttribute {
  readonly DataType: string | undefined;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
}

interface MessageAttributes {
  readonly [name: string]: MessageAttribute;
}

/** A queue beside the spool whose messages are redriven, too. */
export interface QueueBesideSpool {
  readonly url: string;
  /** The logical source that its messages belong to. */
  readonly source: string;
}

/** When SQS took this very message, in milliseconds since 1970: its retention runs from here. */
export function sentAt(message: ReceivedMessage): number {
  return Number(message.Attributes?.SentTimestamp ?? Number.NaN);
}

/** When the failure was first parked, in milliseconds since 1970, however often its message was copied since. */
export function parkedAt(message: ReceivedMessage): number {
  const sent = sentAt(message);
  const carried = readAttribute(message).parkedAt;
  return carried !== undefined && carried >= 0 && carried < sent ? carried : sent;
}

const TEXTS = ["reason", "at", "messageId", "from", "source", "id"] as const;

/** What the attribute says; an empty object where there is none, or none that can be read. */
export function readAttribute(message: ReceivedMessage): RespoolAttribute {
  try {
    const json: unknown = JSON.parse(message.MessageAttributes?.[RECORD_ATTRIBUTE]?.StringValue ?? "{}");
    if (!isObject(json)) return {};
    const [age, generation] = [own(json, "parkedAt"), own(json, "generation")];
    const [fifo, displaced] = [fifoIn(json), displacedIn(json)];
    return {
      ...(typeof age === "number" && { parkedAt: age }),
      ...Object.fromEntries(
        TEXTS.map((name) => [name, own(json, name)]).filter(([, text]) => typeof text === "string"),
      ),
      ...(isGeneration(generation) && { generation }),
      ...(fifo && { fifo }),
      ...(displaced && { displaced }),
    };
  } catch {
    return {};
  }
}

/**
 * What a copy of the library's own carries. A message that SQS moved, or that lies in a queue beside the spool, is none: there the attribute
 * is its sender's, who must not choose whose failure it is; but for what `sentAgain` checks.
 */
export function ownAttribute(message: ReceivedMessage, queue?: QueueBesideSpool): RespoolAttribute {
  const attribute = readAttribute(message);
  if (queue === undefined && message.Attributes?.DeadLetterQueueSourceArn === undefined) return attribute;
  const { messageId: _id, from: _from, source: _source, fifo: _fifo, ...others } = attribute;
  return others;
}

/** Where a message of a FIFO queue stands, or stood before it was copied; undefined for a message of a standard queue. */
export function fifoPlace(message: ReceivedMessage, queue?: QueueBesideSpool): FifoPlace | undefined {
  const { MessageGroupId: groupId, MessageDeduplicationId, SequenceNumber } = message.Attributes ?? {};
  // Messages of standard queues may have a group, too, in which nothing is in order.
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
  if (groupId === undefined || !isFifo(queue?.url)) return ownAttribute(message, queue).fifo;
  return {
    groupId,
    ...(MessageDeduplicationId !== undefined && { deduplicationId: MessageDeduplicationId }),
    ...(SequenceNumber !== undefined && { sequenceNumber: SequenceNumber }),
  };
}

/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html: "the name must end with .fifo" */
export function isFifo(queueUrl: string | undefined): boolean {
  return queueUrl?.endsWith(".fifo") ?? false;
}

/**
 * What a copy must carry so that it is still the same failure: SQS gives it another id, and the name of the queue that the message
 * failed in is lost. Nothing where the body alone says what failed.
 */
export function carriedBy(message: ReceivedMessage, queue?: QueueBesideSpool): RespoolAttribute {
  const attribute = ownAttribute(message, queue);
  const from = attribute.from ?? message.Attributes?.DeadLetterQueueSourceArn;
  const source = attribute.source ?? queue?.source;
  const fifo = fifoPlace(message, queue);
  const { MessageId } = message;
  const { parkedAt: _, displaced, ...kept } = attribute;
  const needsId = from !== undefined || source !== undefined;
  return {
    ...kept,
    ...(needsId && kept.messageId === undefined && MessageId !== undefined && { messageId: MessageId }),
    ...(from !== undefined && { from }),
    ...(source !== undefined && { source }),
    ...(fifo && { fifo }),
  };
}

/** The attributes that the sender gave the message: all but `respool`. */
export function senderAttributes(message: ReceivedMessage): CarriedAttributes {
  const { [RECORD_ATTRIBUTE]: _, ...others } = message.MessageAttributes ?? {};
  const present = Object.entries(others).map(([name, { DataType = "String", StringValue, BinaryValue }]) => [
    name,
    {
      DataType,
      ...(StringValue !== undefined && { StringValue }),
      ...(BinaryValue !== undefined && { BinaryValue: Buffer.from(BinaryValue).toString("base64") }),
    },
  ]);
  return { ...Object.fromEntries(present), ...readAttribute(message).displaced };
}

/** SQS counts body and attributes (name, type and value) together. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MESSAGE_LIMIT_BYTES = 1024 * 1024;
/** https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html */
const ATTRIBUTES_LIMIT = 10;
const REASON_LIMIT = 400;

/**
 * What SendMessage takes to copy a message: the body unchanged, the sender's attributes, and `respool` with this content. Where the message
 * would become too large it goes without its reason, or where its body alone says what failed, without `respool`: better a record without
 * its reason than none.
 *
 * @returns undefined where there is no room for what says whose failure it is: without that, what its sender wrote would be believed
 */
export function copyOf(message: ReceivedMessage, attribute: RespoolAttribute) {
  const body = message.Body ?? "";
  const sender = senderAttributes(message);
  const { displaced: _, reason, at, ...kept } = attribute;
  const { parkedAt: _age, ...identity } = kept;
  const told = { ...(reason !== undefined && { reason: plain(reason) }), ...(at !== undefined && { at }) };
  const candidates = [withRespool(sender, { ...kept, ...told }), withRespool(sender, kept)];
  if (Object.keys(identity).length === 0) candidates.push(attributesForSqs(sender));
  const MessageAttributes = candidates.find((attributes) => sizeOf(body, attributes) <= MESSAGE_LIMIT_BYTES);
  return MessageAttributes && { MessageBody: body, MessageAttributes };
}

function sizeOf(body: string, attributes: MessageAttributes): number {
  return Object.entries(attributes).reduce((sum, [name, one]) => sum + bytesOf(name, one), Buffer.byteLength(body));
}

/**
 * Message attributes for SendMessage, `respool` among them. SQS takes ten: of a sender who used them all, the smallest moves into
 * `respool`, where {@link senderAttributes} finds it.
 */
export function withRespool(sender: CarriedAttributes, content: RespoolAttribute): MessageAttributes {
  const bySize = Object.entries(sender).sort(([, a], [, b]) => JSON.stringify(a).length - JSON.stringify(b).length);
  const surplus = bySize.slice(0, Math.max(0, bySize.length + 1 - ATTRIBUTES_LIMIT));
  const displaced = Object.fromEntries(surplus);
  const value = JSON.stringify({ ...content, ...(surplus.length > 0 && { displaced }) });
  const left = Object.fromEntries(Object.entries(sender).filter(([name]) => !Object.hasOwn(displaced, name)));
  return { ...attributesForSqs(left), [RECORD_ATTRIBUTE]: { DataType: "String", StringValue: value } };
}

function attributesForSqs(attributes: CarriedAttributes): MessageAttributes {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { BinaryValue, ...attribute }]) => [
      name,
      {
        ...attribute,
        ...(BinaryValue !== undefined && { BinaryValue: new Uint8Array(Buffer.from(BinaryValue, "base64")) }),
      },
    ]),
  );
}

function bytesOf(name: string, attribute: MessageAttribute): number {
  const { DataType = "", StringValue = "", BinaryValue } = attribute;
  return Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0);
}

// A reason quotes what strangers wrote, and SQS refuses some Unicode characters.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
function plain(reason: string): string {
  return reason.replace(/[^\x20-\x7e]/g, "?").slice(0, REASON_LIMIT);
}

function fifoIn(json: JsonObject): FifoPlace | undefined {
  const fifo = own(json, "fifo");
  const groupId = isObject(fifo) ? own(fifo, "groupId") : undefined;
  if (!isObject(fifo) || typeof groupId !== "string") return undefined;
  const [deduplicationId, sequenceNumber] = [own(fifo, "deduplicationId"), own(fifo, "sequenceNumber")];
  return {
    groupId,
    ...(typeof deduplicationId === "string" && { deduplicationId }),
    ...(typeof sequenceNumber === "string" && { sequenceNumber }),
  };
}

function displacedIn(json: JsonObject): CarriedAttributes | undefined {
  const displaced = own(json, "displaced");
  return isObject(displaced) ? attributesIn(displaced) : undefined;
}

/** Reads carried attributes that somebody may have tampered with: what is none is left out. */
export function attributesIn(json: JsonObject): CarriedAttributes {
  const entries = Object.entries(json).flatMap(([name, value]) => {
    if (!isObject(value)) return [];
    const [DataType, StringValue, BinaryValue] = ["DataType", "StringValue", "BinaryValue"].map((at) => own(value, at));
    if (typeof DataType !== "string") return [];
    const text = typeof StringValue === "string" && { StringValue };
    const binary = typeof BinaryValue === "string" && { BinaryValue };
    return text || binary ? [[name, { DataType, ...text, ...binary }] as const] : [];
  });
  return Object.fromEntries(entries);
}
