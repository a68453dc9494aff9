// What subscribers get, compared with messages that were recorded on AWS.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { functionArn, queueArn, snsWorld } from "./snsWorld";

const attribute = { attr1: { DataType: "Number", StringValue: "100.12" } };

describe("Subscribe", () => {
  const arnOf = ({ call }: ReturnType<typeof snsWorld>, topicArn: string, endpoint: string) =>
    call("Subscribe", { TopicArn: topicArn, Protocol: "sqs", Endpoint: endpoint, ReturnSubscriptionArn: true });

  it("names a subscription alike in every simulation, and anew when it is made again", () => {
    const worlds = [snsWorld(), snsWorld()];
    worlds[1]?.world.random.uuid();
    const [first, second] = worlds.map((world) => arnOf(world, world.subscribed(queueArn), queueArn).SubscriptionArn);
    expect(first).toMatch(/:news:[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(second).toBe(first);
    const [world] = worlds;
    world?.call("Unsubscribe", { SubscriptionArn: String(first) });
    expect(world && arnOf(world, world.subscribed(queueArn), queueArn).SubscriptionArn).not.toBe(first);
  });
});

describe("Publish to a queue", () => {
  it("sends the envelope, laid out as AWS does", () => {
    const { subscribed, publish, sent } = snsWorld();
    const topicArn = subscribed(queueArn);
    const { MessageId } = publish(topicArn, { Message: "Test msg", MessageAttributes: attribute });
    const [{ input, call } = { input: {} as JsonObject, call: undefined }] = sent;
    expect(input.QueueUrl).toBe("https://sqs.eu-west-1.amazonaws.com/123456789012/orders");
    expect(call?.principal).toEqual({ kind: "service", service: "sns.amazonaws.com", sourceArn: topicArn });
    const body = String(input.MessageBody);
    expect(body.startsWith('{\n  "Type" : "Notification",\n  "MessageId" : ')).toBe(true);
    const envelope = JSON.parse(body) as JsonObject;
    expect(Object.keys(envelope)).toEqual([
      ...["Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion"],
      ...["Signature", "SigningCertURL", "UnsubscribeURL", "MessageAttributes"],
    ]);
    expect(envelope).toMatchObject({
      Type: "Notification",
      MessageId,
      TopicArn: topicArn,
      Message: "Test msg",
      Timestamp: expect.stringMatching(/^2026-01-01T00:00:00\.\d{3}Z$/) as string,
      MessageAttributes: { attr1: { Type: "Number", Value: "100.12" } },
    });
    expect(envelope.UnsubscribeURL).toMatch(
      new RegExp(`\\?Action=Unsubscribe&SubscriptionArn=${topicArn}:[0-9a-f-]{36}$`),
    );
    expect(input).not.toHaveProperty("MessageAttributes");
  });

  it("sends the message itself and its attributes when delivery is raw", () => {
    const { subscribed, publish, sent } = snsWorld();
    publish(subscribed(queueArn, { RawMessageDelivery: "true" }), {
      Message: "Test msg",
      MessageAttributes: attribute,
    });
    expect(sent[0]?.input).toEqual({
      QueueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
      MessageBody: "Test msg",
      MessageAttributes: attribute,
    });
  });

  it("leaves MessageAttributes out when there are none, and has a Subject when there is one", () => {
    const { subscribed, publish, sent } = snsWorld();
    publish(subscribed(queueArn), { Message: "m", Subject: "s" });
    const envelope = JSON.parse(String(sent[0]?.input.MessageBody)) as JsonObject;
    expect(envelope).not.toHaveProperty("MessageAttributes");
    expect(envelope.Subject).toBe("s");
  });

  it("takes the text for the protocol out of a JSON message structure", () => {
    const { subscribed, publish, sent } = snsWorld();
    const topicArn = subscribed(queueArn);
    const structured = (message: object) => ({ Message: JSON.stringify(message), MessageStructure: "json" });
    publish(topicArn, structured({ default: "default field", sqs: '{"field": "value"}' }));
    publish(topicArn, structured({ default: "default field" }));
    const messages = sent.map(({ input }) => (JSON.parse(String(input.MessageBody)) as JsonObject).Message);
    expect(messages).toEqual(['{"field": "value"}', "default field"]);
    expect(() => publish(topicArn, structured({ sqs: "x" }))).toThrow(
      "Invalid parameter: Message Structure - No default entry in JSON message body",
    );
  });
});

describe("Publish to a function", () => {
  it("invokes it asynchronously with a record", () => {
    const { subscribed, publish, sent } = snsWorld();
    const topicArn = subscribed(functionArn);
    publish(topicArn, { Message: "Hello world.", Subject: "[Subject] Test subject" });
    const { input } = sent[0] ?? { input: {} as JsonObject };
    expect(input).toMatchObject({ FunctionName: functionArn, InvocationType: "Event" });
    const { Records } = JSON.parse(String(input.Payload)) as { Records: JsonObject[] };
    expect(Records).toHaveLength(1);
    expect(Records[0]).toMatchObject({ EventSource: "aws:sns", EventVersion: "1.0" });
    expect(Object.keys(Records[0]?.Sns as JsonObject).sort()).toEqual([
      ...["Message", "MessageAttributes", "MessageId", "Signature", "SignatureVersion", "SigningCertUrl"],
      ...["Subject", "Timestamp", "TopicArn", "Type", "UnsubscribeUrl"],
    ]);
  });
});

describe("Publish to a topic that filters", () => {
  const received = (attributes: Record<string, string>, message: JsonObject) => {
    const { subscribed, publish, sent } = snsWorld();
    publish(subscribed(queueArn, attributes), message);
    return sent.length === 1;
  };
  const text = (StringValue: string, DataType = "String") => ({ color: { DataType, StringValue } });

  it("matches attributes", () => {
    const policy = { FilterPolicy: JSON.stringify({ color: ["red", { numeric: [">", 5] }] }) };
    expect(received(policy, { Message: "m", MessageAttributes: text("red") })).toBe(true);
    expect(received(policy, { Message: "m", MessageAttributes: text("blue") })).toBe(false);
    expect(received(policy, { Message: "m", MessageAttributes: text("6", "Number") })).toBe(true);
    expect(received(policy, { Message: "m", MessageAttributes: text('["blue","red"]', "String.Array") })).toBe(true);
    expect(received(policy, { Message: "m" })).toBe(false);
  });

  it("matches the body when told to", () => {
    const policy = { FilterPolicy: JSON.stringify({ order: { paid: [true] } }), FilterPolicyScope: "MessageBody" };
    expect(received(policy, { Message: '{"order":{"paid":true}}' })).toBe(true);
    expect(received(policy, { Message: '{"order":{"paid":false}}' })).toBe(false);
    expect(received(policy, { Message: "no JSON" })).toBe(false);
  });
});

describe("Publish", () => {
  it("refuses what AWS refuses, in AWS's words", () => {
    const { subscribed, publish, call } = snsWorld();
    const topicArn = subscribed(queueArn);
    const refused = (input: JsonObject) => () => call("Publish", input);
    expect(refused({ Message: "m" })).toThrow(
      "Invalid parameter: TopicArn or TargetArn Reason: no value for required parameter",
    );
    expect(refused({ TopicArn: topicArn, Message: "" })).toThrow("Invalid parameter: Empty message");
    expect(refused({ TopicArn: topicArn, Message: "x".repeat(262_145) })).toThrow(
      "Invalid parameter: Message too long",
    );
    expect(refused({ TopicArn: `${topicArn}s`, Message: "m" })).toThrow("Topic does not exist");
    expect(refused({ TopicArn: "news", Message: "m" })).toThrow(
      "Invalid parameter: TopicArn Reason: An ARN must have at least 6 elements, not 1",
    );
    call("DeleteTopic", { TopicArn: topicArn });
    expect(() => publish(topicArn, { Message: "m" })).toThrow("Topic does not exist");
  });

  it("takes a batch entry by entry", () => {
    const { subscribed, call, world, sent } = snsWorld();
    const TopicArn = subscribed(queueArn);
    const entries = [
      { Id: "1", Message: "a" },
      { Id: "2", Message: "" },
    ];
    expect(call("PublishBatch", { TopicArn, PublishBatchRequestEntries: entries })).toMatchObject({
      Successful: [{ Id: "1" }],
      Failed: [{ Id: "2", Code: "InvalidParameter", Message: "Invalid parameter: Empty message", SenderFault: true }],
    });
    world.runUntilQuiet();
    expect(sent).toHaveLength(1);
  });
});

describe("a FIFO topic", () => {
  const fifo = (attributes: Record<string, string> = {}) => ({
    Name: "news.fifo",
    Attributes: { FifoTopic: "true", ...attributes },
  });

  it("wants a group, and a deduplication id", () => {
    const { subscribed, publish } = snsWorld();
    const topicArn = subscribed(queueArn, {}, fifo());
    expect(() => publish(topicArn, { Message: "m" })).toThrow(
      "Invalid parameter: The MessageGroupId parameter is required for FIFO topics",
    );
    expect(() => publish(topicArn, { Message: "m", MessageGroupId: "g" })).toThrow(
      "Invalid parameter: The topic should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
  });

  it("numbers messages, and delivers one with the same deduplication id once in five minutes", () => {
    const { subscribed, publish, sent, world } = snsWorld();
    const topicArn = subscribed(queueArn, {}, fifo({ ContentBasedDeduplication: "true" }));
    const message = { Message: "m", MessageGroupId: "g" };
    const first = publish(topicArn, message);
    expect(first.SequenceNumber).toMatch(/^\d{20}$/);
    publish(topicArn, message);
    expect(sent).toHaveLength(1);
    world.run(5 * 60_000);
    publish(topicArn, message);
    expect(sent).toHaveLength(2);
  });
});
