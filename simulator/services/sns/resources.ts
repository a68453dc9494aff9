// The resource types of the Pulumi AWS provider for topics, their subscriptions and their policies.
import type { Json, JsonObject } from "../../json";
import { AwsError, type ResourceType } from "../../service";
import type { Subscription, Topic } from "./topic";
import type { Topics } from "./topics";

function text(value: Json | undefined): string | undefined {
  if (value === undefined || value === null) return undefined;
  return typeof value === "string" ? value : JSON.stringify(value);
}

function required(inputs: JsonObject, argument: string): string {
  const value = text(inputs[argument]);
  if (value === undefined || value === "") {
    throw new AwsError("InvalidParameter", `[${argument}] must be given, got ${JSON.stringify(inputs[argument])}`);
  }
  return value;
}

/** The attributes that the given arguments stand for. */
function attributesOf(inputs: JsonObject, names: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(names).flatMap(([argument, name]) => {
      const value = text(inputs[argument]);
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

const topicArguments = {
  contentBasedDeduplication: "ContentBasedDeduplication",
  displayName: "DisplayName",
  fifoThroughputScope: "FifoThroughputScope",
  fifoTopic: "FifoTopic",
  kmsMasterKeyId: "KmsMasterKeyId",
  policy: "Policy",
  signatureVersion: "SignatureVersion",
  tracingConfig: "TracingConfig",
};

const subscriptionArguments = {
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
};

function topicState(topic: Topic, inputs: JsonObject): JsonObject {
  const { arn, name, fifo, contentBasedDeduplication } = topic;
  const owner = arn.split(":")[4];
  const tags = inputs.tags ?? {};
  return { ...inputs, arn, name, owner, fifoTopic: fifo, contentBasedDeduplication, tags, tagsAll: tags };
}

function subscriptionState(subscription: Subscription, inputs: JsonObject): JsonObject {
  const { arn, topicArn, raw } = subscription;
  const ownerId = topicArn.split(":")[4];
  const confirmed = { pendingConfirmation: false, confirmationWasAuthenticated: true };
  return { ...inputs, arn, ownerId, rawMessageDelivery: raw, ...confirmed };
}

export function snsResources(topics: Topics): Record<string, ResourceType> {
  return {
    "aws:sns/topic:Topic": {
      knownArguments: ["name", "tags", ...Object.keys(topicArguments)],
      create: (inputs, physicalName) => {
        const fifo = inputs.fifoTopic === true;
        const name = text(inputs.name) ?? `${physicalName}${fifo ? ".fifo" : ""}`;
        if (topics.all.some((topic) => topic.name === name)) {
          throw new AwsError("InvalidParameter", `[name] must be unused: the topic exists already, got "${name}"`);
        }
        const { FifoTopic: _fifoTopic, ...attributes } = attributesOf(inputs, topicArguments);
        const topic = topics.create(name, fifo ? { ...attributes, FifoTopic: "true" } : attributes);
        return { id: topic.arn, state: topicState(topic, inputs) };
      },
    },
    "aws:sns/topicSubscription:TopicSubscription": {
      knownArguments: ["topic", "protocol", "endpoint", ...Object.keys(subscriptionArguments)],
      create: (inputs) => {
        const topic = topics.get(required(inputs, "topic"));
        const attributes = attributesOf(inputs, subscriptionArguments);
        const subscription = topics.subscribe(
          topic,
          required(inputs, "protocol"),
          required(inputs, "endpoint"),
          attributes,
        );
        return { id: subscription.arn, state: subscriptionState(subscription, inputs) };
      },
    },
    "aws:sns/topicPolicy:TopicPolicy": {
      knownArguments: ["arn", "policy"],
      create: (inputs) => {
        const topic = topics.get(required(inputs, "arn"));
        const policy = required(inputs, "policy");
        topic.change({ Policy: policy });
        return { id: topic.arn, state: { arn: topic.arn, owner: topic.arn.split(":")[4], policy } };
      },
    },
  };
}
