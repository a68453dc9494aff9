// Failures that no execution failed at: whose work they are, and how the launcher is to replay them.
import { describe, expect, it } from "vitest";
import { workIdentity } from "../../../records/executionName";
import { parseRecord, parseStoredRecord } from "../../../records/parse";
import * as sample from "../../support/foreignFailures";
import { received } from "../../support/foreignFailures";
import { parse, reasonOf, recordOf, replayOf } from "../../support/foreignRecords";

const declared = sample.replayedSources;

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
