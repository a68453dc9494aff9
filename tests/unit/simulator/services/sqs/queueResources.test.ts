// The resource types of SQS: what the arguments of the Pulumi provider become.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../../simulator/json";
import { sqsWorld } from "./sqsWorld";

function resources() {
  const parts = sqsWorld();
  const create = (type: string, inputs: JsonObject, name = "orders-1234567") => {
    const resource = parts.sqs.resourceTypes[type];
    if (resource === undefined) throw new Error(`no ${type}`);
    return resource.create(inputs, name);
  };
  return { ...parts, create };
}

const url = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-1234567";

describe("aws:sqs/queue:Queue", () => {
  it("has the provider's defaults and gives the provider's properties", () => {
    const { create } = resources();
    expect(create("aws:sqs/queue:Queue", { tags: { team: "shop" } })).toEqual({
      id: url,
      state: {
        arn: "arn:aws:sqs:eu-west-1:123456789012:orders-1234567",
        url,
        name: "orders-1234567",
        delaySeconds: 0,
        fifoQueue: false,
        kmsDataKeyReusePeriodSeconds: 300,
        maxMessageSize: 262_144,
        messageRetentionSeconds: 345_600,
        policy: "",
        receiveWaitTimeSeconds: 0,
        redriveAllowPolicy: "",
        redrivePolicy: "",
        sqsManagedSseEnabled: true,
        tags: { team: "shop" },
        tagsAll: { team: "shop" },
        visibilityTimeoutSeconds: 30,
      },
    });
  });

  it("takes every argument of a standard queue", () => {
    const { create, call } = resources();
    create("aws:sqs/queue:Queue", {}, "dead");
    const redrivePolicy = JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:eu-west-1:123456789012:dead",
      maxReceiveCount: 5,
    });
    const { id } = create("aws:sqs/queue:Queue", {
      name: "mine",
      delaySeconds: 1,
      fifoQueue: false,
      kmsMasterKeyId: "mrk-1",
      kmsDataKeyReusePeriodSeconds: 600,
      maxMessageSize: 1_048_576,
      messageRetentionSeconds: 1_209_600,
      receiveWaitTimeSeconds: 2,
      redrivePolicy,
      redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }),
      policy: JSON.stringify({ Statement: [{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" }] }),
      visibilityTimeoutSeconds: 60,
    });
    expect(call("GetQueueAttributes", { QueueUrl: id, AttributeNames: ["All"] })).toMatchObject({
      Attributes: {
        DelaySeconds: "1",
        KmsMasterKeyId: "mrk-1",
        KmsDataKeyReusePeriodSeconds: "600",
        MaximumMessageSize: "1048576",
        MessageRetentionPeriod: "1209600",
        ReceiveMessageWaitTimeSeconds: "2",
        RedrivePolicy: redrivePolicy,
        SqsManagedSseEnabled: "false",
        VisibilityTimeout: "60",
      },
    });
  });

  it("creates a FIFO queue", () => {
    const { create } = resources();
    expect(create("aws:sqs/queue:Queue", { fifoQueue: true, contentBasedDeduplication: true })).toMatchObject({
      id: expect.stringMatching(/\.fifo$/),
      state: {
        name: expect.stringMatching(/\.fifo$/),
        fifoQueue: true,
        contentBasedDeduplication: true,
        deduplicationScope: "queue",
        fifoThroughputLimit: "perQueue",
      },
    });
  });

  it("refuses a name twice, and a value out of range", () => {
    const { create } = resources();
    create("aws:sqs/queue:Queue", { name: "mine" });
    expect(() => create("aws:sqs/queue:Queue", { name: "mine" })).toThrow(
      '[name] must be unused: the queue exists already, got "mine"',
    );
    expect(() => create("aws:sqs/queue:Queue", { messageRetentionSeconds: 1_209_601 })).toThrow(
      "Invalid value for the parameter MessageRetentionPeriod.",
    );
  });
});

describe("the policy resources", () => {
  it("set their attribute of the queue", () => {
    const { create, call } = resources();
    create("aws:sqs/queue:Queue", {}, "dead");
    const { id: queueUrl } = create("aws:sqs/queue:Queue", {});
    const redrivePolicy = JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:eu-west-1:123456789012:dead",
      maxReceiveCount: 5,
    });
    const redriveAllowPolicy = JSON.stringify({ redrivePermission: "denyAll" });
    const policy = {
      Version: "2012-10-17",
      Statement: [{ Effect: "Deny", Principal: "*", Action: "sqs:*", Resource: "*" }],
    };
    expect(create("aws:sqs/queuePolicy:QueuePolicy", { queueUrl, policy })).toEqual({
      id: queueUrl,
      state: { queueUrl, policy: JSON.stringify(policy) },
    });
    create("aws:sqs/redrivePolicy:RedrivePolicy", { queueUrl, redrivePolicy });
    create("aws:sqs/redriveAllowPolicy:RedriveAllowPolicy", { queueUrl, redriveAllowPolicy });
    expect(call("GetQueueAttributes", { QueueUrl: queueUrl, AttributeNames: ["All"] })).toMatchObject({
      Attributes: {
        Policy: JSON.stringify(policy),
        RedrivePolicy: redrivePolicy,
        RedriveAllowPolicy: redriveAllowPolicy,
      },
    });
  });

  it("need a queue that exists", () => {
    const { create } = resources();
    expect(() => create("aws:sqs/queuePolicy:QueuePolicy", { queueUrl: url, policy: "{}" })).toThrow(
      "The specified queue does not exist.",
    );
    expect(() => create("aws:sqs/queuePolicy:QueuePolicy", { policy: "{}" })).toThrow(
      "[queueUrl] must be a queue's URL, got undefined",
    );
  });
});
