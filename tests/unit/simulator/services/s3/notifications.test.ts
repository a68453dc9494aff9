import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../../simulator/service";
import { functionArn, queueArn, s3World, topicArn } from "./s3World";

const toQueue = (more: object = {}) => ({
  QueueConfigurations: [{ Id: "q", QueueArn: queueArn, Events: ["s3:ObjectCreated:*"], ...more }],
});
const records = (body: unknown) => (body as { Records: Record<string, unknown>[] }).Records;

describe("a bucket's notifications", () => {
  it("send a test event to queues and topics when they are set, and none to functions", () => {
    const { notify, sent } = s3World();
    notify({
      ...toQueue({ Filter: { Key: { FilterRules: [{ Name: "prefix", Value: "q/" }] } } }),
      TopicConfigurations: [{ TopicArn: topicArn, Events: ["s3:ObjectRemoved:*"] }],
      LambdaFunctionConfigurations: [{ LambdaFunctionArn: functionArn, Events: ["s3:LifecycleExpiration:*"] }],
    });
    expect(sent.map(({ action }) => action)).toEqual(["sqs:SendMessage", "sns:Publish"]);
    expect(sent[0]).toMatchObject({
      principal: { kind: "service", service: "s3.amazonaws.com", sourceArn: "arn:aws:s3:::payloads" },
      body: { Service: "Amazon S3", Event: "s3:TestEvent", Bucket: "payloads", Time: expect.any(String) },
    });
  });

  it("tell a queue of a new object, with its key as in a form", () => {
    const { notify, call, sent } = s3World();
    notify(toQueue());
    call("PutObject", { Key: "a b/ü+.json", Body: "text" });
    expect(sent).toHaveLength(2);
    const [record] = records(sent[1]?.body);
    expect(record).toMatchObject({
      eventSource: "aws:s3",
      awsRegion: "eu-west-1",
      eventName: "ObjectCreated:Put",
      s3: {
        configurationId: "q",
        bucket: { name: "payloads", arn: "arn:aws:s3:::payloads" },
        object: {
          key: "a+b/%C3%BC%2B.json",
          size: 4,
          eTag: "1cb251ec0d568de6a929b520c4aed8d1",
          sequencer: expect.stringMatching(/^[0-9A-F]{18}$/),
        },
      },
    });
  });

  it("take only the events and the keys that are asked for", () => {
    const { notify, call, sent } = s3World();
    const FilterRules = [
      { Name: "prefix", Value: "in/" },
      { Name: "Suffix", Value: ".json" },
    ];
    notify(toQueue({ Events: ["s3:ObjectCreated:Copy", "s3:ObjectRemoved:*"], Filter: { Key: { FilterRules } } }));
    for (const Key of ["in/a.json", "in/a.txt", "out/a.json"]) call("PutObject", { Key, Body: "x" });
    call("CopyObject", { Key: "in/b.json", CopySource: "payloads/in/a.json" });
    call("CopyObject", { Key: "out/b.json", CopySource: "payloads/in/a.json" });
    call("DeleteObject", { Key: "in/a.json" });
    call("DeleteObject", { Key: "in/a.json" });
    call("DeleteObjects", { Delete: { Objects: [{ Key: "in/b.json" }] } });
    expect(sent.slice(1).map(({ body }) => records(body)[0]?.eventName)).toEqual([
      "ObjectCreated:Copy",
      "ObjectRemoved:Delete",
      "ObjectRemoved:Delete",
    ]);
  });

  it("count changes in their sequencer", () => {
    const { notify, call, sent } = s3World();
    notify(toQueue());
    for (let count = 0; count < 20; count += 1) call("PutObject", { Key: "same", Body: String(count) });
    const sequencers = sent.slice(1).map(({ body }) => {
      const { s3 } = records(body)[0] as { s3: { object: { sequencer: string } } };
      return s3.object.sequencer;
    });
    expect([...sequencers].sort()).toEqual(sequencers);
    expect(new Set(sequencers).size).toBe(20);
  });

  it("invoke a function asynchronously", () => {
    const { notify, call, sent } = s3World();
    notify({ LambdaFunctionConfigurations: [{ LambdaFunctionArn: functionArn, Events: ["s3:ObjectCreated:Put"] }] });
    call("PutObject", { Key: "a", Body: "x" });
    expect(sent.map(({ action }) => action)).toEqual(["lambda:Invoke"]);
  });

  it("go to the event bus with the documented detail", () => {
    const { world, notify, call } = s3World();
    notify({ EventBridgeConfiguration: {} });
    call("PutObject", { Key: "a b", Body: "text" });
    call("DeleteObject", { Key: "a b" });
    const [created, deleted] = world.collected.busEvents;
    expect(created).toEqual({
      source: "aws.s3",
      detailType: "Object Created",
      resources: ["arn:aws:s3:::payloads"],
      detail: {
        version: "0",
        "event-version": "1.0",
        bucket: { name: "payloads" },
        object: { key: "a b", size: 4, etag: "1cb251ec0d568de6a929b520c4aed8d1", sequencer: expect.any(String) },
        "request-id": expect.any(String),
        requester: "123456789012",
        "source-ip-address": expect.any(String),
        reason: "PutObject",
      },
    });
    expect(deleted).toMatchObject({
      detailType: "Object Deleted",
      detail: { object: { key: "a b" }, reason: "DeleteObject", "deletion-type": "Permanently Deleted" },
    });
  });

  it("are late, doubled or lost when a test says so", () => {
    const { world, notify, call, sent } = s3World();
    notify(toQueue());
    world.faults.intoDeliveries({
      when: ({ kind, to }) => kind === "s3.notification" && to === queueArn,
      arrivals: [],
    });
    world.faults.intoDeliveries({ when: ({ kind }) => kind === "s3.notification", arrivals: [60_000, 120_000] });
    call("PutObject", { Key: "lost", Body: "x" });
    const before = world.clock.now - Date.UTC(2026, 0, 1);
    call("PutObject", { Key: "twice", Body: "x" });
    expect(sent.slice(1).map(({ at }) => Math.round((at - before) / 60_000))).toEqual([1, 2]);
    expect(world.events.all.filter(({ kind }) => kind === "s3.NotificationLost")).toHaveLength(1);
  });

  it("are tried again while the destination is in trouble, and dropped when it refuses", () => {
    const refusals = [
      undefined,
      new AwsError("InternalError", "x", 500),
      undefined,
      new AwsError("AccessDenied", "x", 403),
    ];
    const { world, notify, call, sent } = s3World({ answer: (number) => refusals[number - 1] });
    notify(toQueue());
    call("PutObject", { Key: "a", Body: "x" });
    expect(sent).toHaveLength(3);
    call("PutObject", { Key: "b", Body: "x" });
    expect(sent).toHaveLength(4);
    expect(world.events.all.filter(({ kind }) => kind === "s3.NotificationDropped")).toHaveLength(1);
  });
});

describe("a notification configuration is refused", () => {
  it.each([
    ["without rights at its destination", toQueue(), "Unable to validate the following destination configurations"],
    ["with a FIFO queue", toQueue({ QueueArn: `${queueArn}.fifo` }), "FIFO SQS queue is not supported"],
    ["with an event that cannot happen", toQueue({ Events: ["s3:ObjectRestore:*"] }), '[Events] "s3:ObjectRestore:*"'],
    [
      "with two prefixes",
      toQueue({ Filter: { Key: { FilterRules: [{ Name: "prefix" }, { Name: "prefix" }] } } }),
      "more than one prefix rule",
    ],
    [
      "with the same event twice",
      { ...toQueue(), TopicConfigurations: [{ TopicArn: topicArn, Events: ["s3:ObjectCreated:Put"] }] },
      "Configurations overlap.",
    ],
  ])("%s", (_name, configuration, message) => {
    const { notify } = s3World({
      iam: {
        authorize: ({ principal }) => {
          if (principal.kind === "service") throw new AwsError("AccessDenied", "no", 403);
        },
      },
    });
    expect(() => notify(configuration)).toThrow(message);
  });
});
