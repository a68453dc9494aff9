// The attributes that only FIFO queues have. AWS: API CreateQueue, "The following attributes apply only to FIFO queues".
import { AwsError } from "../../service";
import { invalidAttributeValue, invalidParameter } from "./errors";

type AttributeTexts = Readonly<Record<string, string>>;

/** How a FIFO queue deduplicates. */
export interface FifoSettings {
  /** Whether a message without a deduplication id gets the digest of its body as one. */
  readonly contentBasedDeduplication: boolean;
  /** Whether the same deduplication id in another message group is another message. */
  readonly deduplicatesPerGroup: boolean;
}

const values: Readonly<Record<string, readonly string[]>> = {
  FifoQueue: ["true"],
  ContentBasedDeduplication: ["false", "true"],
  DeduplicationScope: ["queue", "messageGroup"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};

export const fifoAttributes: readonly string[] = Object.keys(values);

export const fifoDefaults: AttributeTexts = {
  ContentBasedDeduplication: "false",
  DeduplicationScope: "queue",
  FifoQueue: "true",
  FifoThroughputLimit: "perQueue",
};

/** Throws when a name and the attribute FifoQueue do not fit together, and for names that no queue can have. */
export function checkQueueName(name: string, { FifoQueue }: AttributeTexts): void {
  if (FifoQueue !== "true") {
    if (/^[A-Za-z0-9_-]{1,80}$/.test(name)) return;
    throw invalidParameter("Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length");
  }
  if (/^[A-Za-z0-9_-]+\.fifo$/.test(name) && name.length <= 80) return;
  throw invalidParameter(
    "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must end with .fifo suffix and be 1 to 80 in length.",
  );
}

/** Throws for FIFO attributes of a standard queue, and for values that AWS does not take. */
export function checkFifoAttributes(attributes: AttributeTexts, isFifo: boolean): void {
  for (const name of fifoAttributes) {
    const value = attributes[name];
    if (value === undefined) continue;
    if (!isFifo) throw new AwsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    if (!values[name]?.includes(value)) throw invalidAttributeValue(name);
  }
}

/**
 * Throws for a throughput limit per group where deduplication is per queue.
 * AWS: "High throughput for FIFO queues in Amazon SQS".
 */
export function checkThroughputLimit({ DeduplicationScope, FifoThroughputLimit }: AttributeTexts): void {
  if (FifoThroughputLimit === "perMessageGroupId" && DeduplicationScope !== "messageGroup") {
    throw invalidAttributeValue("FifoThroughputLimit");
  }
}

/** Undefined for a standard queue. */
export function fifoSettingsOf(attributes: AttributeTexts): FifoSettings | undefined {
  if (attributes.FifoQueue !== "true") return undefined;
  return {
    contentBasedDeduplication: attributes.ContentBasedDeduplication === "true",
    deduplicatesPerGroup: attributes.DeduplicationScope === "messageGroup",
  };
}
