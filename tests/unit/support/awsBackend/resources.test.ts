// The live mocks of what the simulator serves by its API, too: created, looked at and deleted by the real clients.
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type JsonObject, type Listener, listen, Simulation } from "../../../../simulator";
import { type AwsClients, clientsFor } from "../../../support/awsBackend/clients";
import { createResource, resourceTypes } from "../../../support/awsBackend/liveMocks";
import type { LiveResource, LiveResourceTypes } from "../../../support/awsBackend/resourceType";
import { WrittenItems } from "../../../support/awsBackend/writtenItems";

const region = "eu-central-1";

let simulation: Simulation;
let listener: Listener;
let clients: AwsClients;
let types: LiveResourceTypes;

beforeEach(async () => {
  simulation = new Simulation();
  listener = await listen(simulation);
  clients = clientsFor({ url: listener.url, region, credentials: { accessKeyId: "AKIA", secretAccessKey: "secret" } });
  types = resourceTypes(clients, `${region}:123456789012`);
});

afterEach(async () => {
  clients.destroy();
  await listener.close();
});

function create(type: string, inputs: object): Promise<LiveResource> {
  return createResource(types, { type, name: "one", inputs: inputs as JsonObject }, "test");
}

function policyOn(Resource: unknown, Action: string): string {
  return JSON.stringify({ Version: "2012-10-17", Statement: [{ Effect: "Deny", Principal: "*", Action, Resource }] });
}

const call = (service: string, action: string, input: JsonObject) =>
  simulation.call<Record<string, unknown>>(service, action, input);

describe("live mocks", () => {
  it("create a bucket with what is set of it, and delete it with its objects", async () => {
    const bucket = await create("aws:s3/bucket:Bucket", {});
    expect(bucket.state).toEqual({ bucket: bucket.id, arn: `arn:aws:s3:::${bucket.id}`, region });
    const rule = { id: "old", status: "Enabled", filter: { prefix: "" }, expiration: { days: 7 } };
    const policy = policyOn(bucket.state.arn, "s3:PutBucketTagging");
    const encryption = { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } };
    const settings = [
      await create("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", {
        bucket: bucket.id,
        rules: [rule],
      }),
      await create("aws:s3/bucketNotification:BucketNotification", { bucket: bucket.id, eventbridge: true }),
      await create("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
        bucket: bucket.id,
        blockPublicAcls: true,
      }),
      await create("aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration", {
        bucket: bucket.id,
        rules: [encryption],
      }),
      await create("aws:s3/bucketPolicy:BucketPolicy", { bucket: bucket.id, policy }),
    ];
    expect(call("s3", "GetBucketLifecycleConfiguration", { Bucket: bucket.id })).toMatchObject({
      Rules: [{ ID: "old", Status: "Enabled", Expiration: { Days: 7 } }],
    });
    expect(call("s3", "GetBucketNotificationConfiguration", { Bucket: bucket.id })).toMatchObject({
      EventBridgeConfiguration: {},
    });
    expect(call("s3", "GetPublicAccessBlock", { Bucket: bucket.id })).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, BlockPublicPolicy: false },
    });
    expect(call("s3", "GetBucketPolicy", { Bucket: bucket.id })).toMatchObject({ Policy: policy });
    call("s3", "PutObject", { Bucket: bucket.id, Key: "left/behind", Body: "" });
    for (const setting of settings.reverse()) await setting.remove();
    await bucket.remove();
    expect(() => call("s3", "HeadBucket", { Bucket: bucket.id })).toThrow();
  });

  it("create a topic with a policy and a subscription that has a dead-letter queue", async () => {
    const queue = await create("aws:sqs/queue:Queue", {});
    const topic = await create("aws:sns/topic:Topic", {});
    const policy = policyOn(topic.state.arn, "sns:Publish");
    await create("aws:sns/topicPolicy:TopicPolicy", { arn: topic.state.arn, policy });
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: queue.state.arn });
    const subscription = await create("aws:sns/topicSubscription:TopicSubscription", {
      topic: topic.state.arn,
      protocol: "sqs",
      endpoint: queue.state.arn,
      rawMessageDelivery: true,
      redrivePolicy,
    });
    expect(call("sns", "GetSubscriptionAttributes", { SubscriptionArn: subscription.id }).Attributes).toMatchObject({
      RawMessageDelivery: "true",
      RedrivePolicy: redrivePolicy,
    });
    expect(call("sns", "GetTopicAttributes", { TopicArn: topic.id }).Attributes).toMatchObject({ Policy: policy });
    await subscription.remove();
    await topic.remove();
    expect(() => call("sns", "GetTopicAttributes", { TopicArn: topic.id })).toThrow("does not exist");
  });

  it("create FIFO queues under names that end so, and redrive policies", async () => {
    const dead = await create("aws:sqs/queue:Queue", { fifoQueue: true, contentBasedDeduplication: false });
    expect(dead.state.name).toMatch(/^test-one-[0-9a-f]{7}\.fifo$/);
    const queue = await create("aws:sqs/queue:Queue", { name: "orders.fifo", fifoQueue: true });
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: dead.state.arn, maxReceiveCount: 2 });
    await create("aws:sqs/redrivePolicy:RedrivePolicy", { queueUrl: queue.id, redrivePolicy });
    expect(call("sqs", "GetQueueAttributes", { QueueUrl: queue.id, AttributeNames: ["All"] }).Attributes).toMatchObject(
      { FifoQueue: "true", RedrivePolicy: redrivePolicy },
    );
    await create("aws:sqs/queue:Queue", { name: "standard", fifoQueue: false });
  });

  it("create a table with its stream, and forget what a test wrote", async () => {
    const table = await create("aws:dynamodb/table:Table", {
      attributes: [{ name: "order", type: "S" }],
      billingMode: "PAY_PER_REQUEST",
      hashKey: "order",
      streamEnabled: true,
      streamViewType: "NEW_IMAGE",
      ttl: { attributeName: "expiration", enabled: true },
    });
    expect(table.state.streamArn).toMatch(/^arn:aws:dynamodb:.*:table\/test-one-[0-9a-f]{7}\/stream\//);
    const written = new WrittenItems(clients.dynamoDb);
    await written.put(table.id, [{ order: "o-1", keyed: true }, { order: "o-2" }]);
    expect(call("dynamodb", "Scan", { TableName: table.id })).toMatchObject({ Count: 2 });
    await written.remove();
    expect(call("dynamodb", "Scan", { TableName: table.id })).toMatchObject({ Count: 0 });
    await table.remove();
  });

  it("create a stream that keeps its records longer", async () => {
    const stream = await create("aws:kinesis/stream:Stream", { shardCount: 1, retentionPeriod: 168 });
    expect(call("kinesis", "DescribeStreamSummary", { StreamARN: stream.id })).toMatchObject({
      StreamDescriptionSummary: { RetentionPeriodHours: 168, StreamName: stream.state.name },
    });
    await stream.remove();
  });

  it("name the value of an argument that would keep a test's table alive", async () => {
    await expect(
      create("aws:dynamodb/table:Table", { attributes: [], hashKey: "id", deletionProtectionEnabled: true }),
    ).rejects.toThrow("[deletionProtectionEnabled] must be false here, got true");
  });
});
