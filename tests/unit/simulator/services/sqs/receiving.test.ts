// Receiving: visibility, receipt handles, retention, the limits.
import { describe, expect, it } from "vitest";
import { days, hours, seconds, sqsWorld } from "./sqsWorld";

describe("the visibility timeout", () => {
  it("hides a received message and gives it back with the next receive count and another handle", () => {
    const { world, sqs, createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders", { VisibilityTimeout: "30" });
    const { MessageId } = send(url, "a");
    const sentAt = sqs.messages(url)[0]?.sentAt;
    const [first] = receive(url);
    expect(first).toMatchObject({ MessageId, Body: "a" });
    expect(first?.Attributes).toMatchObject({ ApproximateReceiveCount: "1", SentTimestamp: String(sentAt) });
    expect(sqs.messages(url)[0]).toMatchObject({ state: "inFlight", receiveCount: 1 });
    world.run(seconds(29));
    expect(receive(url)).toEqual([]);
    world.run(seconds(1));
    const [second] = receive(url);
    expect(second?.Attributes?.ApproximateReceiveCount).toBe("2");
    expect(second?.Attributes?.ApproximateFirstReceiveTimestamp).toBe(
      first?.Attributes?.ApproximateFirstReceiveTimestamp,
    );
    expect(second?.ReceiptHandle).not.toBe(first?.ReceiptHandle);
  });

  it("can be given for one receive, 0 for none", () => {
    const { world, createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders");
    send(url, "a");
    expect(receive(url, { VisibilityTimeout: 0 })).toHaveLength(1);
    expect(receive(url, { VisibilityTimeout: 43_200 })).toHaveLength(1);
    world.run(hours(12) - seconds(1));
    expect(receive(url)).toEqual([]);
    world.run(seconds(1));
    expect(receive(url)).toHaveLength(1);
  });

  it("can be changed, to 0 and even after it has ended, but not to more than 12 hours in all", () => {
    const { world, sqs, createQueue, send, receive, call, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    send(QueueUrl, "a");
    const ReceiptHandle = receive(QueueUrl)[0]?.ReceiptHandle;
    call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 });
    expect(sqs.messages(QueueUrl)[0]?.state).toBe("visible");
    call("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 60 });
    expect(sqs.messages(QueueUrl)[0]?.state).toBe("inFlight");
    world.run(seconds(60));
    expect(failure("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 43_200 })).toBe(
      "InvalidParameterValueException: Total VisibilityTimeout for the message is beyond the limit [43200 seconds]",
    );
    expect(failure("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 43_201 })).toBe(
      "InvalidParameterValueException: Value 43201 for parameter VisibilityTimeout is invalid. Reason: Must be >= 0 and <= 43200, if provided.",
    );
    call("DeleteMessage", { QueueUrl, ReceiptHandle });
    expect(failure("ChangeMessageVisibility", { QueueUrl, ReceiptHandle, VisibilityTimeout: 1 })).toContain(
      "Reason: Message does not exist or is not available for visibility timeout change.",
    );
  });
});

describe("DeleteMessage", () => {
  it("deletes with the latest handle, after the visibility timeout too, and as often as asked", () => {
    const { world, sqs, createQueue, send, receive, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    send(QueueUrl, "a");
    const ReceiptHandle = receive(QueueUrl)[0]?.ReceiptHandle;
    world.run(seconds(60));
    call("DeleteMessage", { QueueUrl, ReceiptHandle });
    call("DeleteMessage", { QueueUrl, ReceiptHandle });
    expect(sqs.messages(QueueUrl)).toEqual([]);
  });

  it("succeeds and deletes nothing with the handle of an earlier receive", () => {
    const { sqs, createQueue, send, receive, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    send(QueueUrl, "a");
    const ReceiptHandle = receive(QueueUrl, { VisibilityTimeout: 0 })[0]?.ReceiptHandle;
    receive(QueueUrl);
    call("DeleteMessage", { QueueUrl, ReceiptHandle });
    expect(sqs.messages(QueueUrl)).toHaveLength(1);
  });

  it("refuses what is no handle of this queue", () => {
    const { createQueue, send, receive, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const other = createQueue("others");
    send(other, "a");
    const foreign = receive(other)[0]?.ReceiptHandle;
    expect(failure("DeleteMessage", { QueueUrl, ReceiptHandle: "x" })).toBe(
      'ReceiptHandleIsInvalid: The input receipt handle "x" is not a valid receipt handle.',
    );
    expect(failure("DeleteMessage", { QueueUrl, ReceiptHandle: foreign })).toMatch(/^ReceiptHandleIsInvalid: /);
  });
});

describe("what a receive may ask for", () => {
  it("is limited as on AWS", () => {
    const { createQueue, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const invalid = (parameter: string, value: number, reason: string) =>
      `InvalidParameterValueException: Value ${value} for parameter ${parameter} is invalid. Reason: ${reason}`;
    expect(failure("ReceiveMessage", { QueueUrl, MaxNumberOfMessages: 11 })).toBe(
      invalid("MaxNumberOfMessages", 11, "Must be between 1 and 10, if provided."),
    );
    expect(failure("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 21 })).toBe(
      invalid("WaitTimeSeconds", 21, "Must be >= 0 and <= 20, if provided."),
    );
    expect(failure("ReceiveMessage", { QueueUrl, VisibilityTimeout: -1 })).toBe(
      invalid("VisibilityTimeout", -1, "Must be >= 0 and <= 43200, if provided."),
    );
  });

  it("gives all messages once, in nearly the order of sending, the same for a seed and another for others", () => {
    const received = (seed: number) => {
      const { createQueue, send, receive } = sqsWorld({ seed });
      const url = createQueue("orders");
      for (let index = 0; index < 10; index += 1) send(url, String(index));
      return receive(url, { MaxNumberOfMessages: 10 }).map(({ Body }) => Body);
    };
    const orders = [1, 2, 3, 4].map(received);
    for (const order of orders) expect([...order].sort()).toEqual(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    expect(received(1)).toEqual(orders[0]);
    expect(new Set(orders.map((order) => order.join())).size).toBeGreaterThan(1);
  });
});

describe("the quota of messages in flight", () => {
  it("makes a short poll fail and a long poll find nothing until messages are deleted or visible again", () => {
    const { createQueue, send, call, failure, receive } = sqsWorld({ maximumInFlight: 3 });
    const QueueUrl = createQueue("orders");
    for (const body of ["a", "b", "c", "d"]) send(QueueUrl, body);
    const [first, ...others] = receive(QueueUrl, { MaxNumberOfMessages: 10 });
    expect(others).toHaveLength(2);
    expect(failure("ReceiveMessage", { QueueUrl })).toBe("OverLimit: Too many messages in flight for this queue.");
    expect(receive(QueueUrl, { WaitTimeSeconds: 1 })).toEqual([]);
    call("DeleteMessage", { QueueUrl, ReceiptHandle: first?.ReceiptHandle });
    expect(receive(QueueUrl, { MaxNumberOfMessages: 10 })).toHaveLength(1);
  });
});

describe("retention", () => {
  it("takes a message away by itself, in flight or not", () => {
    const { world, sqs, createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders", { MessageRetentionPeriod: "1209600" });
    send(url, "a");
    send(url, "b");
    world.run(days(14) - seconds(10));
    expect(receive(url)).toHaveLength(1);
    world.run(seconds(10));
    expect(sqs.messages(url)).toEqual([]);
    expect(world.events.all.filter(({ kind }) => kind === "sqs.MessageExpired")).toHaveLength(2);
  });

  it("follows a change of the attribute", () => {
    const { world, sqs, createQueue, send, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    send(QueueUrl, "a");
    world.run(seconds(120));
    call("SetQueueAttributes", { QueueUrl, Attributes: { MessageRetentionPeriod: "60" } });
    world.run(1);
    expect(sqs.messages(QueueUrl)).toEqual([]);
  });
});

describe("PurgeQueue", () => {
  it("removes everything, at most once a minute", () => {
    const { world, sqs, createQueue, send, receive, call, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    send(QueueUrl, "a");
    send(QueueUrl, "b");
    receive(QueueUrl);
    call("PurgeQueue", { QueueUrl });
    expect(sqs.messages(QueueUrl)).toEqual([]);
    expect(failure("PurgeQueue", { QueueUrl })).toBe(
      "PurgeQueueInProgress: Only one PurgeQueue operation on orders is allowed every 60 seconds.",
    );
    world.run(seconds(60));
    expect(call("PurgeQueue", { QueueUrl })).toEqual({});
  });
});
