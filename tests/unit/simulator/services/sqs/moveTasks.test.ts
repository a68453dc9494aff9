// Message move tasks: out of a dead-letter queue, back or elsewhere. Answers and errors are those recorded on AWS.
import { describe, expect, it } from "vitest";
import type { Iam } from "../../../../../simulator/iam";
import { seconds, sqsWorld } from "./sqsWorld";

const arn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`;

/** A dead-letter queue "dead" of the queues "one" and "two", with as many messages from "one". */
function withDeadLetters(count: number, options: { readonly iam?: Iam } = {}) {
  const sqs = sqsWorld(options);
  const dead = sqs.createQueue("dead");
  const attributes = {
    VisibilityTimeout: "0",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arn("dead"), maxReceiveCount: 1 }),
  };
  const [one, two] = ["one", "two"].map((name) => sqs.createQueue(name, attributes)) as [string, string];
  const die = (queueUrl: string, body: string) => {
    sqs.send(queueUrl, body);
    sqs.receive(queueUrl);
    sqs.receive(queueUrl);
  };
  for (let index = 0; index < count; index += 1) die(one, `m${index}`);
  const start = (more = {}) =>
    sqs.call<{ TaskHandle: string }>("StartMessageMoveTask", { SourceArn: arn("dead"), ...more });
  const list = (more = {}) =>
    sqs.call<{ Results: object[] }>("ListMessageMoveTasks", { SourceArn: arn("dead"), ...more }).Results;
  const bodies = (name: string) => sqs.sqs.messages(arn(name)).map(({ body }) => body);
  return { ...sqs, dead, one, two, die, start, list, bodies };
}

describe("StartMessageMoveTask", () => {
  it("takes messages back to where they came from, as new ones", () => {
    const { world, two, die, start, list, bodies, sqs } = withDeadLetters(2);
    die(two, "other");
    const before = sqs.messages(arn("dead")).map(({ messageId }) => messageId);
    start();
    world.run(seconds(1));
    expect([bodies("one"), bodies("two"), bodies("dead")]).toEqual([["m0", "m1"], ["other"], []]);
    for (const { messageId, receiveCount, sentAt } of sqs.messages(arn("one"))) {
      expect(before).not.toContain(messageId);
      expect(receiveCount).toBe(0);
      expect(sentAt).toBeGreaterThan(world.clock.now - seconds(2));
    }
    expect(list()).toEqual([
      {
        Status: "COMPLETED",
        SourceArn: arn("dead"),
        ApproximateNumberOfMessagesMoved: 3,
        ApproximateNumberOfMessagesToMove: 3,
        StartedTimestamp: expect.any(Number),
      },
    ]);
  });

  it("takes them to a destination, at a rate", () => {
    const { world, createQueue, start, list, bodies } = withDeadLetters(4);
    createQueue("elsewhere");
    const { TaskHandle } = start({ DestinationArn: arn("elsewhere"), MaxNumberOfMessagesPerSecond: 1 });
    world.run(seconds(2.5));
    expect(bodies("elsewhere")).toHaveLength(2);
    expect(list()).toEqual([
      {
        TaskHandle,
        Status: "RUNNING",
        SourceArn: arn("dead"),
        DestinationArn: arn("elsewhere"),
        MaxNumberOfMessagesPerSecond: 1,
        ApproximateNumberOfMessagesMoved: 2,
        ApproximateNumberOfMessagesToMove: 4,
        StartedTimestamp: expect.any(Number),
      },
    ]);
  });

  it("fails when the destination is deleted, or a message did not come from a queue", () => {
    const { world, createQueue, call, send, dead, start, list } = withDeadLetters(2);
    const QueueUrl = createQueue("elsewhere");
    start({ DestinationArn: arn("elsewhere"), MaxNumberOfMessagesPerSecond: 1 });
    call("DeleteQueue", { QueueUrl });
    world.run(seconds(2));
    const nonExistent = { Status: "FAILED", FailureReason: "AWS.SimpleQueueService.NonExistentQueue" };
    expect(list()).toMatchObject([nonExistent]);
    send(dead, "sent directly");
    start();
    world.run(seconds(2));
    expect(list({ MaxResults: 2 })).toMatchObject([
      { Status: "FAILED", FailureReason: "CouldNotDetermineMessageSource", ApproximateNumberOfMessagesMoved: 2 },
      nonExistent,
    ]);
  });

  it("refuses what AWS refuses, in its words", () => {
    const { createQueue, failure, start } = withDeadLetters(2);
    createQueue("elsewhere.fifo", { FifoQueue: "true" });
    const attempt = (more: object) => failure("StartMessageMoveTask", { SourceArn: arn("dead"), ...more });
    expect(attempt({ SourceArn: arn("one") })).toBe(
      "InvalidParameterValueException: Source queue must be configured as a Dead Letter Queue.",
    );
    expect(attempt({ SourceArn: arn("none") })).toBe(
      "ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.",
    );
    expect(attempt({ DestinationArn: arn("none") })).toBe(
      "ResourceNotFoundException: The resource that you specified for the DestinationArn parameter doesn't exist.",
    );
    expect(attempt({ DestinationArn: arn("elsewhere.fifo") })).toContain("must be of the source queue's type");
    expect(attempt({ MaxNumberOfMessagesPerSecond: 501 })).toBe(
      "InvalidParameterValueException: Value 501 for parameter MaxNumberOfMessagesPerSecond is invalid. Reason: Must be between 1 and 500, if provided.",
    );
    start({ MaxNumberOfMessagesPerSecond: 1 });
    expect(attempt({})).toBe(
      "InvalidParameterValueException: There is already a task running. Only one active task is allowed for a source queue arn at a given time.",
    );
  });

  it("needs to receive and delete at the source, and to send to where messages may go", () => {
    const asked: string[] = [];
    const iam: Iam = { authorize: (_call, { action, resource }) => void asked.push(`${action} ${resource}`) };
    const { start } = withDeadLetters(1, { iam });
    asked.length = 0;
    start();
    expect(asked).toEqual([
      ...["StartMessageMoveTask", "ReceiveMessage", "DeleteMessage", "GetQueueAttributes"].map(
        (action) => `sqs:${action} ${arn("dead")}`,
      ),
      `sqs:SendMessage ${arn("one")}`,
      `sqs:SendMessage ${arn("two")}`,
    ]);
  });
});

describe("CancelMessageMoveTask", () => {
  it("stops the task and tells how far it came", () => {
    const { world, call, failure, start, list, bodies } = withDeadLetters(4);
    const { TaskHandle } = start({ MaxNumberOfMessagesPerSecond: 1 });
    world.run(seconds(1.5));
    expect(call("CancelMessageMoveTask", { TaskHandle })).toEqual({ ApproximateNumberOfMessagesMoved: 1 });
    world.run(seconds(5));
    expect(bodies("dead")).toHaveLength(3);
    const [task] = list();
    expect(task).toMatchObject({ Status: "CANCELLED", ApproximateNumberOfMessagesMoved: 1 });
    expect(task).not.toHaveProperty("TaskHandle");
    expect(failure("CancelMessageMoveTask", { TaskHandle })).toBe(
      "UnsupportedOperation: Only active tasks can be cancelled.",
    );
  });

  it("refuses handles in AWS's words", () => {
    const { failure } = withDeadLetters(0);
    const handle = (content: object) => Buffer.from(JSON.stringify(content)).toString("base64");
    const attempt = (TaskHandle: string) => failure("CancelMessageMoveTask", { TaskHandle });
    expect(attempt("garbage")).toBe("InvalidParameterValueException: Value for parameter TaskHandle is invalid.");
    expect(attempt(handle({ taskId: "1", sourceArn: arn("none") }))).toBe(
      "ResourceNotFoundException: The resource that you specified for the SourceArn parameter doesn't exist.",
    );
    expect(attempt(handle({ taskId: "1", sourceArn: arn("dead") }))).toBe(
      "ResourceNotFoundException: Task does not exist.",
    );
  });
});
