// A published message: its rules, and the forms in which subscribers get it.
// (Developer Guide: "Amazon SNS message and JSON formats"; the forms were compared with messages recorded on AWS.)
import { createHash } from "node:crypto";
import type { Json, JsonObject } from "../../json";
import { invalidParameter } from "./errors";
import type { Subscription, Topic } from "./topic";

export interface MessageAttribute {
  readonly DataType?: string;
  readonly StringValue?: string;
  /** Base64. */
  readonly BinaryValue?: string;
}

export interface PublishInput {
  readonly TopicArn?: string;
  readonly TargetArn?: string;
  readonly PhoneNumber?: string;
  readonly Message?: string;
  readonly Subject?: string;
  readonly MessageStructure?: string;
  readonly MessageAttributes?: Readonly<Record<string, MessageAttribute>>;
  readonly MessageGroupId?: string;
  readonly MessageDeduplicationId?: string;
}

export interface Message {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** The text for each protocol; "default" for the others. */
  readonly texts: Readonly<Record<string, string>>;
  readonly subject: string | undefined;
  readonly attributes: Readonly<Record<string, MessageAttribute>>;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  /** Of a FIFO topic. */
  readonly sequenceNumber: string | undefined;
}

/** Developer Guide: "Amazon SNS quotas", message size. */
const largest = 262_144;

/** The texts by protocol. Throws AwsError InvalidParameter. */
export function textsOf({ Message, MessageStructure }: PublishInput): Readonly<Record<string, string>> {
  if (Message === undefined || Message === "") throw invalidParameter("Empty message");
  if (Buffer.byteLength(Message) > largest) throw invalidParameter("Message too long");
  if (MessageStructure === undefined) return { default: Message };
  if (MessageStructure !== "json") throw invalidParameter("MessageStructure Reason: Invalid message structure");
  let value: unknown;
  try {
    value = JSON.parse(Message);
  } catch {
    throw invalidParameter("Message Structure - JSON message body failed to parse");
  }
  const texts = Object.entries((value ?? {}) as object).filter(([, text]) => typeof text === "string");
  if (!texts.some(([protocol]) => protocol === "default")) {
    throw invalidParameter("Message Structure - No default entry in JSON message body");
  }
  return Object.fromEntries(texts);
}

export function textFor(message: Message, { protocol }: Subscription): string {
  return message.texts[protocol] ?? String(message.texts.default);
}

/** Attributes in the form of notifications. */
function notificationAttributes(attributes: Message["attributes"]): JsonObject {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { DataType = "String", StringValue, BinaryValue }]) => [
      name,
      { Type: DataType, Value: StringValue ?? BinaryValue ?? "" },
    ]),
  );
}

/** Nobody can check it: the simulator has no certificate. */
function signature(message: Message): string {
  return createHash("sha512").update(message.id).digest("base64");
}

interface Urls {
  readonly certificate: string;
  readonly unsubscribe: string;
}

function urls({ arn, topicArn }: Subscription): Urls {
  const host = `https://sns.${topicArn.split(":")[3]}.amazonaws.com`;
  return {
    certificate: `${host}/SimpleNotificationService-0000000000000000000000000000000f.pem`,
    unsubscribe: `${host}/?Action=Unsubscribe&SubscriptionArn=${arn}`,
  };
}

/** The body that a queue gets unless delivery is raw; AWS lays it out in lines. */
export function envelope(message: Message, subscription: Subscription): string {
  const { certificate, unsubscribe } = urls(subscription);
  const fields: [string, Json | undefined][] = [
    ["Type", "Notification"],
    ["MessageId", message.id],
    ["SequenceNumber", message.sequenceNumber],
    ["TopicArn", subscription.topicArn],
    ["Subject", message.subject],
    ["Message", textFor(message, subscription)],
    ["Timestamp", new Date(message.at).toISOString()],
    ["SignatureVersion", "1"],
    ["Signature", signature(message)],
    ["SigningCertURL", certificate],
    ["UnsubscribeURL", unsubscribe],
  ];
  const lines = fields.flatMap(([name, value]) =>
    value === undefined ? [] : [`  "${name}" : ${JSON.stringify(value)}`],
  );
  const attributes = Object.entries(notificationAttributes(message.attributes)).map(
    ([name, value]) => `    ${JSON.stringify(name)} : ${JSON.stringify(value)}`,
  );
  if (attributes.length > 0) lines.push(`  "MessageAttributes" : {\n${attributes.join(",\n")}\n  }`);
  return `{\n${lines.join(",\n")}\n}`;
}

/** The event that a function gets. */
export function lambdaEvent(message: Message, subscription: Subscription): JsonObject {
  const { certificate, unsubscribe } = urls(subscription);
  const Sns = {
    Type: "Notification",
    MessageId: message.id,
    TopicArn: subscription.topicArn,
    Subject: message.subject ?? null,
    Message: textFor(message, subscription),
    Timestamp: new Date(message.at).toISOString(),
    SignatureVersion: "1",
    Signature: signature(message),
    SigningCertUrl: certificate,
    UnsubscribeUrl: unsubscribe,
    MessageAttributes: notificationAttributes(message.attributes),
  };
  const record = { EventSource: "aws:sns", EventVersion: "1.0", EventSubscriptionArn: subscription.arn, Sns };
  return { Records: [record] };
}

/** What a filter policy is matched against (Developer Guide: "Amazon SNS message filtering"). */
export function filterable(message: Message, subscription: Subscription): JsonObject | undefined {
  if (subscription.filtersBody) {
    try {
      const value: unknown = JSON.parse(textFor(message, subscription));
      return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
    } catch {
      return undefined;
    }
  }
  const values = Object.entries(message.attributes).map(([name, { DataType, StringValue = "" }]) => {
    if (DataType === "Number") return [name, Number(StringValue)] as const;
    if (DataType !== "String.Array") return [name, StringValue] as const;
    try {
      return [name, JSON.parse(StringValue) as Json] as const;
    } catch {
      return [name, StringValue] as const;
    }
  });
  return Object.fromEntries(values);
}

/** Which deduplication id a message for a FIFO topic has. Throws AwsError InvalidParameter. */
export function deduplicationIdOf(topic: Topic, input: PublishInput): string {
  if (input.MessageGroupId === undefined || input.MessageGroupId === "") {
    throw invalidParameter("The MessageGroupId parameter is required for FIFO topics");
  }
  if (input.MessageDeduplicationId !== undefined) return input.MessageDeduplicationId;
  if (topic.contentBasedDeduplication)
    return createHash("sha256")
      .update(input.Message ?? "")
      .digest("hex");
  throw invalidParameter(
    "The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}
