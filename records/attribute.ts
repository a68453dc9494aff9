// The message attribute `respool`: how a copied message keeps its age, and a poisoned one its reason.
import { isObject, own } from "./json";
import { RECORD_ATTRIBUTE, type RespoolAttribute } from "./record";

/** The parts of an SQS message that its age and its copies are made from. */
export interface ReceivedMessage {
  readonly Body?: string;
  readonly Attributes?: { readonly [name: string]: string | undefined };
  readonly MessageAttributes?: { readonly [name: string]: MessageAttribute };
}

/** A message attribute, as SQS gives and takes it. */
interface MessageAttribute {
  readonly DataType: string | undefined;
  readonly StringValue?: string;
  readonly BinaryValue?: Uint8Array;
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

/** What the attribute says; an empty object where there is none, or none that can be read. */
export function readAttribute(message: ReceivedMessage): RespoolAttribute {
  try {
    const json: unknown = JSON.parse(message.MessageAttributes?.[RECORD_ATTRIBUTE]?.StringValue ?? "{}");
    if (!isObject(json)) return {};
    const [age, reason, at] = [own(json, "parkedAt"), own(json, "reason"), own(json, "at")];
    return {
      ...(typeof age === "number" && { parkedAt: age }),
      ...(typeof reason === "string" && { reason }),
      ...(typeof at === "string" && { at }),
    };
  } catch {
    return {};
  }
}

/** SQS counts body and attributes (name, type and value) together. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html */
const MESSAGE_LIMIT_BYTES = 1024 * 1024;
const REASON_LIMIT = 400;

/**
 * What SendMessage takes to copy a message: the body unchanged, the sender's attributes, and `respool` with this content.
 * Where nothing fits beside the body any more, the copy goes without `respool`: better a record without its reason than none.
 */
export function copyOf(message: ReceivedMessage, attribute: RespoolAttribute) {
  const body = message.Body ?? "";
  const others = Object.entries(message.MessageAttributes ?? {}).filter(([name]) => name !== RECORD_ATTRIBUTE);
  const value = JSON.stringify({ ...attribute, ...(attribute.reason && { reason: plain(attribute.reason) }) });
  const size = [...others.map(([name, other]) => attributeBytes(name, other)), Buffer.byteLength(body)].reduce(
    (sum, bytes) => sum + bytes,
    attributeBytes(RECORD_ATTRIBUTE, { DataType: "String", StringValue: value }),
  );
  const fits = size <= MESSAGE_LIMIT_BYTES && others.length < 10;
  return {
    MessageBody: body,
    MessageAttributes: {
      ...Object.fromEntries(
        others.map(([name, { DataType, StringValue, BinaryValue }]) => [name, { DataType, StringValue, BinaryValue }]),
      ),
      ...(fits && { [RECORD_ATTRIBUTE]: { DataType: "String", StringValue: value } }),
    },
  };
}

function attributeBytes(name: string, attribute: MessageAttribute): number {
  const { DataType = "", StringValue = "", BinaryValue } = attribute;
  return Buffer.byteLength(name + DataType + StringValue) + (BinaryValue?.byteLength ?? 0);
}

// A reason quotes what strangers wrote, and SQS refuses some Unicode characters.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html
function plain(reason: string): string {
  return reason.replace(/[^\x20-\x7e]/g, "?").slice(0, REASON_LIMIT);
}
