// What a Pulumi program makes of buckets, in a whole account.
import { beforeEach, describe, expect, it } from "vitest";
import { type JsonObject, Simulation } from "../../../../../simulator";

let simulation: Simulation;
const create = (type: string, inputs: object, name = "uploads") =>
  simulation.create({ type, name, inputs: inputs as JsonObject }).state;
const bodies = (queue: JsonObject) => simulation.sqs.messages(String(queue.url)).map(({ body }) => JSON.parse(body));

/** A queue to which S3 may send on a bucket's behalf, unless `principal` is another service. */
function queueFor(bucketArn: unknown, principal = "s3.amazonaws.com", sourceAccount = "123456789012"): JsonObject {
  const queue = create("aws:sqs/queue:Queue", {});
  const Condition = { ArnEquals: { "aws:SourceArn": bucketArn }, StringEquals: { "aws:SourceAccount": sourceAccount } };
  const statement = {
    Effect: "Allow",
    Principal: { Service: principal },
    Action: "sqs:SendMessage",
    Resource: queue.arn,
  };
  const policy = JSON.stringify({ Version: "2012-10-17", Statement: [{ ...statement, Condition }] });
  create("aws:sqs/queuePolicy:QueuePolicy", { queueUrl: queue.url, policy });
  return queue;
}

beforeEach(() => {
  simulation = new Simulation();
});

describe("a bucket", () => {
  it("has a name of its own and the provider's outputs", () => {
    const state = create("aws:s3/bucket:Bucket", { forceDestroy: true, tags: { a: "1" } }, "Uploads");
    const name = String(state.bucket);
    expect(name).toMatch(/^uploads-[0-9a-f]{7}$/);
    expect(state).toMatchObject({
      arn: `arn:aws:s3:::${name}`,
      bucketDomainName: `${name}.s3.amazonaws.com`,
      bucketRegionalDomainName: `${name}.s3.eu-central-1.amazonaws.com`,
      region: "eu-central-1",
      tagsAll: { a: "1" },
    });
    expect(create("aws:s3/bucketV2:BucketV2", { bucket: "named" }).arn).toBe("arn:aws:s3:::named");
    expect(() => create("aws:s3/bucketV2:BucketV2", { bucket: "named" }, "again")).toThrow("you already own it");
  });

  it("takes its settings as resources of their own", () => {
    const { bucket } = create("aws:s3/bucket:Bucket", {});
    create("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
    });
    create("aws:s3/bucketOwnershipControls:BucketOwnershipControls", {
      bucket,
      rule: { objectOwnership: "BucketOwnerEnforced" },
    });
    create("aws:s3/bucketVersioning:BucketVersioning", { bucket, versioningConfiguration: { status: "Suspended" } });
    const rule = {
      id: "old",
      status: "Enabled",
      filter: { prefix: "a/" },
      expiration: { days: 30 },
      abortIncompleteMultipartUpload: { daysAfterInitiation: 1 },
    };
    create("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration", { bucket, rules: [rule] });
    const call = (action: string) => simulation.call("s3", action, { Bucket: String(bucket) });
    expect(call("GetBucketLifecycleConfiguration")).toMatchObject({
      Rules: [{ ID: "old", Status: "Enabled", Filter: { Prefix: "a/" }, Expiration: { Days: 30 } }],
    });
    expect(call("GetPublicAccessBlock")).toMatchObject({
      PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: false },
    });
    expect(call("GetBucketVersioning")).toEqual({ Status: "Suspended" });
    expect(() =>
      create("aws:s3/bucketVersioning:BucketVersioning", { bucket, versioningConfiguration: { status: "Enabled" } }),
    ).toThrow('the simulator\'s S3 does not have [Status] "Enabled"; it has buckets without versions: Suspended');
    expect(() => create("aws:s3/bucket:Bucket", { website: {} }, "w")).toThrow("does not know the argument website");
    expect(() =>
      create("aws:s3/bucketOwnershipControls:BucketOwnershipControls", { bucket: "none", rule: {} }),
    ).toThrow("The specified bucket does not exist");
  });

  it("takes the older inline settings", () => {
    const lifecycleRules = [
      { enabled: true, prefix: "a/", expiration: { days: 1 }, abortIncompleteMultipartUploadDays: 2 },
    ];
    const { bucket } = create("aws:s3/bucket:Bucket", {
      lifecycleRules,
      acl: "private",
      versioning: { enabled: false },
    });
    create("aws:s3/bucketObject:BucketObject", { bucket, key: "a/1", content: "x" });
    simulation.runFor(3 * 86_400_000);
    expect(simulation.s3.contents(String(bucket)).size).toBe(0);
  });

  it("holds objects of the program", () => {
    const { bucket } = create("aws:s3/bucket:Bucket", {});
    const inputs = {
      bucket,
      key: "config.json",
      content: '{"a":1}',
      contentType: "application/json",
      metadata: { by: "me" },
    };
    const state = create("aws:s3/bucketObjectv2:BucketObjectv2", inputs);
    expect(state).toMatchObject({
      arn: `arn:aws:s3:::${bucket}/config.json`,
      etag: expect.stringMatching(/^[0-9a-f]{32}$/),
    });
    const got = simulation.call("s3", "GetObject", { Bucket: String(bucket), Key: "config.json" });
    expect(got).toMatchObject({ Body: '{"a":1}', ContentType: "application/json", Metadata: { by: "me" } });
  });
});

describe("a bucket's notifications", () => {
  it("reach a queue whose policy allows it for this bucket", () => {
    const { bucket, arn } = create("aws:s3/bucket:Bucket", {});
    const queue = queueFor(arn);
    const queues = [{ queueArn: queue.arn, events: ["s3:ObjectCreated:*"], filterPrefix: "in/" }];
    create("aws:s3/bucketNotification:BucketNotification", { bucket, queues });
    simulation.call("s3", "PutObject", { Bucket: String(bucket), Key: "in/1", Body: "x" });
    simulation.runUntilQuiet();
    const [test, created] = bodies(queue);
    expect(test).toMatchObject({ Event: "s3:TestEvent", Bucket: bucket });
    expect(created.Records[0].s3).toMatchObject({ bucket: { arn }, object: { key: "in/1" } });
  });

  it("are refused when the queue's policy is for another service, bucket or account", () => {
    const { bucket, arn } = create("aws:s3/bucket:Bucket", {});
    for (const given of [
      [arn, "sns.amazonaws.com"],
      ["arn:aws:s3:::other", "s3.amazonaws.com"],
      [arn, "s3.amazonaws.com", "999999999999"],
    ] as [unknown, string, string?][]) {
      simulation = new Simulation();
      create("aws:s3/bucket:Bucket", { bucket });
      const queue = queueFor(...given);
      const queues = [{ queueArn: queue.arn, events: ["s3:ObjectCreated:*"] }];
      expect(() => create("aws:s3/bucketNotification:BucketNotification", { bucket, queues })).toThrow(
        "Unable to validate the following destination configurations",
      );
    }
  });

  it("go through a rule to a queue", () => {
    const { bucket, arn } = create("aws:s3/bucket:Bucket", {});
    create("aws:s3/bucketNotification:BucketNotification", { bucket, eventbridge: true });
    const eventPattern = {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [bucket] }, object: { key: [{ prefix: "aws/lambda/" }] } },
    };
    const rule = create("aws:cloudwatch/eventRule:EventRule", { eventPattern: JSON.stringify(eventPattern) });
    const queue = queueFor(rule.arn, "events.amazonaws.com");
    create("aws:cloudwatch/eventTarget:EventTarget", { rule: rule.name, arn: queue.arn });
    for (const Key of ["aws/lambda/1", "other/1"]) {
      simulation.call("s3", "PutObject", { Bucket: String(bucket), Key, Body: "x" });
    }
    simulation.runUntilQuiet();
    expect(bodies(queue)).toHaveLength(1);
    expect(bodies(queue)[0]).toMatchObject({ resources: [arn], detail: { reason: "PutObject" } });
  });
});
