// The part of SNS's API that is about subscriptions.
import type { JsonObject } from "../../json";
import { type Authorization, type Operation, operation } from "../../service";
import type { Subscription } from "./topic";
import type { Topics } from "./topics";

/** What an operation on a topic needs. */
export function onTopic(topics: Topics, action: string, topicArn: string | undefined): readonly Authorization[] {
  const topic = topics.all.find(({ arn }) => arn === topicArn);
  return [{ action: `sns:${action}`, resource: topicArn ?? "*", resourcePolicy: topic?.policy }];
}

interface SubscribeInput {
  readonly TopicArn?: string;
  readonly Protocol?: string;
  readonly Endpoint?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

interface SubscriptionInput {
  readonly SubscriptionArn?: string;
}

function listed({ arn, topicArn, protocol, endpoint }: Subscription): JsonObject {
  const Owner = topicArn.split(":")[4];
  return { SubscriptionArn: arn, Owner, Protocol: protocol, Endpoint: endpoint, TopicArn: topicArn };
}

function attributesOf(subscription: Subscription): JsonObject {
  const fixed = { ...listed(subscription), PendingConfirmation: "false", ConfirmationWasAuthenticated: "true" };
  return { Attributes: { RawMessageDelivery: "false", ...subscription.attributes, ...fixed } };
}

export function subscriptionOperations(topics: Topics): Record<string, Operation> {
  const onSubscription =
    (action: string) =>
    ({ SubscriptionArn = "" }: SubscriptionInput) =>
      onTopic(topics, action, SubscriptionArn.replace(/:[^:]*$/, ""));
  return {
    Subscribe: operation<SubscribeInput>({
      authorize: ({ TopicArn }) => onTopic(topics, "Subscribe", TopicArn),
      handle: ({ TopicArn, Protocol = "", Endpoint = "", Attributes = {} }) => ({
        SubscriptionArn: topics.subscribe(topics.get(TopicArn), Protocol, Endpoint, Attributes).arn,
      }),
    }),
    Unsubscribe: operation<SubscriptionInput>({
      authorize: onSubscription("Unsubscribe"),
      handle: ({ SubscriptionArn }) => {
        topics.unsubscribe(SubscriptionArn);
        return {};
      },
    }),
    ListSubscriptionsByTopic: operation<{ readonly TopicArn?: string }>({
      authorize: ({ TopicArn }) => onTopic(topics, "ListSubscriptionsByTopic", TopicArn),
      handle: ({ TopicArn }) => ({ Subscriptions: [...topics.get(TopicArn).subscriptions.values()].map(listed) }),
    }),
    GetSubscriptionAttributes: operation<SubscriptionInput>({
      authorize: onSubscription("GetSubscriptionAttributes"),
      handle: ({ SubscriptionArn }) => attributesOf(topics.subscription(SubscriptionArn)),
    }),
    SetSubscriptionAttributes: operation<
      SubscriptionInput & { readonly AttributeName: string; readonly AttributeValue?: string }
    >({
      authorize: onSubscription("SetSubscriptionAttributes"),
      handle: ({ SubscriptionArn, AttributeName, AttributeValue = "" }) => {
        topics.subscription(SubscriptionArn).change({ [AttributeName]: AttributeValue });
        return {};
      },
    }),
  };
}
