// Retries and dead-letter queues of subscriptions, resources, and what else the service does.
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../simulator/service";
import { deadLetterArn, functionArn, queueArn, snsWorld } from "./snsWorld";

const gone = new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
const broken = new AwsError("InternalFailure", "no", 500);
const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: deadLetterArn });

describe("deliveries", () => {
  it("moves what a client-side error refused to the dead-letter queue, at once and as it was", () => {
    const { subscribed, publish, sent } = snsWorld((attempt) => (attempt === 1 ? gone : undefined));
    publish(subscribed(queueArn, { RawMessageDelivery: "true", RedrivePolicy }), { Message: "m" });
    expect(sent.map(({ input }) => input)).toEqual([
      { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders", MessageBody: "m" },
      { QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/dead", MessageBody: "m" },
    ]);
  });

  it("drops it without one", () => {
    const { subscribed, publish, sent, world } = snsWorld(() => gone);
    publish(subscribed(queueArn), { Message: "m" });
    expect(sent).toHaveLength(1);
    expect(world.collected.data.map(({ name }) => name)).toEqual([
      "NumberOfMessagesPublished",
      "NumberOfNotificationsFailed",
    ]);
  });

  it("gives the dead-letter queue the envelope for a function that is gone", () => {
    const missing = new AwsError("ResourceNotFoundException", "Function not found", 404);
    const { subscribed, publish, sent } = snsWorld((attempt) => (attempt === 1 ? missing : undefined));
    publish(subscribed(functionArn, { RedrivePolicy }), { Message: "m" });
    expect(JSON.parse(String(sent[1]?.input.MessageBody))).toMatchObject({ Type: "Notification", Message: "m" });
  });

  it("tries server-side errors again: three times at once, twice after a second, then ever later", () => {
    const { subscribed, publish, sent } = snsWorld((attempt) => (attempt <= 8 ? broken : undefined));
    publish(subscribed(queueArn), { Message: "m" });
    expect(sent).toHaveLength(9);
    const waits = sent.slice(1).map(({ at }, index) => Math.round((at - (sent[index]?.at ?? 0)) / 100) / 10);
    expect(waits.slice(0, 5)).toEqual([0, 0, 0, 1, 1]);
    expect(waits.slice(5).every((wait, index, all) => wait > (all[index - 1] ?? 1))).toBe(true);
  });

  it("can be late, doubled or lost by a fault", () => {
    const { subscribed, publish, sent, world } = snsWorld();
    const topicArn = subscribed(queueArn);
    world.faults.intoDeliveries({ when: ({ kind }) => kind === "sns.delivery", arrivals: [] });
    publish(topicArn, { Message: "m" });
    expect(sent).toHaveLength(0);
    world.faults.intoDeliveries({ arrivals: [0, 60_000] });
    publish(topicArn, { Message: "m" });
    expect(sent).toHaveLength(2);
  });
});

describe("topics and subscriptions", () => {
  it("gives the same topic and subscription again", () => {
    const { call } = snsWorld();
    const { TopicArn } = call("CreateTopic", { Name: "news" });
    expect(call("CreateTopic", { Name: "news" })).toEqual({ TopicArn });
    const subscription = { TopicArn, Protocol: "sqs", Endpoint: queueArn };
    const { SubscriptionArn } = call("Subscribe", subscription);
    expect(call("Subscribe", subscription)).toEqual({ SubscriptionArn });
    expect(call("ListSubscriptionsByTopic", { TopicArn }).Subscriptions).toHaveLength(1);
    call("Unsubscribe", { SubscriptionArn });
    expect(call("ListSubscriptionsByTopic", { TopicArn }).Subscriptions).toEqual([]);
    expect(() => call("GetSubscriptionAttributes", { SubscriptionArn })).toThrow("Subscription does not exist");
  });

  it("shows and changes attributes", () => {
    const { call, subscribed } = snsWorld();
    const TopicArn = subscribed(queueArn);
    call("SetTopicAttributes", { TopicArn, AttributeName: "DisplayName", AttributeValue: "News" });
    expect(call("GetTopicAttributes", { TopicArn }).Attributes).toMatchObject({
      DisplayName: "News",
      SubscriptionsConfirmed: "1",
    });
    const [listed] = call("ListSubscriptionsByTopic", { TopicArn }).Subscriptions as [{ SubscriptionArn: string }];
    const { SubscriptionArn } = listed;
    call("SetSubscriptionAttributes", { SubscriptionArn, AttributeName: "RawMessageDelivery", AttributeValue: "true" });
    expect(call("GetSubscriptionAttributes", { SubscriptionArn }).Attributes).toMatchObject({
      RawMessageDelivery: "true",
      PendingConfirmation: "false",
      Protocol: "sqs",
    });
  });

  it("refuses what it does not have, by name", () => {
    const { call } = snsWorld();
    const { TopicArn } = call("CreateTopic", { Name: "news" });
    expect(() => call("Subscribe", { TopicArn, Protocol: "email", Endpoint: "a@example.org" })).toThrow(
      'the simulator\'s SNS does not have [Protocol] "email"; it has sqs and lambda',
    );
    expect(() => call("Subscribe", { TopicArn, Protocol: "sqs", Endpoint: functionArn })).toThrow("SQS endpoint ARN");
    expect(() =>
      call("SetTopicAttributes", { TopicArn, AttributeName: "DeliveryPolicy", AttributeValue: "{}" }),
    ).toThrow("[DeliveryPolicy]");
    const raw = { RawMessageDelivery: "true" };
    expect(() => call("Subscribe", { TopicArn, Protocol: "lambda", Endpoint: functionArn, Attributes: raw })).toThrow(
      "Delivery protocol [lambda] does not support raw message delivery.",
    );
    expect(() => call("CreateTopic", { Name: "news.fifo" })).toThrow("Invalid parameter: Topic Name");
  });
});

describe("resource types", () => {
  it("creates a topic, its policy and a subscription as the provider does", () => {
    const { service, publish, sent } = snsWorld();
    const create = (type: string, inputs: object) =>
      service.resourceTypes[type]?.create(inputs as never, "news-0123456");
    const topic = create("aws:sns/topic:Topic", {});
    expect(topic?.state).toMatchObject({
      arn: topic?.id,
      name: "news-0123456",
      fifoTopic: false,
      owner: "123456789012",
    });
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
    expect(create("aws:sns/topicPolicy:TopicPolicy", { arn: topic?.id, policy })?.id).toBe(topic?.id);
    const subscription = create("aws:sns/topicSubscription:TopicSubscription", {
      topic: topic?.id,
      protocol: "sqs",
      endpoint: queueArn,
      rawMessageDelivery: true,
    });
    expect(subscription?.state).toMatchObject({
      arn: subscription?.id,
      rawMessageDelivery: true,
      pendingConfirmation: false,
    });
    publish(topic?.id as string, { Message: "m" });
    expect(sent[0]?.input.MessageBody).toBe("m");
    expect(() => create("aws:sns/topic:Topic", {})).toThrow("[name] must be unused");
    expect(() => create("aws:sns/topicSubscription:TopicSubscription", { topic: topic?.id })).toThrow(
      "[protocol] must be given",
    );
  });

  it("names a FIFO topic with its suffix", () => {
    const topic = snsWorld().service.resourceTypes["aws:sns/topic:Topic"]?.create({ fifoTopic: true }, "news-0123456");
    expect(topic?.state).toMatchObject({ name: "news-0123456.fifo", fifoTopic: true });
  });
});
