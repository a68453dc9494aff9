// Long polls: when they answer, and in which order.
import type { Message } from "@aws-sdk/client-sqs";
import { describe, expect, it } from "vitest";
import { seconds, sqsWorld } from "./sqsWorld";

describe("long polls", () => {
  it("answer as soon as a message is sent", () => {
    const { world, createQueue, send } = sqsWorld();
    const QueueUrl = createQueue("orders");
    let answeredAt = 0;
    world.gateway.call(
      {
        service: "sqs",
        action: "ReceiveMessage",
        input: { QueueUrl, WaitTimeSeconds: 20 },
        principal: { kind: "operator" },
      },
      () => {
        answeredAt = world.clock.now;
      },
    );
    world.run(seconds(7));
    expect(answeredAt).toBe(0);
    const before = world.clock.now;
    send(QueueUrl, "a");
    world.run(20);
    expect(answeredAt - before).toBeLessThan(40);
    expect(answeredAt).toBeGreaterThan(before);
  });

  it("answer when a message comes back from flight, and wake for it by themselves", () => {
    const { world, createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders", { VisibilityTimeout: "5", ReceiveMessageWaitTimeSeconds: "20" });
    send(url, "a");
    receive(url);
    const start = world.clock.now;
    expect(receive(url)).toHaveLength(1);
    expect(world.clock.now - start).toBeGreaterThan(4900);
    expect(world.clock.now - start).toBeLessThan(5100);
  });

  it("end after the wait time without messages, and keep the simulation busy meanwhile", () => {
    const { world, createQueue, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const start = world.clock.now;
    expect(call("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 })).toEqual({});
    expect(Math.round((world.clock.now - start) / 1000)).toBe(20);
  });

  it("are served in the order in which they began", () => {
    const { world, createQueue, send } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const answers: string[] = [];
    for (const receiver of ["first", "second", "third"]) {
      const input = { QueueUrl, WaitTimeSeconds: 20 };
      world.gateway.call(
        { service: "sqs", action: "ReceiveMessage", input, principal: { kind: "operator" } },
        (outcome) => {
          if (!outcome.ok) throw outcome.error;
          const [message] = (outcome.output.Messages ?? []) as unknown as Message[];
          answers.push(`${receiver} ${message?.Body ?? "nothing"}`);
        },
      );
      world.run(50);
    }
    send(QueueUrl, "a");
    world.run(50);
    send(QueueUrl, "b");
    world.runUntilQuiet();
    expect(answers).toEqual(["first a", "second b", "third nothing"]);
  });
});

describe("a long poll with visibility timeout 0", () => {
  it("leaves the message to the next one that waits", () => {
    const { world, createQueue, send } = sqsWorld();
    const QueueUrl = createQueue("orders");
    const counts: (string | undefined)[] = [];
    for (let receiver = 0; receiver < 2; receiver += 1) {
      const input = {
        QueueUrl,
        WaitTimeSeconds: 20,
        VisibilityTimeout: 0,
        MessageSystemAttributeNames: ["ApproximateReceiveCount"],
      };
      world.gateway.call(
        { service: "sqs", action: "ReceiveMessage", input, principal: { kind: "operator" } },
        (outcome) => {
          if (!outcome.ok) throw outcome.error;
          const [message] = outcome.output.Messages as unknown as Message[];
          counts.push(message?.Attributes?.ApproximateReceiveCount);
        },
      );
    }
    world.run(100);
    send(QueueUrl, "a");
    world.run(100);
    expect(counts.sort()).toEqual(["1", "2"]);
    expect(world.clock.busy).toBe(false);
  });
});
