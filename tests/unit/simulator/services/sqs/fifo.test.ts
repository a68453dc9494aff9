// FIFO queues: order within message groups, exactly-once sending, repeated receives, and their dead-letter queues.
import { createHash } from "node:crypto";
import type { Message } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { seconds, sqsWorld } from "./sqsWorld";

const fifo = { FifoQueue: "true", ContentBasedDeduplication: "true" };
const wrongType = "is invalid. Reason: The request include parameter that is not valid for this queue type.";

function fifoQueue(attributes: JsonObject = fifo) {
  const sqs = sqsWorld();
  const url = sqs.createQueue("orders.fifo", { FifoQueue: "true", ...attributes });
  return {
    ...sqs,
    url,
    put: (body: string, group = "g", more: JsonObject = {}) =>
      sqs.call<{ MessageId: string; SequenceNumber: string }>("SendMessage", {
        QueueUrl: url,
        MessageBody: body,
        MessageGroupId: group,
        ...more,
      }),
    take: (count = 10, more: JsonObject = {}) => sqs.receive(url, { MaxNumberOfMessages: count, ...more }),
    remove: ({ ReceiptHandle = "" }: Message) => sqs.call("DeleteMessage", { QueueUrl: url, ReceiptHandle }),
  };
}

const bodies = (messages: readonly Message[]) => messages.map(({ Body }) => Body);

describe("a message group", () => {
  it("keeps its order, also within one batch", () => {
    const { put, take } = fifoQueue();
    for (let index = 0; index < 10; index += 1) put(`m${index}`);
    expect(bodies(take())).toEqual(Array.from({ length: 10 }, (_, index) => `m${index}`));
  });

  it("waits while one of its messages is in flight, and the others do not", () => {
    const { put, take, remove } = fifoQueue();
    put("a1", "a");
    put("a2", "a");
    put("b1", "b");
    const [first] = take(1);
    expect(first?.Body).toBe("a1");
    expect(bodies(take())).toEqual(["b1"]);
    remove(first as Message);
    expect(bodies(take())).toEqual(["a2"]);
  });

  it("begins again with the message whose visibility timeout ended", () => {
    const { put, take, world } = fifoQueue();
    put("1");
    put("2");
    expect(bodies(take(1))).toEqual(["1"]);
    world.run(seconds(31));
    expect(bodies(take())).toEqual(["1", "2"]);
  });

  it("is not handed out in part before all of it that is in flight is back", () => {
    const { put, take, url, call } = fifoQueue();
    put("1");
    put("2");
    const [first] = take();
    const ReceiptHandle = first?.ReceiptHandle ?? "";
    call("ChangeMessageVisibility", { QueueUrl: url, ReceiptHandle, VisibilityTimeout: 0 });
    expect(take()).toEqual([]);
  });

  it("answers a long poll as soon as a deletion opens it", () => {
    const { put, take, url, world, call } = fifoQueue();
    put("1");
    put("2");
    const [first] = take(1);
    const answers: unknown[] = [];
    const input = { QueueUrl: url, WaitTimeSeconds: 20 };
    world.gateway.call({ service: "sqs", action: "ReceiveMessage", input, principal: { kind: "operator" } }, (answer) =>
      answers.push(answer),
    );
    world.run(seconds(1));
    expect(answers).toEqual([]);
    call("DeleteMessage", { QueueUrl: url, ReceiptHandle: first?.ReceiptHandle ?? "" });
    world.run(50);
    expect(answers).toMatchObject([{ ok: true, output: { Messages: [{ Body: "2" }] } }]);
  });
});

describe("deduplication", () => {
  it("takes the same message once in five minutes, also when it was deleted, and then again", () => {
    const { put, take, remove, world } = fifoQueue();
    const first = put("a");
    remove(take()[0] as Message);
    expect(put("a")).toMatchObject(first);
    expect(take()).toEqual([]);
    world.run(seconds(299));
    expect(put("a")).toMatchObject(first);
    expect(take()).toEqual([]);
    world.run(seconds(1));
    expect(put("a").MessageId).not.toBe(first.MessageId);
    expect(bodies(take())).toEqual(["a"]);
  });

  it("goes by the id that is given, before the content", () => {
    const { put, take } = fifoQueue();
    put("a", "g", { MessageDeduplicationId: "1" });
    put("b", "g", { MessageDeduplicationId: "1" });
    put("a", "g", { MessageDeduplicationId: "2" });
    expect(bodies(take())).toEqual(["a", "a"]);
  });

  it("spans the queue, or each group by itself", () => {
    const sent = (attributes: JsonObject) => {
      const { put, take } = fifoQueue({ ...fifo, ...attributes });
      put("a", "g");
      put("a", "h");
      return take().length;
    };
    expect(sent({})).toBe(1);
    expect(sent({ DeduplicationScope: "messageGroup", FifoThroughputLimit: "perMessageGroupId" })).toBe(2);
  });

  it("needs an id where the queue does not take the content", () => {
    const { url, failure, put } = fifoQueue({ FifoQueue: "true" });
    expect(failure("SendMessage", { QueueUrl: url, MessageBody: "a", MessageGroupId: "g" })).toBe(
      "InvalidParameterValueException: The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    );
    expect(put("a", "g", { MessageDeduplicationId: "1" }).SequenceNumber).toMatch(/^\d{20}$/);
  });
});

describe("what a message of a FIFO queue has", () => {
  it("is a group, a deduplication id and a sequence number, which grows", () => {
    const { put, take } = fifoQueue();
    const [first, second] = [put("a"), put("b")];
    expect(BigInt(second.SequenceNumber)).toBeGreaterThan(BigInt(first.SequenceNumber));
    expect(take(1)[0]?.Attributes).toMatchObject({
      MessageGroupId: "g",
      MessageDeduplicationId: createHash("sha256").update("a").digest("hex"),
      SequenceNumber: first.SequenceNumber,
    });
  });

  it("is refused when it is missing, malformed, or of a standard queue", () => {
    const { url, failure } = fifoQueue();
    const attempt = (more: JsonObject) => failure("SendMessage", { QueueUrl: url, MessageBody: "a", ...more });
    expect(attempt({})).toBe(
      "MissingRequiredParameterException: The request must contain the parameter MessageGroupId.",
    );
    expect(attempt({ MessageGroupId: "a b" })).toBe(
      "InvalidParameterValueException: Value a b for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.",
    );
    expect(attempt({ MessageGroupId: "g", MessageDeduplicationId: "x".repeat(129) })).toContain(
      "for parameter MessageDeduplicationId is invalid.",
    );
    expect(attempt({ MessageGroupId: "g", DelaySeconds: 5 })).toBe(
      `InvalidParameterValueException: Value 5 for parameter DelaySeconds ${wrongType}`,
    );
  });

  it("is not deleted by a receipt handle that has expired", () => {
    const { put, take, url, failure, world } = fifoQueue();
    put("a");
    const ReceiptHandle = take()[0]?.ReceiptHandle ?? "";
    world.run(seconds(31));
    expect(failure("DeleteMessage", { QueueUrl: url, ReceiptHandle })).toBe(
      `InvalidParameterValueException: Value ${ReceiptHandle} for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.`,
    );
    expect(bodies(take())).toEqual(["a"]);
  });
});

describe("ReceiveRequestAttemptId", () => {
  const attempt = { ReceiveRequestAttemptId: "try-1" };

  it("gives the same messages and handles again, and hides them anew", () => {
    const { put, take, world } = fifoQueue();
    put("a");
    const first = take(1, attempt);
    world.run(seconds(20));
    expect(take(1, attempt)).toEqual(first);
    world.run(seconds(20));
    expect(take()).toEqual([]);
  });

  it("is a new attempt once a message was deleted or became visible", () => {
    const { put, take, remove, world } = fifoQueue();
    put("a");
    put("b");
    remove(take(1, attempt)[0] as Message);
    const [second] = take(1, attempt);
    expect(second?.Body).toBe("b");
    world.run(seconds(31));
    expect(take(1, attempt)[0]?.Attributes?.ApproximateReceiveCount).toBe("2");
  });

  it("belongs to FIFO queues", () => {
    const { createQueue, failure } = sqsWorld();
    expect(failure("ReceiveMessage", { QueueUrl: createQueue("standard"), ...attempt })).toBe(
      `InvalidParameterValueException: Value try-1 for parameter ReceiveRequestAttemptId ${wrongType}`,
    );
  });
});

describe("a FIFO queue's dead-letter queue", () => {
  const redrivePolicy = (name: string) =>
    JSON.stringify({ deadLetterTargetArn: `arn:aws:sqs:eu-west-1:123456789012:${name}`, maxReceiveCount: 1 });

  it("must be a FIFO queue, and a standard queue's a standard one", () => {
    const { url, createQueue, failure } = fifoQueue();
    const standard = createQueue("dead");
    createQueue("dead.fifo", fifo);
    const reason = "Dead-letter queue must be same type of queue as the source.";
    const set = (QueueUrl: string, name: string) =>
      failure("SetQueueAttributes", { QueueUrl, Attributes: { RedrivePolicy: redrivePolicy(name) } });
    expect(set(url, "dead")).toContain(reason);
    expect(set(standard, "dead.fifo")).toContain(reason);
    expect(set(url, "dead.fifo")).toBe("no failure");
  });

  it("gets the message with its id and group, as new in age and deduplication", () => {
    const { put, take, url, call, createQueue, receive, world } = fifoQueue({ ...fifo, VisibilityTimeout: "0" });
    const dead = createQueue("dead.fifo", fifo);
    call("SetQueueAttributes", { QueueUrl: url, Attributes: { RedrivePolicy: redrivePolicy("dead.fifo") } });
    const { MessageId } = put("a");
    const sentAt = world.clock.now;
    take();
    world.run(seconds(60));
    expect(take()).toEqual([]);
    const [moved] = receive(dead);
    expect(moved).toMatchObject({ MessageId, Attributes: { MessageGroupId: "g", MessageDeduplicationId: MessageId } });
    expect(Number(moved?.Attributes?.SentTimestamp)).toBeGreaterThan(sentAt + seconds(59));
  });
});

describe("attributes of FIFO queues", () => {
  it("have AWS's defaults", () => {
    const { call, url } = fifoQueue({ FifoQueue: "true" });
    const { Attributes } = call<{ Attributes: object }>("GetQueueAttributes", {
      QueueUrl: url,
      AttributeNames: ["All"],
    });
    expect(Attributes).toMatchObject({
      FifoQueue: "true",
      ContentBasedDeduplication: "false",
      DeduplicationScope: "queue",
      FifoThroughputLimit: "perQueue",
    });
  });

  it("are refused when they are wrong or do not fit together", () => {
    const { call, failure, url } = fifoQueue();
    const set = (Attributes: JsonObject) => failure("SetQueueAttributes", { QueueUrl: url, Attributes });
    expect(set({ FifoThroughputLimit: "perMessageGroupId" })).toBe(
      "InvalidAttributeValue: Invalid value for the parameter FifoThroughputLimit.",
    );
    expect(set({ DeduplicationScope: "group" })).toContain("parameter DeduplicationScope");
    expect(set({ FifoQueue: "false" })).toContain("parameter FifoQueue");
    call("SetQueueAttributes", { QueueUrl: url, Attributes: { ContentBasedDeduplication: "false" } });
  });
});
