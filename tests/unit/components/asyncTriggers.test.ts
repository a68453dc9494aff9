// What invokes an AsyncFunction: events, topics, buckets and schedules, each with its dead letters.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AsyncFunction, type AsyncFunctionArgs } from "../../../components/asyncFunction";
import { ErrorSpool } from "../../../components/errorSpool";
import { MockedProgram, outputValue } from "./mockedProgram";

// A closure cannot be serialized in a vitest worker.
vi.mock("../../../packaging/packageClosure", () => ({
  packageClosure: () => ({ archive: new pulumi.asset.AssetArchive({}), handler: "__index.handler" }),
}));

const permission = "aws:lambda/permission:Permission";
const rule = "aws:cloudwatch/eventRule:EventRule";
const eventTarget = "aws:cloudwatch/eventTarget:EventTarget";
const subscription = "aws:sns/topicSubscription:TopicSubscription";
const notification = "aws:s3/bucketNotification:BucketNotification";
const schedule = "aws:scheduler/schedule:Schedule";
const spoolArn = "arn:aws:sqs:eu-west-1:123456789012:spool";
const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:notify";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

function notify(args: Partial<AsyncFunctionArgs> = {}) {
  return new AsyncFunction("notify", { spool: new ErrorSpool("spool"), callback: () => "sent", ...args });
}

const allow = (action: string, resource: string) => ({ Effect: "Allow", Action: action, Resource: resource });

describe("an event trigger", () => {
  it("is a rule whose name the spool's policy knows, and whose dead letters go to the spool", async () => {
    const { replay } = notify({ triggers: [{ eventPattern: { source: ["shop.orders"] } }] });
    expect(await program.inputs(rule, "notify-trigger-0")).toEqual({
      namePrefix: "spool-",
      description: "Invokes notify-trigger-0",
      eventPattern: '{"source":["shop.orders"]}',
    });
    expect(await program.inputs(eventTarget, "notify-trigger-0-target")).toEqual({
      rule: "notify-trigger-0",
      arn: functionArn,
      deadLetterConfig: { arn: spoolArn },
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    });
    expect(await program.inputs(permission, "notify-trigger-0-permission")).toEqual({
      action: "lambda:InvokeFunction",
      function: "notify",
      principal: "events.amazonaws.com",
      sourceArn: "arn:aws:events:eu-west-1:123456789012:rule/notify-trigger-0",
    });
    expect(await outputValue(pulumi.all([...replay.origins]))).toEqual([
      functionArn,
      "arn:aws:events:eu-west-1:123456789012:rule/notify-trigger-0",
    ]);
  });

  it("listens to a bus of one's own, and gives up when told to", async () => {
    const eventBus = new aws.cloudwatch.EventBus("orders");
    notify({
      triggers: [
        {
          eventPattern: pulumi.output({ source: ["shop"] }),
          eventBus,
          deliveryAge: "1 hour",
          deliveryRetries: 3,
          name: "orders",
        },
      ],
    });
    expect(await program.inputs(rule, "notify-orders")).toMatchObject({ eventBusName: "orders" });
    expect(await program.inputs(eventTarget, "notify-orders-target")).toMatchObject({
      eventBusName: "orders",
      retryPolicy: { maximumEventAgeInSeconds: 3_600, maximumRetryAttempts: 3 },
    });
  });
});

describe("a topic trigger", () => {
  it("is a subscription whose dead letters go to the spool", async () => {
    const { replay } = notify({
      triggers: [{ topic: new aws.sns.Topic("refunds"), filterPolicy: { kind: ["refund"] } }],
    });
    expect(await program.inputs(subscription, "notify-trigger-0")).toEqual({
      topic: "arn:aws:sns:eu-west-1:123456789012:refunds",
      protocol: "lambda",
      endpoint: functionArn,
      redrivePolicy: `{"deadLetterTargetArn":"${spoolArn}"}`,
      filterPolicy: '{"kind":["refund"]}',
      filterPolicyScope: "MessageAttributes",
    });
    expect(await program.inputs(permission, "notify-trigger-0-permission")).toMatchObject({
      principal: "sns.amazonaws.com",
      sourceArn: "arn:aws:sns:eu-west-1:123456789012:refunds",
    });
    expect((await outputValue(pulumi.all([...replay.origins])))[1]).toBe(
      "arn:aws:sns:eu-west-1:123456789012:topic:notify-trigger-0",
    );
  });
});

describe("a bucket trigger", () => {
  it("shares the bucket's one notification with the others of that bucket", async () => {
    const bucket = new aws.s3.Bucket("uploads");
    notify({
      triggers: [
        { bucket, events: ["s3:ObjectCreated:*"], suffix: ".pdf" },
        { bucket, events: ["s3:ObjectRemoved:Delete"], prefix: "in/" },
        { bucket: "arn:aws:s3:::archive", events: ["s3:ObjectRestore:Completed"] },
      ],
    });
    expect((await program.all(notification)).map(({ name }) => name).sort()).toEqual([
      "notify-trigger-0",
      "notify-trigger-2",
      "spool-payloads-notification",
    ]);
    expect(await program.inputs(notification, "notify-trigger-0")).toEqual({
      bucket: "uploads",
      lambdaFunctions: [
        { lambdaFunctionArn: functionArn, events: ["s3:ObjectCreated:*"], filterSuffix: ".pdf" },
        { lambdaFunctionArn: functionArn, events: ["s3:ObjectRemoved:Delete"], filterPrefix: "in/" },
      ],
    });
    expect(await program.inputs(notification, "notify-trigger-2")).toMatchObject({ bucket: "archive" });
    expect(await program.inputs(permission, "notify-trigger-0-permission")).toMatchObject({
      principal: "s3.amazonaws.com",
      sourceArn: "arn:aws:s3:::uploads",
      sourceAccount: "123456789012",
    });
  });

  it("refuses a bucket whose notifications another function has", () => {
    const bucket = new aws.s3.Bucket("uploads");
    const triggers = [{ bucket, events: ["s3:ObjectCreated:*"] }];
    const spool = new ErrorSpool("spool");
    notify({ spool, triggers });
    expect(() => new AsyncFunction("index", { spool, callback: () => 0, triggers })).toThrow(
      new Error(
        '[triggers.0.bucket] must be a bucket whose notifications no other function has, got one that notifies "notify": let S3 send to EventBridge and use [eventPattern]',
      ),
    );
  });
});

describe("a schedule trigger", () => {
  it("is a schedule with a role that may invoke the function and write its dead letters to the spool", async () => {
    const { replay } = notify({ triggers: [{ schedule: "rate(1 hour)", input: { full: true }, name: "hourly" }] });
    expect(await program.inputs(schedule, "notify-hourly")).toEqual({
      scheduleExpression: "rate(1 hour)",
      scheduleExpressionTimezone: "UTC",
      flexibleTimeWindow: { mode: "OFF" },
      target: {
        arn: functionArn,
        roleArn: "arn:aws:iam::123456789012:role/notify-hourly-role",
        input: '{"full":true}',
        deadLetterConfig: { arn: spoolArn },
        retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
      },
    });
    expect(await program.statements("notify-hourly-policy")).toEqual([
      allow("lambda:InvokeFunction", functionArn),
      allow("sqs:SendMessage", spoolArn),
    ]);
    const { assumeRolePolicy } = await program.inputs("aws:iam/role:Role", "notify-hourly-role");
    expect(JSON.parse(String(assumeRolePolicy)).Statement).toEqual([
      { Effect: "Allow", Principal: { Service: "scheduler.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
    expect((await outputValue(pulumi.all([...replay.origins])))[1]).toBe(
      "arn:aws:scheduler:eu-west-1:123456789012:schedule/default/notify-hourly",
    );
  });
});
