// What a queue reports to CloudWatch, minute by minute.
import { describe, expect, it } from "vitest";
import { hours, type SqsWorld, seconds, sqsWorld } from "./sqsWorld";

const minutes = (count: number) => count * 60_000;

/** The values of a metric in the minutes from the beginning, "-" for a minute without data. */
function valuesOf({ world }: SqsWorld, name: string, stat: string, count: number, queueName = "orders"): string {
  const start = Date.UTC(2026, 0, 1) / 1000;
  const Metric = { Namespace: "AWS/SQS", MetricName: name, Dimensions: [{ Name: "QueueName", Value: queueName }] };
  const { MetricDataResults } = world.call<{ MetricDataResults: { Timestamps: number[]; Values: number[] }[] }>(
    "cloudwatch",
    "GetMetricData",
    {
      MetricDataQueries: [{ Id: "m1", MetricStat: { Metric, Period: 60, Stat: stat } }],
      StartTime: start,
      EndTime: start + count * 60,
      ScanBy: "TimestampAscending",
    },
  );
  const [{ Timestamps, Values } = { Timestamps: [], Values: [] }] = MetricDataResults;
  const byMinute = new Map(Timestamps.map((time, index) => [(time - start) / 60, Values[index]]));
  return Array.from({ length: count }, (_, index) => byMinute.get(index) ?? "-").join(" ");
}

describe("the depth of a queue", () => {
  it("is how many messages are visible, in flight and delayed at the end of each minute", () => {
    const parts = sqsWorld();
    const { world, createQueue, send, receive, call } = parts;
    const QueueUrl = createQueue("orders", { VisibilityTimeout: "120" });
    world.run(minutes(1));
    send(QueueUrl, "a");
    send(QueueUrl, "b");
    send(QueueUrl, "c", { DelaySeconds: 90 });
    world.run(minutes(1));
    const [message] = receive(QueueUrl);
    world.run(minutes(1));
    call("DeleteMessage", { QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    world.run(minutes(2));
    expect(valuesOf(parts, "ApproximateNumberOfMessagesVisible", "Average", 5)).toBe("0 2 2 2 2");
    expect(valuesOf(parts, "ApproximateNumberOfMessagesNotVisible", "Average", 5)).toBe("0 0 1 0 0");
    expect(valuesOf(parts, "ApproximateNumberOfMessagesDelayed", "Average", 5)).toBe("0 1 0 0 0");
  });

  it("follows a visibility timeout that ends without anybody calling", () => {
    const parts = sqsWorld();
    const url = parts.createQueue("orders", { VisibilityTimeout: "120" });
    parts.send(url, "a");
    parts.receive(url);
    parts.world.run(minutes(4));
    expect(valuesOf(parts, "ApproximateNumberOfMessagesNotVisible", "Maximum", 4)).toBe("1 1 0 0");
    expect(valuesOf(parts, "ApproximateNumberOfMessagesVisible", "Maximum", 4)).toBe("0 0 1 1");
  });
});

describe("the age of the oldest message", () => {
  const age = (parts: SqsWorld, count: number, queueName?: string) =>
    valuesOf(parts, "ApproximateAgeOfOldestMessage", "Maximum", count, queueName)
      .split(" ")
      .map((value) => (value === "-" ? value : String(Math.round(Number(value)))))
      .join(" ");

  it("grows from the sending, in flight too, and is 0 without a message", () => {
    const parts = sqsWorld();
    const { world, createQueue, send, receive, call } = parts;
    const QueueUrl = createQueue("orders");
    world.run(minutes(1) - (world.clock.now % minutes(1)));
    send(QueueUrl, "a");
    world.run(minutes(2));
    const [message] = receive(QueueUrl);
    world.run(seconds(5));
    call("DeleteMessage", { QueueUrl, ReceiptHandle: message?.ReceiptHandle });
    world.run(minutes(1));
    expect(age(parts, 4)).toBe("0 60 120 0");
  });

  it("leaves out a message that was received three times, whatever the renewer or a dry run did it for", () => {
    const parts = sqsWorld();
    const { world, createQueue, send, receive } = parts;
    const url = createQueue("orders", { VisibilityTimeout: "0" });
    send(url, "old");
    world.run(minutes(10));
    send(url, "new");
    receive(url, { MaxNumberOfMessages: 1 });
    receive(url, { MaxNumberOfMessages: 2 });
    world.run(minutes(1));
    receive(url, { MaxNumberOfMessages: 2 });
    world.run(minutes(1));
    expect(age(parts, 12).split(" ").slice(9)).toEqual(["600", "660", "120"]);
  });

  it("counts from the move in a dead-letter queue", () => {
    const parts = sqsWorld();
    const { world, createQueue, send, receive } = parts;
    createQueue("dead");
    const deadLetterTargetArn = "arn:aws:sqs:eu-west-1:123456789012:dead";
    const url = createQueue("orders", {
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 3 }),
      VisibilityTimeout: "0",
    });
    send(url, "a");
    world.run(minutes(3));
    for (let count = 0; count < 4; count += 1) receive(url);
    world.run(minutes(2));
    expect(age(parts, 5, "dead").split(" ").slice(2)).toEqual(["0", "60", "120"]);
  });
});

describe("the counted metrics", () => {
  it("count messages, deletions and empty receives, and are 0 while nothing happens", () => {
    const parts = sqsWorld();
    const { world, createQueue, send, receive, call } = parts;
    const QueueUrl = createQueue("orders");
    world.run(minutes(1));
    for (const body of ["a", "b", "c"]) send(QueueUrl, body);
    const messages = receive(QueueUrl, { MaxNumberOfMessages: 10 });
    receive(QueueUrl);
    const ReceiptHandle = messages[0]?.ReceiptHandle;
    call("DeleteMessage", { QueueUrl, ReceiptHandle });
    call("DeleteMessage", { QueueUrl, ReceiptHandle });
    world.run(minutes(2));
    expect(valuesOf(parts, "NumberOfMessagesSent", "Sum", 3)).toBe("0 3 0");
    expect(valuesOf(parts, "NumberOfMessagesReceived", "Sum", 3)).toBe("0 3 0");
    expect(valuesOf(parts, "NumberOfEmptyReceives", "Sum", 3)).toBe("0 1 0");
    expect(valuesOf(parts, "NumberOfMessagesDeleted", "Sum", 3)).toBe("0 2 0");
  });

  it("do not count a move to a dead-letter queue as sent", () => {
    const parts = sqsWorld();
    const { createQueue, send, receive } = parts;
    createQueue("dead");
    const RedrivePolicy = '{"deadLetterTargetArn":"arn:aws:sqs:eu-west-1:123456789012:dead","maxReceiveCount":1}';
    const url = createQueue("orders", { RedrivePolicy, VisibilityTimeout: "0" });
    send(url, "a");
    receive(url);
    receive(url);
    expect(valuesOf(parts, "NumberOfMessagesSent", "Sum", 1, "dead")).toBe("0");
  });
});

describe("an inactive queue", () => {
  it("stops reporting six hours after the last call, and starts again with the next", () => {
    const parts = sqsWorld();
    const { world, createQueue, send } = parts;
    const url = createQueue("orders");
    world.run(hours(8));
    send(url, "a");
    world.run(hours(1));
    const reported = valuesOf(parts, "ApproximateNumberOfMessagesVisible", "Average", 9 * 60).split(" ");
    expect(reported.map((value, index) => (value === "-" ? index : -1)).filter((index) => index >= 0)).toEqual(
      Array.from({ length: 120 }, (_, index) => 360 + index),
    );
    expect(valuesOf(parts, "NumberOfMessagesSent", "Sum", 481).split(" ").slice(358)).toEqual([
      "0",
      "0",
      ...Array.from({ length: 120 }, () => "-"),
      "1",
    ]);
  });

  it("is active as long as it holds a message", () => {
    const parts = sqsWorld();
    parts.send(parts.createQueue("orders"), "a");
    parts.world.run(hours(20));
    expect(valuesOf(parts, "ApproximateNumberOfMessagesVisible", "Average", 1200)).not.toContain("-");
  });
});
