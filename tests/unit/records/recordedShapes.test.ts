// The shapes that were recorded on AWS, where they lie beside the repository: each that can be a failure record is recognised.
import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { isObject, type JsonObject } from "../../../records/json";
import { parseRecord, parseStoredRecord } from "../../../records/parse";
import { received, replayedSources, standardQueue } from "../../support/foreignFailures";

const folder = "../shared/aws-recordings/shapes";
const load = (file: string): unknown => {
  const path = `${folder}/${file}.json`;
  return existsSync(path) ? JSON.parse(readFileSync(path, "utf8")) : undefined;
};

/** All objects in a recording that a test holds for true. */
function objectsIn(value: unknown, holds: (object: JsonObject) => boolean): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap((member) => objectsIn(member, holds));
  if (!isObject(value)) return [];
  return [...(holds(value) ? [value] : []), ...Object.values(value).flatMap((member) => objectsIn(member, holds))];
}

/** The recorder replaced parts of ARNs by names in brackets, and parsed what is JSON text on the wire. */
function onTheWire(value: unknown): string {
  return JSON.stringify(value)
    .replaceAll("<partition>", "aws")
    .replaceAll("<region>", "eu-west-1")
    .replace(/<(resource|input-fn-name|function-name)(:\d)?>/g, "name$2");
}

/** A stack that declares whatever ARN of a function, topic or queue the text holds. */
function declaring(text: string) {
  const arns = text.match(/arn:aws:(lambda|sns|sqs)[^"\\&]+/g) ?? [];
  return { ...replayedSources, notify: { ...replayedSources.notify, origins: arns } };
}

const isInvocationRecord = (object: JsonObject) => isObject(object.requestContext) && object.version === "1.0";
const failed = (object: JsonObject) => isObject(object.requestContext) && object.requestContext.condition !== "Success";

describe.skipIf(!existsSync(folder))("shapes recorded on AWS", () => {
  const destinations = objectsIn(load("lambda-async-destinations"), isInvocationRecord);
  const streams = objectsIn(load("stream-on-failure-records"), isInvocationRecord);
  const inEnvelope = (value: unknown) =>
    objectsIn(value, (object) => object.Type === "Notification" && "SigningCertURL" in object);

  it("are there", () => {
    expect([destinations.length, streams.length].every((count) => count > 5)).toBe(true);
  });

  it.each(destinations.filter(failed).map((record) => [onTheWire(record)]))("a destination record: %s", (text) => {
    expect(parseRecord(received(text), declaring(text))).toMatchObject({
      readable: true,
      record: { source: "notify", input: { order: { replay: { as: "event" } } } },
    });
  });

  it("a destination record of a success is none of a failure", () => {
    const successes = destinations.filter((record) => !failed(record)).map(onTheWire);
    expect(successes.length).toBeGreaterThan(0);
    for (const text of successes)
      expect(parseRecord(received(text), declaring(text))).toMatchObject({ readable: false });
  });

  it("a destination record on an EventBridge bus", () => {
    const [event] = objectsIn(
      load("lambda-async-destinations"),
      (object) => "detail" in object && isObject(object.detail) && failed(object.detail),
    );
    const text = onTheWire(event);
    expect(parseRecord(received(text), declaring(text))).toMatchObject({
      readable: true,
      record: { source: "notify" },
    });
  });

  it.each(streams.filter((record) => !("payload" in record)).map((record) => [onTheWire(record)]))(
    "a stream's metadata: %s",
    (text) => {
      expect(parseRecord(received(text), declaring(text))).toMatchObject({
        readable: true,
        record: { source: "notify", input: { order: { replay: { as: "stream" } } } },
      });
    },
  );

  it.each(streams.filter((record) => "payload" in record).map((record) => [onTheWire(record)]))(
    "a stream's object: %s",
    (text) => {
      const object = { bucket: "b", key: "k" };
      expect(parseStoredRecord(text, object, declaring(text))).toMatchObject({
        readable: true,
        record: { input: { order: { replay: { as: "batch", object: { ...object, member: "payload" } } } } },
      });
    },
  );

  it.each(
    [...inEnvelope(load("stream-on-failure-records")), ...inEnvelope(load("sns-sqs-envelope-and-dlq"))].map(
      (envelope) => [
        onTheWire(isObject(envelope.Message) ? { ...envelope, Message: onTheWire(envelope.Message) } : envelope),
      ],
    ),
  )("an envelope of SNS: %s", (text) => {
    const named = text.includes('UnsubscribeURL":"unsub')
      ? text
      : text.replaceAll("<unsubscribe-domain>", "https://sns");
    expect(parseRecord(received(named), declaring(named))).toMatchObject({
      readable: true,
      record: { source: "notify" },
    });
  });

  it("a function's dead letter, in an adopted queue", () => {
    const letters = objectsIn(load("lambda-async-destinations"), ({ MessageAttributes }) =>
      isObject(MessageAttributes) ? "RequestID" in MessageAttributes : false,
    );
    expect(letters.length).toBeGreaterThan(2);
    for (const letter of letters) {
      const body =
        letter.Type === "Notification" ? { ...letter, Message: JSON.stringify(letter.Message) } : letter.Body;
      const MessageAttributes =
        letter.Type === "Notification" ? {} : JSON.parse(JSON.stringify(letter.MessageAttributes));
      expect(parseRecord(received(body, { MessageAttributes }), replayedSources, standardQueue)).toMatchObject({
        readable: true,
        record: {
          source: "adopted",
          input: { order: { replay: { as: "event" } } },
          error: { name: "Lambda.DeadLetter" },
        },
      });
    }
  });

  it("a dead letter of a queue", () => {
    const letters = objectsIn(load("sqs-move-task-and-dlq"), ({ Attributes }) =>
      isObject(Attributes) ? "DeadLetterQueueSourceArn" in Attributes : false,
    );
    expect(letters.length).toBeGreaterThan(0);
    for (const letter of letters) {
      const text = onTheWire(letter);
      const message = JSON.parse(text);
      expect(parseRecord(received(message.Body, message), declaring(text))).toMatchObject({
        readable: true,
        record: { source: "notify", input: { order: { replay: { as: "batch" } } } },
      });
    }
  });
});
