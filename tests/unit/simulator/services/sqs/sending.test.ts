// Sending: what a queue takes, and what it answers.
import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { seconds, sqsWorld } from "./sqsWorld";

const trace = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";

describe("SendMessage", () => {
  it("answers the digests that the AWS SDK compares, and a message id", () => {
    const { createQueue, send } = sqsWorld();
    const answer = send(createQueue("orders"), "héllo", {
      MessageAttributes: { General: { DataType: "String", StringValue: "Kenobi" } },
    });
    expect(answer).toEqual({
      MD5OfMessageBody: createHash("md5").update("héllo").digest("hex"),
      MD5OfMessageAttributes: expect.stringMatching(/^[0-9a-f]{32}$/),
      MessageId: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
    });
  });

  it("digests the trace header as a system attribute and hands it on", () => {
    const { createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders");
    const answer = send(url, "x", {
      MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: trace } },
    });
    expect(answer).toHaveProperty("MD5OfMessageSystemAttributes", "5ae4d5d7636402d80f4eb6d213245a88");
    expect(receive(url)[0]?.Attributes?.AWSTraceHeader).toBe(trace);
  });

  it("takes a message of exactly 1 MiB, attributes included, and not a byte more", () => {
    const { createQueue, send, failure } = sqsWorld();
    const url = createQueue("orders");
    const attributes = { MessageAttributes: { note: { DataType: "String", StringValue: "1234" } } };
    const room = 1_048_576 - "noteString1234".length;
    send(url, "x".repeat(room), attributes);
    expect(failure("SendMessage", { QueueUrl: url, MessageBody: "x".repeat(room + 1), ...attributes })).toBe(
      "InvalidParameterValueException: One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    );
  });

  it("counts bytes, not characters", () => {
    const { createQueue, send, failure } = sqsWorld();
    const url = createQueue("orders", { MaximumMessageSize: "1024" });
    send(url, "é".repeat(512));
    expect(failure("SendMessage", { QueueUrl: url, MessageBody: "é".repeat(513) })).toBe(
      "InvalidParameterValueException: One or more parameters are invalid. Reason: Message must be shorter than 1024 bytes.",
    );
  });

  it("refuses an empty body, characters that XML does not allow, and a delay over 15 minutes", () => {
    const { createQueue, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    expect(failure("SendMessage", { QueueUrl, MessageBody: "" })).toBe(
      "MissingRequiredParameterException: The request must contain the parameter MessageBody.",
    );
    expect(failure("SendMessage", { QueueUrl, MessageBody: "a\u0001" })).toMatch(
      /^InvalidMessageContents: Invalid characters found\. Valid unicode characters are #x9 /,
    );
    expect(failure("SendMessage", { QueueUrl, MessageBody: "a\ufffe" })).toMatch(/^InvalidMessageContents: /);
    expect(failure("SendMessage", { QueueUrl, MessageBody: "a", DelaySeconds: 901 })).toBe(
      "InvalidParameterValueException: Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
    );
  });

  it("refuses what belongs to FIFO and fair queues", () => {
    const { createQueue, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    expect(failure("SendMessage", { QueueUrl, MessageBody: "a", MessageDeduplicationId: "1" })).toBe(
      "InvalidParameterValueException: Value 1 for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.",
    );
    expect(failure("SendMessage", { QueueUrl, MessageBody: "a", MessageGroupId: "g" })).toBe(
      'SimulatorUnsupportedArgument: the simulator\'s SQS does not have [MessageGroupId], got "g"; it has no fair queues',
    );
  });

  it("names a queue that does not exist as the JSON protocol does", () => {
    const { failure } = sqsWorld();
    const QueueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/nowhere";
    const expected = "QueueDoesNotExist: The specified queue does not exist.";
    expect(failure("SendMessage", { QueueUrl, MessageBody: "a" })).toBe(expected);
    expect(
      failure("SendMessage", { QueueUrl: QueueUrl.replace("123456789012", "999999999999"), MessageBody: "a" }),
    ).toBe(expected);
    expect(failure("SendMessage", { MessageBody: "a" })).toBe(
      "MissingRequiredParameterException: The request must contain the parameter QueueUrl.",
    );
  });

  it("names the sender: a role by its id and session, a service by an id", () => {
    const { world, createQueue, receive } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const roleArn = "arn:aws:iam::123456789012:role/worker";
    world.call("sqs", "SendMessage", { QueueUrl, MessageBody: "role" }, { kind: "role", roleArn });
    const sourceArn = "arn:aws:events:eu-west-1:123456789012:rule/x";
    const service = { kind: "service", service: "events.amazonaws.com", sourceArn } as const;
    world.call("sqs", "SendMessage", { QueueUrl, MessageBody: "service" }, service);
    const senders = new Map(
      receive(QueueUrl, { MaxNumberOfMessages: 10 }).map((m) => [m.Body, m.Attributes?.SenderId]),
    );
    expect(senders.get("role")).toMatch(/^AROA[0-9A-F]{17}:session$/);
    expect(senders.get("service")).toMatch(/^AIDA[0-9A-F]{17}$/);
  });
});

describe("delays", () => {
  it("keep a message back for its own delay, or for the queue's", () => {
    const { world, sqs, createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders", { DelaySeconds: "60" });
    send(url, "own", { DelaySeconds: 10 });
    send(url, "queue's");
    expect(sqs.messages(url).map(({ state }) => state)).toEqual(["delayed", "delayed"]);
    world.run(seconds(10));
    expect(receive(url, { MaxNumberOfMessages: 10 }).map(({ Body }) => Body)).toEqual(["own"]);
    world.run(seconds(50));
    expect(
      receive(url, { MaxNumberOfMessages: 10 })
        .map(({ Body }) => Body)
        .sort(),
    ).toEqual(["own", "queue's"]);
  });
});

describe("message attributes", () => {
  const attributes = (given: JsonObject) => ({ MessageBody: "a", MessageAttributes: given });
  const text = { DataType: "String", StringValue: "v" };

  it("are at most ten, with names that AWS allows and values of their type", () => {
    const { createQueue, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const eleven = Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`a${index}`, text]));
    const attempt = (given: JsonObject) => failure("SendMessage", { QueueUrl, ...attributes(given) });
    expect(attempt(eleven)).toBe(
      "InvalidParameterValueException: Number of message attributes [11] exceeds the allowed maximum [10].",
    );
    for (const name of ["", ".a", "a.", "a..b", "a b", "AWS.x", "aMaZoN.x", "x".repeat(257)]) {
      expect(attempt({ [name]: text })).toContain(`The message attribute name '${name}' is invalid.`);
    }
    expect(attempt({ a: { DataType: "String", StringValue: "" } })).toBe(
      "InvalidParameterValueException: Message (user) attribute 'a' must contain a non-empty value of type 'String'.",
    );
    expect(attempt({ a: { DataType: "Text", StringValue: "x" } })).toContain("Binary, Number, and String.");
    expect(attempt({ a: { DataType: "Number", StringValue: "one" } })).toContain("to a number");
  });

  it("come back as asked for: all, by name, by prefix, or none, with the digest of what came back", () => {
    const { createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders", { VisibilityTimeout: "0" });
    const value = (StringValue: string) => ({ DataType: "String", StringValue });
    send(url, "msg", {
      MessageAttributes: { Hello: value("There"), General: value("Kenobi"), "Help.Me": value("Me") },
    });
    const asked = (...names: string[]) => {
      const [message] = receive(url, { MessageAttributeNames: names });
      return [
        Object.keys(message?.MessageAttributes ?? {})
          .sort()
          .join(),
        message?.MD5OfMessageAttributes,
      ];
    };
    // Names and digests as recorded on AWS.
    const all = ["General,Hello,Help.Me", "4c360f3fdafd970e05fae2f149d997f5"];
    expect(asked("All")).toEqual(all);
    expect(asked(".*")).toEqual(all);
    expect(asked("Hello", "General", "Other")).toEqual(["General,Hello", "fca026605781cb4126a1e9044df24232"]);
    expect(asked("Hel.*")).toEqual(["Hello,Help.Me", "83fee93c1bcd8b9a5a923ffacdc636c7"]);
    expect(asked("Hello")).toEqual(["Hello", "a311262e065454b75da111d535b8dacd"]);
    expect(asked()).toEqual(["", undefined]);
  });

  it("digest binary values as recorded on AWS, from bytes and from base64", () => {
    const { createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders");
    const bytes = Buffer.from("traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01", "latin1");
    const recorded = "8cbe4db156db8a94db8b801b7addb984";
    for (const BinaryValue of [bytes, bytes.toString("base64")]) {
      const given = { attr1: { DataType: "Binary", BinaryValue } } as unknown as Record<string, never>;
      expect(send(url, "test", { MessageAttributes: given })).toHaveProperty("MD5OfMessageAttributes", recorded);
      const [message] = receive(url, { MessageAttributeNames: ["All"] });
      expect(message?.MessageAttributes).toEqual({
        attr1: { DataType: "Binary", BinaryValue: bytes.toString("base64") },
      });
    }
  });
});
