// SNS topics, their subscriptions and their policies, created by the AWS SDK.
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  SetTopicAttributesCommand,
  type SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from "@aws-sdk/client-sns";
import { given, type LiveResourceTypes, liveType } from "./resourceType";

interface TopicArguments {
  readonly name?: string;
}

interface SubscriptionArguments {
  readonly topic: string;
  readonly protocol: string;
  readonly endpoint: string;
  readonly filterPolicy?: string;
  readonly filterPolicyScope?: string;
  readonly rawMessageDelivery?: boolean;
  readonly redrivePolicy?: string;
}

interface TopicPolicyArguments {
  readonly arn: string;
  readonly policy: string;
}

/** Those of a subscription's arguments that are attributes of it. */
const attributeNames = {
  filterPolicy: "FilterPolicy",
  filterPolicyScope: "FilterPolicyScope",
  rawMessageDelivery: "RawMessageDelivery",
  redrivePolicy: "RedrivePolicy",
} as const;

export function topicTypes(sns: SNSClient): LiveResourceTypes {
  return {
    "aws:sns/topic:Topic": liveType<TopicArguments>({
      knownArguments: ["name"],
      async create({ name = "" }, physicalName) {
        const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: name || physicalName }));
        const arn = given("TopicArn", TopicArn);
        return {
          id: arn,
          state: { arn, name: name || physicalName },
          remove: () => sns.send(new DeleteTopicCommand({ TopicArn: arn })),
        };
      },
    }),
    "aws:sns/topicSubscription:TopicSubscription": liveType<SubscriptionArguments>({
      knownArguments: [
        "topic",
        "protocol",
        "endpoint",
        "filterPolicy",
        "filterPolicyScope",
        "rawMessageDelivery",
        "redrivePolicy",
      ],
      async create({ topic: TopicArn, protocol: Protocol, endpoint: Endpoint, ...settings }) {
        const attributes = Object.entries(settings).map(([argument, value]) => [
          attributeNames[argument as keyof typeof attributeNames],
          String(value),
        ]);
        const Attributes = Object.fromEntries(attributes) as Record<string, string>;
        const command = new SubscribeCommand({ TopicArn, Protocol, Endpoint, Attributes, ReturnSubscriptionArn: true });
        const { SubscriptionArn } = await sns.send(command);
        const arn = given("SubscriptionArn", SubscriptionArn);
        return {
          id: arn,
          state: { arn },
          remove: () => sns.send(new UnsubscribeCommand({ SubscriptionArn: arn })),
        };
      },
    }),
    "aws:sns/topicPolicy:TopicPolicy": liveType<TopicPolicyArguments>({
      knownArguments: ["arn", "policy"],
      async create({ arn, policy }) {
        const AttributeName = "Policy";
        await sns.send(new SetTopicAttributesCommand({ TopicArn: arn, AttributeName, AttributeValue: policy }));
        // A topic always has a policy: this one goes with it.
        return { id: arn, state: { arn, policy }, remove: async () => undefined };
      },
    }),
  };
}
