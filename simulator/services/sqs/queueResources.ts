// The resource types of the Pulumi AWS provider for queues and their policies.
import type { JsonObject } from "../../json";
import { AwsError, type CreatedResource, type ResourceType } from "../../service";
import type { Queue } from "./queue";
import type { AttributeTexts } from "./queueAttributes";
import type { Queues } from "./queues";

/** The provider's arguments and the attributes that they stand for. */
const attributeNames: Readonly<Record<string, string>> = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  deduplicationScope: "DeduplicationScope",
  delaySeconds: "DelaySeconds",
  fifoThroughputLimit: "FifoThroughputLimit",
  kmsDataKeyReusePeriodSeconds: "KmsDataKeyReusePeriodSeconds",
  kmsMasterKeyId: "KmsMasterKeyId",
  maxMessageSize: "MaximumMessageSize",
  messageRetentionSeconds: "MessageRetentionPeriod",
  policy: "Policy",
  receiveWaitTimeSeconds: "ReceiveMessageWaitTimeSeconds",
  redriveAllowPolicy: "RedriveAllowPolicy",
  redrivePolicy: "RedrivePolicy",
  sqsManagedSseEnabled: "SqsManagedSseEnabled",
  visibilityTimeoutSeconds: "VisibilityTimeout",
};

/** The provider sends this one unless told otherwise; the API's own default is 1 MiB. */
const providersMaximumMessageSize = "262144";

function invalid(argument: string, allowed: string, got: unknown): AwsError {
  return new AwsError("InvalidParameterValue", `[${argument}] must be ${allowed}, got ${JSON.stringify(got)}`);
}

function text(argument: string, value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  throw invalid(argument, "a text, a number or a boolean", value);
}

function attributesOf(inputs: JsonObject): AttributeTexts {
  const attributes: Record<string, string> = { MaximumMessageSize: providersMaximumMessageSize };
  for (const [argument, name] of Object.entries(attributeNames)) {
    const value = inputs[argument];
    // False is the default of FIFO queues, and the provider does not send it for standard ones.
    if (argument === "contentBasedDeduplication" && value === false) continue;
    if (value !== undefined && value !== null) attributes[name] = text(argument, value);
  }
  return attributes;
}

function fifoState({ isFifo, attributes }: Queue): JsonObject {
  if (!isFifo) return { fifoQueue: false };
  return {
    fifoQueue: true,
    contentBasedDeduplication: attributes.ContentBasedDeduplication === "true",
    deduplicationScope: attributes.DeduplicationScope,
    fifoThroughputLimit: attributes.FifoThroughputLimit,
  };
}

function stateOf(queue: Queue): JsonObject {
  const { attributes, settings } = queue;
  return {
    arn: queue.arn,
    url: queue.url,
    name: queue.name,
    delaySeconds: settings.delay,
    ...fifoState(queue),
    kmsDataKeyReusePeriodSeconds: Number(attributes.KmsDataKeyReusePeriodSeconds ?? 300),
    ...(attributes.KmsMasterKeyId === undefined ? {} : { kmsMasterKeyId: attributes.KmsMasterKeyId }),
    maxMessageSize: settings.maximumMessageSize,
    messageRetentionSeconds: settings.retention,
    policy: attributes.Policy ?? "",
    receiveWaitTimeSeconds: settings.receiveWait,
    redriveAllowPolicy: attributes.RedriveAllowPolicy ?? "",
    redrivePolicy: attributes.RedrivePolicy ?? "",
    sqsManagedSseEnabled: attributes.SqsManagedSseEnabled === "true",
    tags: queue.tags,
    tagsAll: queue.tags,
    visibilityTimeoutSeconds: settings.visibilityTimeout,
  };
}

function createQueue(queues: Queues, inputs: JsonObject, physicalName: string): CreatedResource {
  const isFifo = inputs.fifoQueue === true;
  const name = inputs.name === undefined ? `${physicalName}${isFifo ? ".fifo" : ""}` : text("name", inputs.name);
  if (queues.byQueueName(name) !== undefined) throw invalid("name", "unused: the queue exists already", name);
  const tags = (inputs.tags ?? {}) as Readonly<Record<string, string>>;
  const attributes = isFifo ? { ...attributesOf(inputs), FifoQueue: "true" } : attributesOf(inputs);
  const queue = queues.create(name, attributes, tags);
  return { id: queue.url, state: stateOf(queue) };
}

/** A resource that sets one attribute of a queue that another resource created. */
function policyResource(queues: Queues, argument: string, attribute: string): ResourceType {
  return {
    knownArguments: ["queueUrl", argument],
    create: (inputs) => {
      const { queueUrl } = inputs;
      const given = inputs[argument];
      if (typeof queueUrl !== "string") throw invalid("queueUrl", "a queue's URL", queueUrl);
      if (given === undefined || given === null) throw invalid(argument, "given", given);
      const policy = typeof given === "object" ? JSON.stringify(given) : text(argument, given);
      queues.configure(queues.get(queueUrl), { [attribute]: policy });
      return { id: queueUrl, state: { queueUrl, [argument]: policy } };
    },
  };
}

export function queueResources(queues: Queues): Record<string, ResourceType> {
  return {
    "aws:sqs/queue:Queue": {
      knownArguments: ["name", "fifoQueue", "tags", ...Object.keys(attributeNames)],
      create: (inputs, physicalName) => createQueue(queues, inputs, physicalName),
    },
    "aws:sqs/queuePolicy:QueuePolicy": policyResource(queues, "policy", "Policy"),
    "aws:sqs/redrivePolicy:RedrivePolicy": policyResource(queues, "redrivePolicy", "RedrivePolicy"),
    "aws:sqs/redriveAllowPolicy:RedriveAllowPolicy": policyResource(queues, "redriveAllowPolicy", "RedriveAllowPolicy"),
  };
}
