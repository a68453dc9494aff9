// A queue's attributes: defaults, limits, and the policies in them. AWS: API CreateQueue and SetQueueAttributes.
import type { PolicyDocument } from "../../iam";
import { AwsError } from "../../service";
import { invalidAttributeValue, invalidValue } from "./errors";
import {
  checkFifoAttributes,
  checkThroughputLimit,
  type FifoSettings,
  fifoAttributes,
  fifoDefaults,
  fifoSettingsOf,
} from "./fifoAttributes";

export interface RedrivePolicy {
  readonly deadLetterTargetArn: string;
  readonly maxReceiveCount: number;
}

/** Who may use a queue as its dead-letter queue. */
export interface RedriveAllowPolicy {
  readonly redrivePermission: "allowAll" | "denyAll" | "byQueue";
  readonly sourceQueueArns?: readonly string[];
}

/** As in the API: names and values are texts. */
export type AttributeTexts = Readonly<Record<string, string>>;

/** What the attributes mean. Times are seconds, sizes bytes. */
export interface QueueSettings {
  readonly delay: number;
  readonly maximumMessageSize: number;
  readonly retention: number;
  readonly receiveWait: number;
  readonly visibilityTimeout: number;
  readonly policy: PolicyDocument | undefined;
  readonly redrivePolicy: RedrivePolicy | undefined;
  readonly redriveAllowPolicy: RedriveAllowPolicy;
  /** The key that encrypts the messages, as it was given; undefined where SQS's own does. */
  readonly key: string | undefined;
  /** Undefined for a standard queue. */
  readonly fifo: FifoSettings | undefined;
}

const limits: Readonly<Record<string, { readonly low: number; readonly high: number }>> = {
  DelaySeconds: { low: 0, high: 900 },
  MaximumMessageSize: { low: 1024, high: 1_048_576 },
  MessageRetentionPeriod: { low: 60, high: 1_209_600 },
  ReceiveMessageWaitTimeSeconds: { low: 0, high: 20 },
  VisibilityTimeout: { low: 0, high: 43_200 },
  KmsDataKeyReusePeriodSeconds: { low: 60, high: 86_400 },
};

const defaults: AttributeTexts = {
  DelaySeconds: "0",
  MaximumMessageSize: "1048576",
  MessageRetentionPeriod: "345600",
  ReceiveMessageWaitTimeSeconds: "0",
  SqsManagedSseEnabled: "true",
  VisibilityTimeout: "30",
};

const otherAttributes = ["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId", "SqsManagedSseEnabled"];

const arnPattern = /^arn:aws[a-z-]*:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}(\.fifo)?$/;

function parseObject(attribute: string, text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch {}
  throw invalidAttributeValue(attribute);
}

function parseRedrivePolicy(text: string): RedrivePolicy {
  const { deadLetterTargetArn, maxReceiveCount } = parseObject("RedrivePolicy", text);
  if (typeof deadLetterTargetArn !== "string" || !arnPattern.test(deadLetterTargetArn)) {
    throw invalidValue("RedrivePolicy", text, "Invalid value for deadLetterTargetArn.");
  }
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalidValue(
      "RedrivePolicy",
      text,
      "Invalid value for maxReceiveCount: it must be a whole number from 1 to 1000.",
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

function parseRedriveAllowPolicy(text: string): RedriveAllowPolicy {
  const { redrivePermission, sourceQueueArns } = parseObject("RedriveAllowPolicy", text);
  if (redrivePermission === "allowAll" || redrivePermission === "denyAll") return { redrivePermission };
  const isList = Array.isArray(sourceQueueArns) && sourceQueueArns.every((each) => arnPattern.test(String(each)));
  if (redrivePermission !== "byQueue" || !isList || sourceQueueArns.length === 0 || sourceQueueArns.length > 10) {
    throw invalidValue(
      "RedriveAllowPolicy",
      text,
      "redrivePermission must be allowAll, denyAll or byQueue with 1 to 10 sourceQueueArns.",
    );
  }
  return { redrivePermission, sourceQueueArns: sourceQueueArns.map(String) };
}

function checkLimits(name: string, text: string): void {
  const limit = limits[name];
  if (limit === undefined) return;
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= limit.low && value <= limit.high)) throw invalidAttributeValue(name);
}

/** Throws for unknown names, values out of range, and what a queue of this type does not have. */
function checkAttributes(attributes: AttributeTexts, isFifo: boolean): void {
  checkFifoAttributes(attributes, isFifo);
  for (const [name, text] of Object.entries(attributes)) {
    if (!(name in limits) && !otherAttributes.includes(name) && !fifoAttributes.includes(name)) {
      throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
    checkLimits(name, text);
  }
  const { KmsMasterKeyId = "", SqsManagedSseEnabled = "false" } = attributes;
  if (!/^(true|false)$/.test(SqsManagedSseEnabled)) throw invalidAttributeValue("SqsManagedSseEnabled");
  if (KmsMasterKeyId !== "" && SqsManagedSseEnabled === "true") {
    throw new AwsError(
      "InvalidAttributeName",
      "You can use one type of server-side encryption (SSE) at one time. You can either enable KMS SSE or SQS SSE.",
    );
  }
}

/**
 * The attributes after a change. An empty text removes a policy or a key. A key switches SQS's own encryption off.
 *
 * @param before undefined for a new queue
 */
export function mergeAttributes(before: AttributeTexts | undefined, changes: AttributeTexts): AttributeTexts {
  const isFifo = (before ?? changes).FifoQueue === "true";
  checkAttributes(changes, isFifo);
  const fresh = isFifo ? { ...defaults, ...fifoDefaults } : defaults;
  const merged: Record<string, string> = { ...(before ?? fresh), ...changes };
  checkThroughputLimit(merged);
  for (const name of otherAttributes) if (merged[name] === "") delete merged[name];
  if (merged.KmsMasterKeyId === undefined) {
    delete merged.KmsDataKeyReusePeriodSeconds;
  } else if (changes.SqsManagedSseEnabled === "true") {
    delete merged.KmsMasterKeyId;
    delete merged.KmsDataKeyReusePeriodSeconds;
  } else {
    merged.SqsManagedSseEnabled = "false";
    merged.KmsDataKeyReusePeriodSeconds ??= "300";
  }
  return merged;
}

export function settingsOf(attributes: AttributeTexts): QueueSettings {
  const { Policy, RedrivePolicy, RedriveAllowPolicy } = attributes;
  return {
    delay: Number(attributes.DelaySeconds),
    maximumMessageSize: Number(attributes.MaximumMessageSize),
    retention: Number(attributes.MessageRetentionPeriod),
    receiveWait: Number(attributes.ReceiveMessageWaitTimeSeconds),
    visibilityTimeout: Number(attributes.VisibilityTimeout),
    policy: Policy === undefined ? undefined : (parseObject("Policy", Policy) as unknown as PolicyDocument),
    redrivePolicy: RedrivePolicy === undefined ? undefined : parseRedrivePolicy(RedrivePolicy),
    redriveAllowPolicy:
      RedriveAllowPolicy === undefined
        ? { redrivePermission: "allowAll" }
        : parseRedriveAllowPolicy(RedriveAllowPolicy),
    key: attributes.KmsMasterKeyId,
    fifo: fifoSettingsOf(attributes),
  };
}
