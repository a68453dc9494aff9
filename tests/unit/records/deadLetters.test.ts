// Dead letters, of the spool and of adopted queues: whose work they are, and how the launcher is to replay them.
import { describe, expect, it } from "vitest";
import { carriedBy, copyOf } from "../../../records/attribute";
import { workIdentity } from "../../../records/executionName";
import { parseRecord } from "../../../records/parse";
import * as sample from "../../support/foreignFailures";
import { received } from "../../support/foreignFailures";
import { payloadOf, reasonOf, recordOf, replayOf } from "../../support/foreignRecords";

const declared = sample.replayedSources;

const payload = '{ "price": 1.0, "id": 12345678901234567890, "price": "}\\"," }';

describe("an SQS dead letter", () => {
  const Attributes = {
    DeadLetterQueueSourceArn: sample.ORDERS_QUEUE_ARN,
    SenderId: "AIDA",
    ApproximateFirstReceiveTimestamp: "1772366300001",
  };
  const MessageAttributes = {
    title: { DataType: "String", StringValue: "x" },
    cover: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 3]) },
  };
  const message = received("not \u0001 json", { Attributes, MessageAttributes });

  it("is replayed as the event of an SQS mapping with this message alone", () => {
    const record = recordOf(message);
    expect(record).toMatchObject({ source: "orders", work: "message-1", error: { name: "SQS.DeadLetter" } });
    expect(replayOf(record).as).toBe("batch");
    expect(JSON.parse(payloadOf(record))).toEqual({
      Records: [
        {
          messageId: "message-1",
          receiptHandle: "respool",
          body: "not \u0001 json",
          attributes: {
            SentTimestamp: "1772366300000",
            ApproximateReceiveCount: "3",
            SenderId: "AIDA",
            ApproximateFirstReceiveTimestamp: "1772366300001",
          },
          messageAttributes: {
            title: { stringValue: "x", stringListValues: [], binaryListValues: [], dataType: "String" },
            cover: { binaryValue: "AQID", stringListValues: [], binaryListValues: [], dataType: "Binary" },
          },
          md5OfBody: "f8dc9f294eae49e6c767c904f966396d",
          eventSource: "aws:sqs",
          eventSourceARN: sample.ORDERS_QUEUE_ARN,
          awsRegion: "eu-west-1",
        },
      ],
    });
  });

  it("is the same work when it was copied", () => {
    const StringValue = JSON.stringify({ messageId: "message-1", from: sample.ORDERS_QUEUE_ARN });
    const copy = received(message.Body, {
      MessageId: "message-2",
      MessageAttributes: { ...MessageAttributes, respool: { DataType: "String", StringValue } },
    });
    expect(recordOf(copy).identity).toEqual(recordOf(message).identity);
    expect(JSON.parse(payloadOf(recordOf(copy))).Records[0].messageId).toBe("message-1");
  });

  it("goes by what SQS says, not by what its sender wrote into body or attribute", () => {
    const StringValue = JSON.stringify({ messageId: "m-9", from: "arn:aws:sqs:x:1:y", source: "notify" });
    const forged = received(sample.destinationRecord("{}"), {
      Attributes,
      MessageAttributes: { respool: { DataType: "String", StringValue } },
    });
    expect(recordOf(forged)).toMatchObject({ source: "orders", work: "message-1" });
    const copy = copyOf(forged, carriedBy(forged));
    const renewed = received(forged.Body, { MessageId: "m-2", MessageAttributes: copy?.MessageAttributes });
    expect(recordOf(renewed).identity).toEqual(recordOf(forged).identity);
    expect(recordOf(received('{"respool":7}', { Attributes }))).toMatchObject({ source: "orders" });
  });

  it("of a queue that nobody declared, or of a FIFO queue, is poison in the spool", () => {
    const other = `${sample.ORDERS_QUEUE_ARN}-other`;
    expect(reasonOf(received("{}", { Attributes: { DeadLetterQueueSourceArn: other } }))).toContain(other);
    const fifo = `${sample.ORDERS_QUEUE_ARN}.fifo`;
    expect(reasonOf(received("{}", { Attributes: { DeadLetterQueueSourceArn: fifo } }))).toBe(
      `a message of the FIFO queue ${fifo} must lie in a FIFO dead-letter queue of its own`,
    );
  });
});

describe("an EventBridge dead letter", () => {
  const text = JSON.stringify(sample.busEvent);

  it("is replayed as the event that it is", () => {
    const record = recordOf(received(text, { MessageAttributes: sample.eventBridgeAttributes() }));
    expect(replayOf(record)).toEqual({ as: "event", payload: text });
    expect(record).toMatchObject({
      source: "notify",
      work: "event-1",
      error: { name: "NO_PERMISSIONS", cause: "not allowed" },
    });
  });

  it("is poison when nobody declared its target, or its body is no event", () => {
    const other = sample.eventBridgeAttributes("arn:aws:sqs:eu-west-1:123456789012:other");
    expect(reasonOf(received(text, { MessageAttributes: other }))).toContain("[TARGET_ARN] must be an origin");
    expect(reasonOf(received("{}", { MessageAttributes: sample.eventBridgeAttributes() }))).toBe(
      'the body must be an event with an id, got "{}"',
    );
  });
});

describe("a Scheduler dead letter", () => {
  it("is replayed with its payload, under the id of the invocation", () => {
    const record = recordOf(received(payload, { MessageAttributes: sample.schedulerAttributes() }));
    expect(replayOf(record)).toEqual({ as: "event", payload });
    expect(record).toMatchObject({ source: "notify", work: "invocation-1", error: { name: "AccessDenied" } });
  });

  it("whose payload is an event is the work of that event, as for the function and its destination", () => {
    const text = JSON.stringify(sample.busEvent);
    const record = recordOf(received(text, { MessageAttributes: sample.schedulerAttributes() }));
    expect(record.identity).toEqual(recordOf(received(sample.destinationRecord(text))).identity);
    expect(record.work).toBe("event-1");
  });

  it("that Scheduler cut, or that is no JSON, is poison", () => {
    expect(reasonOf(received(payload, { MessageAttributes: sample.schedulerAttributes("true") }))).toContain(
      "[IS_PAYLOAD_TRUNCATED] is true",
    );
    expect(reasonOf(received("{", { MessageAttributes: sample.schedulerAttributes() }))).toBe(
      '[payload] must be JSON, got "{"',
    );
  });
});

describe("an SNS dead letter", () => {
  it("is replayed as the event that SNS invokes a function with", () => {
    const record = recordOf(received(sample.snsEnvelope("hello")));
    expect(record).toMatchObject({ source: "notify", work: "sns-1", error: { name: "SNS.DeadLetter" } });
    expect(JSON.parse(payloadOf(record))).toEqual({
      Records: [
        {
          EventSource: "aws:sns",
          EventVersion: "1.0",
          EventSubscriptionArn: sample.SUBSCRIPTION_ARN,
          Sns: {
            Type: "Notification",
            MessageId: "sns-1",
            TopicArn: sample.TOPIC_ARN,
            Subject: null,
            Message: "hello",
            Timestamp: "2026-03-01T11:59:00.000Z",
            SignatureVersion: "1",
            Signature: "signature",
            SigningCertUrl: "https://sns.eu-west-1.amazonaws.com/cert.pem",
            UnsubscribeUrl: expect.stringContaining(sample.SUBSCRIPTION_ARN),
            MessageAttributes: {},
          },
        },
      ],
    });
  });

  it.each([
    ["an invocation", () => sample.destinationRecord("{}").replace("function:notify", "function:count")],
    ["a stream's batch", () => JSON.stringify(sample.streamRecord())],
  ])("of a declared subscription is its function's work, also when it tells of %s that failed", (_, text) => {
    const record = recordOf(received(sample.snsEnvelope(text())));
    expect(record).toMatchObject({ source: "notify", work: "sns-1" });
    expect(JSON.parse(payloadOf(record)).Records[0].Sns.Message).toBe(text());
  });

  it("is found by its topic, too, and is the same work as a delivery that failed later", () => {
    const body = sample.snsEnvelope("hello", { UnsubscribeURL: "" });
    const byTopic = { ...declared, notify: { ...declared.notify, origins: [sample.TOPIC_ARN, sample.NOTIFY_ARN] } };
    const parsed = parseRecord(received(body), byTopic);
    if (!parsed.readable) throw new Error(parsed.reason);
    const failedLater = sample.destinationRecord(payloadOf(parsed.record));
    expect(recordOf(received(failedLater)).identity).toEqual(parsed.record.identity);
  });
});

describe("a message of an adopted queue", () => {
  const { standardQueue, fifoQueue } = sample;

  it.each([["plain text"], ["{}"], [JSON.stringify(sample.busEvent)], [JSON.stringify(sample.objectCreated())]])(
    "is a batch of one, whatever it says: %s",
    (body) => {
      const record = recordOf(received(body), standardQueue);
      expect(record).toMatchObject({ source: "adopted", work: "message-1" });
      expect(JSON.parse(payloadOf(record)).Records[0]).toMatchObject({
        body,
        eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:old-dead",
      });
    },
  );

  it("keeps the queue that it failed in", () => {
    const Attributes = { DeadLetterQueueSourceArn: "arn:aws:sqs:eu-west-1:123456789012:old" };
    const record = recordOf(received(sample.snsEnvelope("x"), { Attributes }), standardQueue);
    expect(JSON.parse(payloadOf(record)).Records[0].eventSourceARN).toBe(Attributes.DeadLetterQueueSourceArn);
  });

  it("is the same work when it was moved into the spool", () => {
    const StringValue = JSON.stringify({ messageId: "message-1", source: "adopted" });
    const moved = received("x", {
      MessageId: "message-2",
      MessageAttributes: { respool: { DataType: "String", StringValue } },
    });
    expect(recordOf(moved).identity).toEqual(recordOf(received("x"), standardQueue).identity);
  });

  it("is an event where AWS says so: a function's dead letter, also through SNS, or a rule's", () => {
    const direct = received(payload, { MessageAttributes: sample.lambdaDeadLetterAttributes });
    const MessageAttributes = Object.fromEntries(
      Object.entries(sample.lambdaDeadLetterAttributes).map(([name, { DataType, StringValue }]) => [
        name,
        { Type: DataType, Value: StringValue },
      ]),
    );
    const published = received(sample.snsEnvelope(payload, { MessageAttributes }));
    for (const message of [direct, published]) {
      const record = recordOf(message, standardQueue);
      expect(replayOf(record)).toEqual({ as: "event", payload });
      expect(record).toMatchObject({ source: "adopted", work: "request-3", error: { name: "Lambda.DeadLetter" } });
    }
    const ofRule = received(sample.busEvent, { MessageAttributes: sample.eventBridgeAttributes("arn:of:a:stranger") });
    expect(replayOf(recordOf(ofRule, standardQueue))).toMatchObject({ as: "event" });
  });

  it("of a FIFO queue goes back to it, and keeps its id when it fails again", () => {
    const Attributes = { MessageGroupId: "g", MessageDeduplicationId: "d", SequenceNumber: "1" };
    const title = { DataType: "String", StringValue: "x" };
    const first = recordOf(received("any text", { Attributes, MessageAttributes: { title } }), fifoQueue);
    expect(replayOf(first)).toEqual({ as: "message", groupId: "g", attributes: { title }, payload: "any text" });
    const respool = { DataType: "String", StringValue: '{"id":"message-1","generation":2}' };
    const sentAgain = { ...Attributes, MessageDeduplicationId: `${first.identity.id}-2` };
    const again = received("any text", {
      Attributes: sentAgain,
      MessageId: "m-7",
      MessageAttributes: { title, respool },
    });
    expect(recordOf(again, fifoQueue)).toMatchObject({ identity: first.identity, generation: 2, work: "message-1" });
    expect(replayOf(recordOf(again, fifoQueue))).toEqual(replayOf(first));
  });

  it("is known again in a dead-letter queue, where its deduplication id is its message id", () => {
    const Attributes = { MessageGroupId: "g", MessageDeduplicationId: "m-7", SequenceNumber: "1" };
    const respool = { DataType: "String", StringValue: '{"id":"message-1","generation":2}' };
    const again = received("any text", { Attributes, MessageId: "m-7", MessageAttributes: { respool } });
    const copy = copyOf(again, carriedBy(again, fifoQueue));
    const copied = received("any text", { MessageId: "m-8", MessageAttributes: copy?.MessageAttributes });
    for (const record of [recordOf(again, fifoQueue), recordOf(copied)])
      expect(record).toMatchObject({ generation: 2, work: "message-1" });
  });

  it.each([
    ["a standard queue", standardQueue, {}],
    [
      "a FIFO queue, under a deduplication id of its sender's",
      fifoQueue,
      { MessageGroupId: "g", MessageDeduplicationId: "d" },
    ],
  ])("is its own work whatever its sender says whose it is: of %s", (_, queue, Attributes) => {
    const StringValue = JSON.stringify({
      ...{ id: "other", generation: 2, messageId: "other", source: "notify", from: sample.ORDERS_QUEUE_ARN },
      fifo: { groupId: "other", deduplicationId: `${workIdentity("adopted", "other").id}-2` },
    });
    const MessageAttributes = { respool: { DataType: "String", StringValue } };
    const message = received("x", { Attributes, MessageAttributes });
    expect(recordOf(message, queue)).toMatchObject({ source: "adopted", work: "message-1", generation: 0 });
    const copy = copyOf(message, carriedBy(message, queue));
    const renewed = received("x", { MessageId: "m-2", MessageAttributes: copy?.MessageAttributes });
    expect(recordOf(renewed).identity).toEqual(recordOf(message, queue).identity);
  });

  it("of a source that nobody declares is poison", () => {
    expect(reasonOf(received("x"), { ...standardQueue, source: "unknown" })).toContain("[source] must be one");
  });
});
