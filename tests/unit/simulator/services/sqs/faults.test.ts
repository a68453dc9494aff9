// Faults of delivery: sent messages that come late, twice or never, and received ones that come again.
import { describe, expect, it } from "vitest";
import { seconds, sqsWorld } from "./sqsWorld";

describe("the fault sqs.delivery", () => {
  it("makes a sent message arrive twice, the second time late, under one id", () => {
    const { world, sqs, createQueue, send, receive, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    world.faults.intoDeliveries({
      when: ({ kind, to, payload }) => kind === "sqs.delivery" && to.endsWith(":orders") && payload === "a",
      arrivals: [0, 60_000],
    });
    const { MessageId } = send(QueueUrl, "a");
    const [first] = receive(QueueUrl);
    call("DeleteMessage", { QueueUrl, ReceiptHandle: first?.ReceiptHandle });
    expect(world.clock.busy).toBe(true);
    world.run(seconds(60));
    const [second] = receive(QueueUrl);
    expect([first?.MessageId, second?.MessageId]).toEqual([MessageId, MessageId]);
    call("DeleteMessage", { QueueUrl, ReceiptHandle: second?.ReceiptHandle });
    expect(sqs.messages(QueueUrl)).toEqual([]);
  });

  it("makes a message come late or never although its sender was told it was sent", () => {
    const { world, sqs, createQueue, send } = sqsWorld();
    const url = createQueue("orders");
    world.faults.intoDeliveries({ arrivals: [5000] });
    world.faults.intoDeliveries({ arrivals: [] });
    send(url, "late");
    send(url, "never");
    expect(sqs.messages(url)).toEqual([]);
    world.run(seconds(5));
    expect(sqs.messages(url).map(({ body }) => body)).toEqual(["late"]);
  });
});

describe("the fault sqs.redelivery", () => {
  const redelivery = (arrivals: number[]) => ({
    when: ({ kind }: { kind: string }) => kind === "sqs.redelivery",
    arrivals,
  });

  it("delivers a message again although it was deleted", () => {
    const { world, createQueue, send, receive, call } = sqsWorld();
    const QueueUrl = createQueue("orders");
    world.faults.intoDeliveries(redelivery([0, 3000]));
    const { MessageId } = send(QueueUrl, "a");
    const [first] = receive(QueueUrl);
    call("DeleteMessage", { QueueUrl, ReceiptHandle: first?.ReceiptHandle });
    expect(receive(QueueUrl)).toEqual([]);
    world.run(seconds(3));
    expect(receive(QueueUrl)[0]?.MessageId).toBe(MessageId);
  });

  it("holds a delivery back", () => {
    const { world, createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders");
    world.faults.intoDeliveries(redelivery([3000]));
    send(url, "a");
    expect(receive(url)).toEqual([]);
    world.run(seconds(3));
    expect(receive(url)[0]?.Attributes?.ApproximateReceiveCount).toBe("1");
  });

  it("loses a delivery: the message counts as received and comes back after its visibility timeout", () => {
    const { world, sqs, createQueue, send, receive } = sqsWorld();
    const url = createQueue("orders");
    world.faults.intoDeliveries(redelivery([]));
    send(url, "a");
    expect(receive(url)).toEqual([]);
    expect(sqs.messages(url)[0]).toMatchObject({ state: "inFlight", receiveCount: 1 });
    world.run(seconds(30));
    expect(receive(url)[0]?.Attributes?.ApproximateReceiveCount).toBe("2");
  });
});
