// AsyncFunction: what becomes of events that fail, what its role may do, and what it refuses.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AsyncFunction, type AsyncFunctionArgs } from "../../../components/asyncFunction";
import { ErrorSpool } from "../../../components/errorSpool";
import type { ReplaySource } from "../../../components/replaySource";
import { MockedProgram, outputValue } from "./mockedProgram";

// A closure cannot be serialized in a vitest worker.
vi.mock("../../../packaging/packageClosure", () => ({
  packageClosure: () => ({ archive: new pulumi.asset.AssetArchive({}), handler: "__index.handler" }),
}));

const invokeConfig = "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig";
const eventTarget = "aws:cloudwatch/eventTarget:EventTarget";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const spoolArn = "arn:aws:sqs:eu-west-1:123456789012:spool";
const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:notify";
const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

function notify(args: Partial<AsyncFunctionArgs> = {}) {
  return new AsyncFunction("notify", { spool: new ErrorSpool("spool"), callback: () => "sent", ...args });
}

const allow = (action: string, resource: string) => ({ Effect: "Allow", Action: action, Resource: resource });

describe("an asynchronous function", () => {
  it("is tried three times within six hours, then its events go to the spool", async () => {
    notify();
    expect(await program.inputs(invokeConfig, "notify-invocation")).toEqual({
      functionName: "notify",
      maximumRetryAttempts: 2,
      maximumEventAgeInSeconds: 21_600,
      destinationConfig: { onFailure: { destination: spoolArn } },
    });
  });

  it("may write to the spool, and what its own permissions say", async () => {
    notify({ permissions: [{ actions: ["ses:SendEmail"], resources: ["*"] }] });
    expect(await program.ownStatements("notify")).toEqual([
      allow("ses:SendEmail", "*"),
      allow("sqs:SendMessage", spoolArn),
    ]);
  });

  it("may use the key of a spool that has one", async () => {
    notify({ spool: new ErrorSpool("spool", { kmsKeyArn }) });
    expect(await program.ownStatements("notify")).toEqual([
      allow("sqs:SendMessage", spoolArn),
      { Effect: "Allow", Action: ["kms:Decrypt", "kms:GenerateDataKey"], Resource: kmsKeyArn },
    ]);
  });

  it("takes other limits", async () => {
    notify({ retries: 0, maximumEventAge: pulumi.output("60 seconds") });
    expect(await program.inputs(invokeConfig, "notify-invocation")).toMatchObject({
      maximumRetryAttempts: 0,
      maximumEventAgeInSeconds: 60,
    });
  });

  it("runs its handler in the middleware, which is told how to be idempotent", async () => {
    notify({
      namespace: "Bookshop",
      idempotency: {
        config: pulumi.output({ tableName: "results", expiresAfterSeconds: 86_400 }),
        statements: [{ actions: ["dynamodb:PutItem"], resources: ["arn:results"] }],
      },
    });
    const { environment } = await program.inputs("aws:lambda/function:Function", "notify");
    const { variables } = environment as { variables: Record<string, string> };
    expect(JSON.parse(String(variables.RESPOOL_MIDDLEWARE))).toEqual({
      service: "notify",
      source: "notify",
      namespace: "Bookshop",
      idempotency: { tableName: "results", expiresAfterSeconds: 86_400 },
    });
    expect(await program.ownStatements("notify")).toContainEqual(allow("dynamodb:PutItem", "arn:results"));
  });

  it("is replayed by invoking it, for at most as long as it may take", async () => {
    const { replay, source } = notify({ timeout: "2 minutes", source: "notifications" });
    expect(source).toBe("notifications");
    expect(await outputValue(replay.functionArn ?? "")).toBe(functionArn);
    expect(await outputValue(replay.functionTimeoutSeconds ?? 0)).toBe(120);
    expect(await outputValue(pulumi.all([...replay.origins]))).toEqual([functionArn]);
  });

  it("infers its event from its handler, and is a source of replays whatever that is", () => {
    const typed: ReplaySource = new AsyncFunction("typed", {
      spool: new ErrorSpool("other"),
      callbackFactory: () => async (event: { readonly id: string }) => event.id,
    });
    expect(typed.source).toBe("typed");
  });

  it("opens its resources to transform", async () => {
    notify({
      transform: {
        function: { ephemeralStorage: { size: 1_024 } },
        invokeConfig: { qualifier: "live" },
        alarms: { errors: { evaluationPeriods: 2 } },
      },
    });
    expect(await program.inputs("aws:lambda/function:Function", "notify")).toMatchObject({
      ephemeralStorage: { size: 1_024 },
    });
    expect(await program.inputs(invokeConfig, "notify-invocation")).toMatchObject({ qualifier: "live" });
    expect(await program.inputs(alarm, "notify-errors")).toMatchObject({ evaluationPeriods: 2 });
  });
});

describe("destinations", () => {
  it.each([
    ["a queue", () => new aws.sqs.Queue("done"), "sqs:SendMessage", "arn:aws:sqs:eu-west-1:123456789012:done"],
    ["a topic", () => new aws.sns.Topic("done"), "sns:Publish", "arn:aws:sns:eu-west-1:123456789012:done"],
    [
      "an event bus",
      () => new aws.cloudwatch.EventBus("done"),
      "events:PutEvents",
      "arn:aws:events:eu-west-1:123456789012:event-bus/done",
    ],
    [
      "a function",
      () => "arn:aws:lambda:eu-west-1:123456789012:function:done",
      "lambda:InvokeFunction",
      "arn:aws:lambda:eu-west-1:123456789012:function:done",
    ],
  ])("of success may be %s, and the role may send there", async (_, destination, action, arn) => {
    notify({ onSuccess: destination() });
    expect((await program.inputs(invokeConfig, "notify-invocation")).destinationConfig).toEqual({
      onFailure: { destination: spoolArn },
      onSuccess: { destination: arn },
    });
    expect(await program.ownStatements("notify")).toEqual([allow("sqs:SendMessage", spoolArn), allow(action, arn)]);
  });

  it("of failures may be elsewhere: the role may not write to the spool, and what triggers do not deliver still goes there", async () => {
    const topicArn = "arn:aws:sns:eu-west-1:123456789012:failures";
    const { replay } = notify({ onFailure: topicArn, triggers: [{ eventPattern: { source: ["shop"] } }] });
    expect(await program.ownStatements("notify")).toEqual([allow("sns:Publish", topicArn)]);
    expect(await program.inputs(eventTarget, "notify-trigger-0-target")).toMatchObject({
      deadLetterConfig: { arn: spoolArn },
    });
    expect(replay.origins).toHaveLength(2);
  });
});

describe("the alarms of an asynchronous function", () => {
  const metrics = async () =>
    (await program.all(alarm))
      .filter(({ name }) => name.startsWith("notify"))
      .map(({ name, inputs }) => [name, inputs.metricName, inputs.threshold, inputs.evaluationPeriods])
      .sort();

  it("watch attempts, throttles, events given up, and destinations", async () => {
    const operators = "arn:aws:sns:eu-west-1:123456789012:operators";
    notify({ alarmActions: [operators] });
    expect(await metrics()).toEqual([
      ["notify-delivery-failures", "DestinationDeliveryFailures", 1, 1],
      ["notify-errors", "Errors", 1, 1],
      ["notify-events-dropped", "AsyncEventsDropped", 1, 1],
      ["notify-throttles", "Throttles", 1, 3],
    ]);
    expect(await program.inputs(alarm, "notify-delivery-failures")).toMatchObject({
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: "notify" },
      statistic: "Sum",
      period: 300,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      treatMissingData: "notBreaching",
      alarmActions: [operators],
    });
  });

  it("go off where the program says, or not at all", async () => {
    notify({ alarms: { errors: 20, throttles: false } });
    expect((await metrics()).map(([name, , threshold]) => [name, threshold])).toEqual([
      ["notify-delivery-failures", 1],
      ["notify-errors", 20],
      ["notify-events-dropped", 1],
    ]);
    new AsyncFunction("quiet", { spool: new ErrorSpool("other"), callback: () => 0, alarms: false });
    expect((await program.all(alarm)).filter(({ name }) => name.startsWith("quiet"))).toEqual([]);
  });
});

describe("arguments of an asynchronous function", () => {
  const pattern = { eventPattern: { source: ["shop"] } };

  it.each<[Partial<AsyncFunctionArgs>, string]>([
    [{ retries: 3 }, "[retries] must be a whole number from 0 to 2, got 3"],
    [{ maximumEventAge: "59 seconds" }, `[maximumEventAge] must be from "1 minute" to "6 hours", got "59 seconds"`],
    [{ maximumEventAge: "7 hours" }, `[maximumEventAge] must be from "1 minute" to "6 hours", got "7 hours"`],
    [{ source: "a b" }, `[source] must be 1 to 64 characters of 0-9, A-Z, a-z, ".", "-" and "_", got "a b"`],
    [{ service: "" }, `[service] must be a non-empty string, got ""`],
    [
      { namespace: "AWS/Lambda" },
      `[namespace] must be 1 to 255 characters of 0-9, A-Z, a-z, ".", "-", "_", "/" and "#", not beginning with "AWS/", got "AWS/Lambda"`,
    ],
    [{ alarms: { errors: 0 } }, "[alarms.errors] must be a whole number from 1 to 1000000000, got 0"],
    [
      { onFailure: "arn:aws:sqs:eu-west-1:123456789012:failures.fifo" },
      `[onFailure] must be the ARN of a standard SQS queue, a standard SNS topic, an EventBridge event bus or a Lambda function, got "arn:aws:sqs:eu-west-1:123456789012:failures.fifo"`,
    ],
    [
      { onSuccess: "arn:aws:s3:::done" },
      `[onSuccess] must be the ARN of a standard SQS queue, a standard SNS topic, an EventBridge event bus or a Lambda function, got "arn:aws:s3:::done"`,
    ],
    [
      { triggers: [{ ...pattern, schedule: "rate(1 hour)" }] },
      "[triggers.0] must have exactly one of [eventPattern], [topic], [bucket] and [schedule], got [eventPattern] and [schedule]",
    ],
    [
      {
        triggers: [
          { ...pattern, name: "a" },
          { ...pattern, name: "a" },
        ],
      },
      `[triggers.1.name] must be a name of its own, got "a" twice`,
    ],
    [
      { triggers: [{ eventPattern: {} }] },
      `[triggers.0.eventPattern] must be an event pattern such as { source: ["shop.orders"] }, got {}`,
    ],
    [
      { triggers: [{ eventPattern: { source: ["shop"], detailType: ["OrderPlaced"] } }] },
      `[triggers.0.eventPattern] must name the field "detail-type" as events do, got "detailType"`,
    ],
    [
      { triggers: [{ eventPattern: { source: "shop" } }] },
      `[triggers.0.eventPattern.source] must be a list such as ["shop.orders"], or an object of such lists, got "shop"`,
    ],
    [
      { triggers: [{ eventPattern: { detail: { order: { amount: 5 } } } }] },
      `[triggers.0.eventPattern.detail.order.amount] must be a list such as ["shop.orders"], or an object of such lists, got 5`,
    ],
    [
      { triggers: [{ eventPattern: { source: [], detail: {} } }] },
      `[triggers.0.eventPattern.source] must be a list such as ["shop.orders"], or an object of such lists, got []`,
    ],
    [
      { triggers: [{ eventPattern: { source: pulumi.output(["shop"]) } }] },
      `[triggers.0.eventPattern.source] must be a list such as ["shop.orders"], or an object of such lists, got an Output: let the whole pattern be an Output, pulumi.output({ ... })`,
    ],
    [
      { triggers: [pattern, { ...pattern, deliveryRetries: 186 }] },
      "[triggers.1.deliveryRetries] must be a whole number from 0 to 185, got 186",
    ],
    [
      { triggers: [{ ...pattern, deliveryAge: "2 days" }] },
      `[triggers.0.deliveryAge] must be from "1 minute" to "1 day", got "2 days"`,
    ],
    [
      { triggers: [{ topic: "arn:aws:sns:eu-west-1:123456789012:orders.fifo" }] },
      `[triggers.0.topic] must be a standard SNS topic or its ARN, got "arn:aws:sns:eu-west-1:123456789012:orders.fifo"`,
    ],
    [
      { triggers: [{ bucket: "uploads", events: ["s3:ObjectCreated:*"] }] },
      `[triggers.0.bucket] must be an S3 bucket or its ARN, got "uploads"`,
    ],
    [
      { triggers: [{ bucket: "arn:aws:s3:::uploads", events: [] }] },
      `[triggers.0.events] must hold at least one event such as "s3:ObjectCreated:*", got []`,
    ],
    [
      { triggers: [{ bucket: "arn:aws:s3:::uploads", events: ["ObjectCreated"] }] },
      `[triggers.0.events.0] must be an event of S3 such as "s3:ObjectCreated:*", got "ObjectCreated"`,
    ],
    [
      { triggers: [{ schedule: "hourly" }] },
      `[triggers.0.schedule] must be a schedule such as "rate(1 hour)", "cron(0 6 * * ? *)" or "at(2027-01-01T00:00:00)", got "hourly"`,
    ],
  ])("%j", (args, message) => {
    expect(() => notify(args)).toThrow(new Error(message));
  });

  it("must be a closure: the middleware cannot wrap what is packaged already", () => {
    const code = { archive: new pulumi.asset.AssetArchive({}), handler: "index.handler" };
    const args: object = { spool: new ErrorSpool("spool"), code };
    expect(() => new AsyncFunction("notify", args as AsyncFunctionArgs)).toThrow(
      new Error("exactly one of [callback] and [callbackFactory] must be given, got [code]"),
    );
  });
});
