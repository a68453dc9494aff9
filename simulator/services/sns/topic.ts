// A topic and its subscriptions.
import type { PolicyDocument } from "../../iam";
import { AwsError } from "../../service";
import { compilePattern, type EventPattern } from "../eventBridge/eventPattern";
import { invalidParameter, unsupported } from "./errors";

export type AttributeTexts = Readonly<Record<string, string>>;

const topicAttributes = [
  ...["Policy", "DisplayName", "FifoTopic", "ContentBasedDeduplication", "KmsMasterKeyId"],
  ...["SignatureVersion", "TracingConfig", "FifoThroughputScope"],
];
const subscriptionAttributes = ["RawMessageDelivery", "FilterPolicy", "FilterPolicyScope", "RedrivePolicy"];

function parsed(name: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Falls through to the same refusal as for JSON of another kind.
  }
  throw invalidParameter(`${name}: failed to parse JSON`);
}

/** Refuses names that SNS or the simulator does not have; an empty text takes an attribute away. */
export function mergeAttributes(
  before: AttributeTexts,
  changes: AttributeTexts,
  known: readonly string[],
): AttributeTexts {
  for (const [name, value] of Object.entries(changes)) {
    if (!known.includes(name)) throw unsupported(name, value, known.join(", "));
  }
  const merged = { ...before, ...changes };
  return Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== ""));
}

export class Subscription {
  attributes: AttributeTexts = {};
  filter: EventPattern | undefined;

  constructor(
    readonly arn: string,
    readonly topicArn: string,
    readonly protocol: "sqs" | "lambda",
    readonly endpoint: string,
  ) {}

  get raw(): boolean {
    return this.attributes.RawMessageDelivery === "true";
  }

  get filtersBody(): boolean {
    return this.attributes.FilterPolicyScope === "MessageBody";
  }

  /** The ARN of the queue for what cannot be delivered. */
  get deadLetterQueue(): string | undefined {
    const { RedrivePolicy: text } = this.attributes;
    if (text === undefined) return undefined;
    return (parsed("RedrivePolicy", text) as { deadLetterTargetArn?: string }).deadLetterTargetArn;
  }

  change(changes: AttributeTexts): void {
    const merged = mergeAttributes(this.attributes, changes, subscriptionAttributes);
    const { RawMessageDelivery: raw = "false", FilterPolicyScope: scope = "MessageAttributes" } = merged;
    if (!["true", "false"].includes(raw)) {
      throw invalidParameter(`Attributes Reason: RawMessageDelivery: Invalid value [${raw}]. Must be true or false.`);
    }
    if (raw === "true" && this.protocol === "lambda") {
      throw invalidParameter(
        "Attributes Reason: RawMessageDelivery: Delivery protocol [lambda] does not support raw message delivery.",
      );
    }
    if (!["MessageAttributes", "MessageBody"].includes(scope)) {
      throw invalidParameter(
        `FilterPolicyScope: Invalid value [${scope}]. Please use either MessageBody or MessageAttributes`,
      );
    }
    if (merged.RedrivePolicy !== undefined) parsed("RedrivePolicy", merged.RedrivePolicy);
    try {
      this.filter = merged.FilterPolicy === undefined ? undefined : compilePattern(merged.FilterPolicy);
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      throw invalidParameter(`FilterPolicy: ${error.message}`);
    }
    this.attributes = merged;
  }
}

export class Topic {
  readonly subscriptions = new Map<string, Subscription>();
  attributes: AttributeTexts = {};
  /** Compiled once per object by whoever evaluates it. */
  policy: PolicyDocument | undefined;
  /** Of a FIFO topic: when each deduplication id was taken, in milliseconds since the epoch, and what it was answered. */
  readonly deduplicated = new Map<
    string,
    { readonly at: number; readonly answer: { readonly [key: string]: string } }
  >();
  sequence = 0n;

  constructor(
    readonly arn: string,
    readonly name: string,
  ) {}

  get fifo(): boolean {
    return this.name.endsWith(".fifo");
  }

  get contentBasedDeduplication(): boolean {
    return this.attributes.ContentBasedDeduplication === "true";
  }

  change(changes: AttributeTexts): void {
    const merged = mergeAttributes(this.attributes, changes, topicAttributes);
    this.policy = merged.Policy === undefined ? undefined : (parsed("Policy", merged.Policy) as PolicyDocument);
    this.attributes = merged;
  }
}
