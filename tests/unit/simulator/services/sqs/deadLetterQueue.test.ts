// Redrive policies: what moves to a dead-letter queue, what it keeps, and who may use which queue.
import { describe, expect, it } from "vitest";
import { days, type SqsWorld, seconds, sqsWorld } from "./sqsWorld";

const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`;
const redrivePolicy = (name: string, maxReceiveCount: unknown) =>
  JSON.stringify({ deadLetterTargetArn: arnOf(name), maxReceiveCount });

function withDeadLetterQueue(maxReceiveCount: number): SqsWorld & { source: string; target: string } {
  const parts = sqsWorld();
  const target = parts.createQueue("dead", { MessageRetentionPeriod: "1209600" });
  const source = parts.createQueue("orders", {
    RedrivePolicy: redrivePolicy("dead", maxReceiveCount),
    VisibilityTimeout: "0",
    MessageRetentionPeriod: "1209600",
  });
  return { ...parts, source, target };
}

describe("a redrive policy", () => {
  it("moves a message when it would be received once more than allowed, as recorded on AWS", () => {
    const { world, sqs, source, target, send, receive } = withDeadLetterQueue(2);
    const { MessageId } = send(source, "a", { MessageAttributes: { k: { DataType: "String", StringValue: "v" } } });
    const sent = sqs.messages(source)[0]?.sentAt;
    world.run(seconds(100));
    receive(source);
    receive(source);
    expect(sqs.messages(source)).toHaveLength(1);
    expect(receive(source)).toEqual([]);
    expect(sqs.messages(source)).toEqual([]);
    const [moved] = receive(target, { MessageAttributeNames: ["All"] });
    expect(moved).toMatchObject({ MessageId, Body: "a", MessageAttributes: { k: { StringValue: "v" } } });
    expect(moved?.Attributes).toMatchObject({
      ApproximateReceiveCount: "3",
      SentTimestamp: String(sent),
      DeadLetterQueueSourceArn: arnOf("orders"),
    });
    expect(world.events.all.find(({ kind }) => kind === "sqs.MovedToDeadLetterQueue")?.detail).toEqual({
      queue: "orders",
      to: "dead",
      messageId: MessageId,
      receiveCount: 2,
    });
  });

  it("lets the retention run on from the first sending", () => {
    const { world, sqs, source, target, send, receive } = withDeadLetterQueue(1);
    send(source, "a");
    world.run(days(13));
    receive(source);
    receive(source);
    expect(sqs.messages(target)).toHaveLength(1);
    world.run(days(1));
    expect(sqs.messages(target)).toEqual([]);
  });

  it("hands out the next message in the place of one that it moves", () => {
    const { source, send, receive } = withDeadLetterQueue(1);
    send(source, "old");
    receive(source);
    send(source, "new");
    expect(receive(source).map(({ Body }) => Body)).toEqual(["new"]);
  });

  it("needs a target that exists and a count from 1 to 1000", () => {
    const { createQueue, failure } = sqsWorld();
    const QueueUrl = createQueue("orders");
    createQueue("dead");
    const attempt = (RedrivePolicy: string) =>
      failure("SetQueueAttributes", { QueueUrl, Attributes: { RedrivePolicy } });
    const invalid = (policy: string, reason: string) =>
      `InvalidParameterValueException: Value ${policy} for parameter RedrivePolicy is invalid. Reason: ${reason}`;
    const missing = redrivePolicy("nowhere", 1);
    expect(attempt(missing)).toBe(invalid(missing, "Dead letter target does not exist."));
    const dummy = '{"deadLetterTargetArn": "dummy", "maxReceiveCount": 42}';
    expect(attempt(dummy)).toBe(invalid(dummy, "Invalid value for deadLetterTargetArn."));
    for (const count of [0, 1001, 1.5, "many"]) {
      expect(attempt(redrivePolicy("dead", count))).toContain("it must be a whole number from 1 to 1000.");
    }
    expect(attempt(redrivePolicy("dead", 1000))).toBe("no failure");
    expect(attempt(redrivePolicy("dead", "5"))).toBe("no failure");
    expect(attempt("{")).toBe("InvalidAttributeValue: Invalid value for the parameter RedrivePolicy.");
  });
});

describe("a redrive allow policy", () => {
  it("decides who may use the queue as a dead-letter queue, and later, too", () => {
    const { sqs, createQueue, call, failure, send, receive } = sqsWorld();
    const dead = createQueue("dead");
    const allow = (policy: object) =>
      call("SetQueueAttributes", { QueueUrl: dead, Attributes: { RedriveAllowPolicy: JSON.stringify(policy) } });
    allow({ redrivePermission: "byQueue", sourceQueueArns: [arnOf("orders")] });
    const attributes = { RedrivePolicy: redrivePolicy("dead", 1), VisibilityTimeout: "0" };
    expect(failure("CreateQueue", { QueueName: "others", Attributes: attributes })).toContain(
      "Reason: Dead letter target does not allow this queue as a source.",
    );
    const orders = createQueue("orders", attributes);
    allow({ redrivePermission: "denyAll" });
    send(orders, "a");
    receive(orders);
    receive(orders);
    expect([sqs.messages(orders).length, sqs.messages(dead).length]).toEqual([1, 0]);
    allow({ redrivePermission: "allowAll" });
    receive(orders);
    expect([sqs.messages(orders).length, sqs.messages(dead).length]).toEqual([0, 1]);
  });

  it("names one to ten queues when it is by queue", () => {
    const { createQueue, failure } = sqsWorld();
    const QueueUrl = createQueue("dead");
    const policy = JSON.stringify({ redrivePermission: "byQueue", sourceQueueArns: [] });
    expect(failure("SetQueueAttributes", { QueueUrl, Attributes: { RedriveAllowPolicy: policy } })).toContain(
      "redrivePermission must be allowAll, denyAll or byQueue with 1 to 10 sourceQueueArns.",
    );
  });
});
