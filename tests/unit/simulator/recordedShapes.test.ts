// What the simulator emits has the shapes that were recorded on AWS: the same keys with values of the same types.
import type { JsonObject } from "@respool/simulator";
import { describe, expect, it } from "vitest";
import { queueArn, queueUrl, recordedShapesAccount, shapeOf } from "./recordedShapes";

const eventShape = {
  version: "string",
  id: "string",
  "detail-type": "string",
  source: "string",
  account: "string",
  time: "string",
  region: "string",
  resources: [],
  detail: { command: "string", payload: { acc_id: "string", sf_id: "string" } },
};

const messageShape = { MessageId: "string", ReceiptHandle: "string", MD5OfBody: "string", Body: "string" };

describe("EventBridge", () => {
  const detail = JSON.stringify({ command: "update-account", payload: { acc_id: "0a787ecb-4015", sf_id: "baz" } });
  const Entries = [{ Source: "core", DetailType: "core", Detail: detail }];

  it("delivers an event to a queue", () => {
    const { simulation, queue, rule } = recordedShapesAccount();
    queue("work");
    rule({ source: ["core"] }, { arn: queueArn("work") });
    const answer = simulation.call("events", "PutEvents", { Entries });
    expect(shapeOf(answer)).toEqual({ FailedEntryCount: "number", Entries: [{ EventId: "string" }] });
    simulation.runUntilQuiet();
    const input = { QueueUrl: queueUrl("work") };
    const { Messages } = simulation.call<{ Messages: { Body: string }[] }>("sqs", "ReceiveMessage", input);
    expect(shapeOf(Messages)).toEqual([messageShape]);
    expect(shapeOf(JSON.parse(Messages[0]?.Body ?? ""))).toEqual(eventShape);
  });

  it("delivers an event to a topic, and that to a queue", () => {
    const { simulation, create, queue, receive, rule } = recordedShapesAccount();
    queue("work");
    const topic = create("aws:sns/topic:Topic", "topic", { name: "topic" });
    const arn = String(topic.state.arn);
    const statement = {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sns:Publish",
      Resource: arn,
    };
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    create("aws:sns/topicPolicy:TopicPolicy", "topic-policy", { arn, policy });
    create("aws:sns/topicSubscription:TopicSubscription", "work", {
      topic: arn,
      protocol: "sqs",
      endpoint: queueArn("work"),
    });
    rule({ source: ["core"] }, { arn });
    simulation.call("events", "PutEvents", { Entries });
    const envelope = JSON.parse(String(receive("work")[0]?.Body));
    expect(shapeOf(envelope)).toEqual({
      Type: "string",
      MessageId: "string",
      TopicArn: "string",
      Message: "string",
      Timestamp: "string",
      SignatureVersion: "string",
      Signature: "string",
      SigningCertURL: "string",
      UnsubscribeURL: "string",
    });
    expect(shapeOf(JSON.parse(envelope.Message))).toEqual(eventShape);
  });
});

describe("SQS", () => {
  const attribute = (type: string, value: string) => ({ DataType: type, StringValue: value });

  it("hands out a dead letter with all that it had, and where it came from", () => {
    const { simulation, queue, receive } = recordedShapesAccount();
    queue("dead");
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 1 });
    queue("work", { redrivePolicy, visibilityTimeoutSeconds: 0 });
    const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
    simulation.call("sqs", "SendMessage", {
      QueueUrl: queueUrl("work"),
      MessageBody: "message-1",
      MessageAttributes: { MyAttribute: attribute("String", "foobar") },
      MessageSystemAttributes: { AWSTraceHeader: attribute("String", trace) },
    });
    const [first] = receive("work");
    expect(receive("work")).toEqual([]);
    const [dead] = receive("dead");
    expect(shapeOf(dead)).toEqual({
      ...messageShape,
      MD5OfMessageAttributes: "string",
      MessageAttributes: { MyAttribute: { DataType: "string", StringValue: "string" } },
      Attributes: {
        ApproximateFirstReceiveTimestamp: "string",
        ApproximateReceiveCount: "string",
        AWSTraceHeader: "string",
        DeadLetterQueueSourceArn: "string",
        SenderId: "string",
        SentTimestamp: "string",
      },
    });
    expect(dead).toMatchObject({
      MessageId: first?.MessageId,
      // As recorded: digests are AWS's own.
      MD5OfBody: "3d6b824fd8c1520e9a047d21fee6fb1f",
      MD5OfMessageAttributes: "adb59cd4678ea5a855436b949cd07ab6",
      Attributes: { ApproximateReceiveCount: "2", AWSTraceHeader: trace, DeadLetterQueueSourceArn: queueArn("work") },
    });
  });

  it("answers for a message move task", () => {
    const { simulation, queue } = recordedShapesAccount();
    queue("dead");
    queue("work", { redrivePolicy: JSON.stringify({ deadLetterTargetArn: queueArn("dead"), maxReceiveCount: 1 }) });
    const SourceArn = queueArn("dead");
    simulation.call("sqs", "SendMessage", { QueueUrl: queueUrl("dead"), MessageBody: "a" });
    const more = { DestinationArn: queueArn("work"), MaxNumberOfMessagesPerSecond: 1 };
    const started = simulation.call("sqs", "StartMessageMoveTask", { SourceArn, ...more });
    expect(shapeOf(started)).toEqual({ TaskHandle: "string" });
    const ended = {
      ApproximateNumberOfMessagesMoved: "number",
      ApproximateNumberOfMessagesToMove: "number",
      DestinationArn: "string",
      MaxNumberOfMessagesPerSecond: "number",
      SourceArn: "string",
      StartedTimestamp: "number",
      Status: "string",
    };
    const list = () => shapeOf(simulation.call("sqs", "ListMessageMoveTasks", { SourceArn }));
    expect(list()).toEqual({ Results: [{ ...ended, TaskHandle: "string" }] });
    simulation.runUntilQuiet();
    expect(list()).toEqual({ Results: [ended] });
  });
});

describe("SNS", () => {
  function published(inputs: JsonObject, attributes: JsonObject) {
    const { simulation, create, queue, receive } = recordedShapesAccount();
    queue("work");
    const { state } = create("aws:sns/topic:Topic", "topic", { name: "topic" });
    const subscription = { topic: String(state.arn), protocol: "sqs", endpoint: queueArn("work"), ...inputs };
    create("aws:sns/topicSubscription:TopicSubscription", "work", subscription);
    simulation.call("sns", "Publish", {
      TopicArn: String(state.arn),
      Message: "Test msg",
      MessageAttributes: attributes,
    });
    return receive("work")[0];
  }

  it("hands a raw message on with its attributes", () => {
    const attr1 = { DataType: "Number", StringValue: "99.12" };
    expect(published({ rawMessageDelivery: true }, { attr1 })).toMatchObject({
      Body: "Test msg",
      MD5OfMessageAttributes: "d302007e9aa062660afc85fd0a482472",
      MessageAttributes: { attr1 },
    });
  });

  it("wraps a message otherwise, attributes with it", () => {
    const binary = { DataType: "Binary", BinaryValue: "AgME" };
    const message = published({}, { attr1: { DataType: "Number", StringValue: "100.12" }, binary });
    expect(message).not.toHaveProperty("MessageAttributes");
    expect(JSON.parse(String(message?.Body))).toMatchObject({
      Type: "Notification",
      Message: "Test msg",
      MessageAttributes: { attr1: { Type: "Number", Value: "100.12" }, binary: { Type: "Binary", Value: "AgME" } },
    });
  });
});
