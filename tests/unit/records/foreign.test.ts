// Failures that no execution failed at: whose work they are, and how the launcher is to replay them.
import { describe, expect, it } from "vitest";
import { carriedBy, copyOf, type QueueBesideSpool, type ReceivedMessage } from "../../../records/attribute";
import { workIdentity } from "../../../records/executionName";
import { parseRecord, parseStoredRecord } from "../../../records/parse";
import type { FailureRecord } from "../../../records/record";
import type { Replay } from "../../../records/replay";
import * as sample from "../../support/foreignFailures";
import { received } from "../../support/foreignFailures";

const declared = sample.replayedSources;

function parse(message: ReceivedMessage, queue?: QueueBesideSpool) {
  return parseRecord(message, declared, queue);
}

function recordOf(message: ReceivedMessage, queue?: QueueBesideSpool): FailureRecord {
  const parsed = parse(message, queue);
  if (!parsed.readable) throw new Error(parsed.reason);
  return parsed.record;
}

function reasonOf(message: ReceivedMessage, queue?: QueueBesideSpool): string {
  const parsed = parse(message, queue);
  if (parsed.readable) throw new Error("the message was readable");
  return parsed.reason;
}

function replayOf(record: FailureRecord): Replay {
  if (record.input.by !== "value" || record.input.order === undefined) throw new Error("no order");
  expect(JSON.parse(record.input.text)).toEqual(record.input.order);
  return record.input.order.replay;
}

function payloadOf(record: FailureRecord): string {
  const replay = replayOf(record);
  return "payload" in replay ? replay.payload : "";
}

/** In an envelope that the spool's own subscription brought. */
const ofSpool = { UnsubscribeURL: `https://sns.eu-west-1.amazonaws.com/?SubscriptionArn=${sample.TOPIC_ARN}:spool` };

const payload = '{ "price": 1.0, "id": 12345678901234567890, "price": "}\\"," }';

describe("the record of any such failure", () => {
  it("is a first generation of the work that its source and id name, for the launcher", () => {
    const identity = workIdentity("notify", "request-1");
    expect(identity).toEqual({ id: expect.stringMatching(/^[0-9a-f]{32}$/), born: 0 });
    expect(recordOf(received(sample.destinationRecord("{}")))).toEqual({
      kind: "failed",
      source: "notify",
      stateMachineArn: sample.LAUNCHER_ARN,
      identity,
      generation: 0,
      work: "request-1",
      input: {
        by: "value",
        text: '{"respool":1,"source":"notify","id":"request-1","replay":{"as":"event","payload":"{}"}}',
        order: { respool: 1, source: "notify", id: "request-1", replay: { as: "event", payload: "{}" } },
      },
      error: { name: "ProviderDown", cause: '{"errorType":"ProviderDown","errorMessage":"503","trace":[]}' },
    });
  });
});

describe("a Lambda destination record", () => {
  const event = { version: "0", "detail-type": "Lambda Function Invocation Result - Failure", source: "lambda" };
  it.each([
    ["directly", sample.destinationRecord(payload)],
    ["through SNS", sample.snsEnvelope(sample.destinationRecord(payload), ofSpool)],
    ["through EventBridge", `${JSON.stringify(event).slice(0, -1)},"detail":${sample.destinationRecord(payload)}}`],
  ])("gives the event, byte for byte: %s", (_how, body) => {
    const record = recordOf(received(body));
    expect(replayOf(record)).toEqual({ as: "event", payload });
    expect(record).toMatchObject({ source: "notify", work: "request-1" });
  });

  it("names the work by the event's own id, so that a missed and a failed delivery are one", () => {
    expect(recordOf(received(sample.destinationRecord(JSON.stringify(sample.busEvent)))).work).toBe("event-1");
  });

  it("of an invocation that never ran has its condition as the error", () => {
    const body = JSON.parse(sample.destinationRecord("{}", { condition: "ZeroReservedConcurrency" }));
    const { responseContext, responsePayload, ...rest } = body;
    expect(recordOf(received(rest)).error).toEqual({ name: "ZeroReservedConcurrency", cause: null });
  });

  it("of a success, or without its event, is poison", () => {
    expect(reasonOf(received(sample.destinationRecord("{}", { condition: "Success" })))).toBe(
      '[condition] must be a failure\'s, got "Success"',
    );
    const { requestPayload, ...dropped } = JSON.parse(sample.destinationRecord("{}"));
    expect(reasonOf(received(sample.snsEnvelope(JSON.stringify(dropped), ofSpool)))).toBe(
      "[requestPayload] is missing: Lambda leaves it out of a record of over 256 KB to SNS",
    );
  });

  it("of a function that nobody declared is poison", () => {
    const body = sample.destinationRecord("{}").replace("function:notify", "function:other");
    expect(reasonOf(received(body))).toBe(
      '[functionArn] must be an origin of a source that the stack declares (notify, count, orders, adopted, launcher), got "arn:aws:lambda:eu-west-1:123456789012:function:other"',
    );
  });
});

describe("a stream's failure", () => {
  it.each([
    ["kinesis", "directly", sample.streamRecord("kinesis"), sample.STREAM_ARN],
    ["dynamodb", "directly", sample.streamRecord("dynamodb"), sample.TABLE_STREAM_ARN],
    ["kinesis", "through SNS", sample.snsEnvelope(JSON.stringify(sample.streamRecord()), ofSpool), sample.STREAM_ARN],
  ])("by metadata is read from the stream again: %s %s", (_kind, _how, body, streamArn) => {
    const record = recordOf(received(body));
    expect(record).toMatchObject({ source: "count", work: `${streamArn} shardId-000000000000 100 102` });
    expect(record.error).toEqual({ name: "RetryAttemptsExhausted", cause: null });
    expect(replayOf(record)).toEqual({
      as: "stream",
      streamArn,
      shardId: "shardId-000000000000",
      startSequenceNumber: "100",
      endSequenceNumber: "102",
    });
  });

  const object = { bucket: sample.BUCKET, key: sample.OBJECT_KEY };
  const s3 = { bucket: { name: sample.BUCKET }, object: { key: "aws/lambda/a+b%2Fc" } };
  it.each([
    ["the spool's rule", sample.objectCreated(), object],
    ["a bare event", sample.objectCreated().object, object],
    ["S3 itself", { Records: [{ eventSource: "aws:s3", s3 }] }, { bucket: sample.BUCKET, key: "aws/lambda/a b/c" }],
  ])("in S3 is found by what %s says", (_what, body, expected) => {
    expect(parse(received(body))).toEqual({ readable: false, object: expected, reason: expect.any(String) });
  });

  it.each([
    ["S3's test event", { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: sample.BUCKET }],
    ["a payload of a reprocess run", sample.objectCreated(sample.BUCKET, "respool/payloads/notify/1")],
  ])("is not %s: that is discarded", (_what, body) => {
    expect(parse(received(body))).toMatchObject({ readable: false, discard: true });
  });

  it("in S3 is the same work as by metadata, replayed with the records in the object", () => {
    const text = JSON.stringify({ ...sample.streamRecord(), payload: { Records: [] } });
    const stored = parseStoredRecord(text, object, declared);
    if (!stored.readable) throw new Error(stored.reason);
    expect(stored.record.identity).toEqual(recordOf(received(sample.streamRecord())).identity);
    expect(replayOf(stored.record)).toEqual({ as: "batch", object: { ...object, member: "payload" } });
  });

  it("in S3 without records, or an object that is something else, is poison", () => {
    expect(parseStoredRecord(JSON.stringify(sample.streamRecord()), object, declared)).toMatchObject({
      reason: "[payload] of the object is missing: the batch's records",
    });
    expect(parseStoredRecord("{}", object, declared)).toMatchObject({ readable: false });
  });

  it("of an asynchronous invocation in S3 is one as in a queue", () => {
    const stored = parseStoredRecord(sample.destinationRecord(payload), object, declared);
    expect(stored).toMatchObject({ readable: true, record: { source: "notify", work: "request-1" } });
  });
});

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

describe("a failure of the launcher", () => {
  const order = { respool: 1, source: "notify", id: "request-1", replay: { as: "event", payload } };
  const { id } = workIdentity("notify", "request-1");
  const body = (name: string, input: unknown) => ({
    respool: 1,
    kind: "failed",
    source: "launcher",
    execution: sample.LAUNCHER_ARN.replace(":stateMachine:", ":execution:").concat(`:${name}`),
    name,
    startTime: "2026-03-01T10:00:00.000Z",
    error: { name: "ProviderDown", cause: null },
    input,
  });

  it("is the next generation of the work that it was to replay, with the same order", () => {
    expect(recordOf(received(body(`${id}-redrive-3-0`, order)))).toMatchObject({
      source: "notify",
      stateMachineArn: sample.LAUNCHER_ARN,
      identity: { id, born: 0 },
      generation: 3,
      work: "request-1",
      input: { by: "value", text: JSON.stringify(order), order },
    });
  });

  it("that somebody started by hand is the same work", () => {
    expect(recordOf(received(body("by-hand", order)))).toMatchObject({ identity: { id, born: 0 }, generation: 0 });
  });

  it.each(["charge-card", "launcher"])("is poison when its order names %s, which it does not replay", (source) => {
    const chargeCard = { stateMachineArn: sample.LAUNCHER_ARN.replace("reprocess-launcher", "charge-card") };
    const message = received(body("by-hand", { ...order, source }));
    expect(parseRecord(message, { ...declared, "charge-card": chargeCard })).toEqual({
      readable: false,
      reason: `[source] of the order must be one that launcher replays, got "${source}"`,
    });
  });

  it("is known by its machine in a bare status event, though others share that", () => {
    const { name, execution } = body(`${id}-redrive-1-0`, order);
    const detail = {
      executionArn: execution,
      stateMachineArn: sample.LAUNCHER_ARN,
      name,
      status: "FAILED",
      startDate: 1,
      input: JSON.stringify({ ...order, source: "count" }),
    };
    const event = { "detail-type": "Step Functions Execution Status Change", source: "aws.states", detail };
    expect(recordOf(received(event))).toMatchObject({ source: "count", work: "request-1", generation: 1 });
  });

  it.each([
    [{ order: 1 }, "the launcher's input must be a replay order"],
    [{ ...order, source: "unknown" }, "[source] must be one that the stack declares"],
    [{ ...order, replay: { as: "magic" } }, "[as] must be one of event, batch, stream, message"],
  ])("with another input is poison: %j", (input, reason) => {
    expect(reasonOf(received(body("x", input)))).toContain(reason);
  });
});
