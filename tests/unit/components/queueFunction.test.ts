// QueueFunction: the queue that it makes or takes, where its dead letters go, and how the function reads it.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ErrorSpool } from "../../../components/errorSpool";
import { QueueFunction, type QueueFunctionArgs } from "../../../components/queueFunction";
import type { ReplaySource } from "../../../components/replaySource";
import { withinSpool } from "../../../components/sourceQueue";
import { MockedProgram, outputValue } from "./mockedProgram";

// A closure cannot be serialized in a vitest worker.
vi.mock("../../../packaging/packageClosure", () => ({
  packageClosure: () => ({ archive: new pulumi.asset.AssetArchive({}), handler: "__index.handler" }),
}));

const queue = "aws:sqs/queue:Queue";
const queuePolicy = "aws:sqs/queuePolicy:QueuePolicy";
const redrivePolicy = "aws:sqs/redrivePolicy:RedrivePolicy";
const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const queueArn = (name: string) => `arn:aws:sqs:eu-west-1:123456789012:${name}`;
const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

function orders(args: Partial<QueueFunctionArgs> = {}, options?: pulumi.ComponentResourceOptions) {
  return new QueueFunction("orders", { spool: new ErrorSpool("spool"), callback: () => "shipped", ...args }, options);
}

const receive = (name: string) => ({
  Effect: "Allow",
  Action: ["sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage"],
  Resource: queueArn(name),
});

describe("the queue of a queue function", () => {
  it("keeps messages for 14 days, encrypted, and gives the spool what was received five times", async () => {
    orders();
    expect(await program.inputs(queue, "orders-queue")).toEqual({
      visibilityTimeoutSeconds: 180,
      messageRetentionSeconds: 1_209_600,
      // 4 KiB less than SQS takes, for the identity that a copy carries.
      maxMessageSize: 1_044_480,
      sqsManagedSseEnabled: true,
      redrivePolicy: `{"deadLetterTargetArn":"${queueArn("spool")}","maxReceiveCount":5}`,
    });
  });

  it("refuses calls without TLS", async () => {
    orders();
    const { policy } = await program.inputs(queuePolicy, "orders-queue-policy");
    expect(JSON.parse(String(policy)).Statement).toEqual([
      {
        Sid: "TlsOnly",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: queueArn("orders-queue"),
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });

  it.each<[string, Partial<QueueFunctionArgs>, number]>([
    ["six times the function's timeout", { timeout: "1 minute" }, 360],
    ["the batching window more", { timeout: "1 minute", batchingWindow: "10 seconds" }, 370],
    ["what an Output comes to", { timeout: pulumi.output("10 seconds" as const) }, 60],
    ["its own time where it has one", { visibilityTimeout: "12 hours" }, 43_200],
  ])("hides a message for %s", async (_, args, seconds) => {
    orders(args);
    expect((await program.inputs(queue, "orders-queue")).visibilityTimeoutSeconds).toBe(seconds);
  });

  it("takes other limits, and a key of one's own", async () => {
    orders({ messageRetention: "4 days", maxReceiveCount: pulumi.output(2), kmsKeyArn });
    const { inputs } = await program.resource(queue, "orders-queue");
    expect(inputs).toMatchObject({
      messageRetentionSeconds: 345_600,
      redrivePolicy: `{"deadLetterTargetArn":"${queueArn("spool")}","maxReceiveCount":2}`,
      kmsMasterKeyId: kmsKeyArn,
    });
    expect(inputs).not.toHaveProperty("sqsManagedSseEnabled");
    expect(await program.ownStatements("orders")).toEqual([
      receive("orders-queue"),
      { Effect: "Allow", Action: "kms:Decrypt", Resource: kmsKeyArn },
    ]);
  });
});

describe("how long a queue keeps messages", () => {
  it.each<[string, Partial<QueueFunctionArgs>, number]>([
    ["as long as the spool, where dead letters keep their age", {}, 604_800],
    ["as long as SQS can where it is FIFO, whose dead letters begin anew", { fifo: true }, 1_209_600],
    ["as it is told", { messageRetention: "7 days" }, 604_800],
    ["as a FIFO queue is told", { fifo: true, messageRetention: "14 days" }, 1_209_600],
  ])("is %s", async (_, args, seconds) => {
    orders({ spool: new ErrorSpool("spool", { retention: "7 days" }), ...args });
    expect((await program.inputs(queue, "orders-queue")).messageRetentionSeconds).toBe(seconds);
  });

  it("is never longer than the spool does", () => {
    expect(() => withinSpool(691_200, 604_800)).toThrow(
      new Error(
        `[messageRetention] must be at most the [retention] of the spool, "7 days", since dead letters keep their age there, got "8 days"`,
      ),
    );
  });
});

describe("a key of one's own", () => {
  it.each<[string, Partial<QueueFunctionArgs>]>([
    ["a standard queue", {}],
    ["a FIFO queue", { fifo: true }],
    ["a queue that exists already", { queue: queueArn("old") }],
  ])("of %s is known to those who handle its dead letters", async (_, args) => {
    const { replay } = orders({ ...args, kmsKeyArn });
    expect(await outputValue(pulumi.all([...(replay.kmsKeyArns ?? [])]))).toEqual([kmsKeyArn]);
    expect(await program.ownStatements("orders")).toContainEqual({
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: kmsKeyArn,
    });
  });

  it("encrypts a FIFO queue", async () => {
    orders({ fifo: true, kmsKeyArn });
    expect(await program.inputs(queue, "orders-queue")).toMatchObject({ fifoQueue: true, kmsMasterKeyId: kmsKeyArn });
  });
});

describe("a queue function", () => {
  it("gets up to ten messages at once and reports which of them failed", async () => {
    orders();
    expect(await program.inputs(mapping, "orders-mapping")).toEqual({
      eventSourceArn: queueArn("orders-queue"),
      functionName: "orders",
      batchSize: 10,
      maximumBatchingWindowInSeconds: 0,
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
  });

  it("takes larger batches, a cap on concurrency and a filter", async () => {
    orders({
      batchSize: 10_000,
      batchingWindow: "5 minutes",
      maximumConcurrency: pulumi.output(2),
      filter: [{ body: { kind: ["refund"] } }],
    });
    expect(await program.inputs(mapping, "orders-mapping")).toMatchObject({
      batchSize: 10_000,
      maximumBatchingWindowInSeconds: 300,
      scalingConfig: { maximumConcurrency: 2 },
      filterCriteria: { filters: [{ pattern: '{"body":{"kind":["refund"]}}' }] },
    });
  });

  it("may receive from its queue and nothing else", async () => {
    orders();
    expect(await program.ownStatements("orders")).toEqual([receive("orders-queue")]);
    expect(await program.middleware("orders")).toEqual({ service: "orders", source: "orders", fifo: false });
  });

  it("infers its message from its handler, and is a source of replays whatever that is", () => {
    const typed: ReplaySource = new QueueFunction("typed", {
      spool: new ErrorSpool("other"),
      callback: async (message: { readonly body: { readonly id: string } }) => message.body.id,
    });
    expect(typed.source).toBe("typed");
  });

  it("is replayed by invoking it, with what the queue gave the spool", async () => {
    const { replay } = orders();
    expect(await outputValue(replay.functionArn ?? "")).toBe("arn:aws:lambda:eu-west-1:123456789012:function:orders");
    expect(await outputValue(replay.functionTimeoutSeconds ?? 0)).toBe(30);
    expect(await outputValue(pulumi.all([...replay.origins]))).toEqual([queueArn("orders-queue")]);
    expect(replay).not.toHaveProperty("deadLetterQueue");
    expect(replay).not.toHaveProperty("returnQueue");
  });
});

describe("a FIFO queue", () => {
  it("has a protected FIFO dead-letter queue of its own", async () => {
    const seen: (boolean | undefined)[] = [];
    const deadLetterQueue = (_: object, { protect }: pulumi.CustomResourceOptions) => void seen.push(protect);
    orders({ fifo: true, transform: { deadLetterQueue } });
    expect(await program.inputs(queue, "orders-queue")).toMatchObject({
      fifoQueue: true,
      contentBasedDeduplication: false,
      redrivePolicy: `{"deadLetterTargetArn":"${queueArn("orders-dead-letters.fifo")}","maxReceiveCount":5}`,
    });
    expect(await program.inputs(queue, "orders-dead-letters")).toEqual({
      fifoQueue: true,
      messageRetentionSeconds: 1_209_600,
      maxMessageSize: 1_048_576,
      sqsManagedSseEnabled: true,
    });
    const { policy } = await program.inputs(queuePolicy, "orders-dead-letters-policy");
    expect(JSON.parse(String(policy)).Statement[0].Resource).toBe(queueArn("orders-dead-letters.fifo"));
    expect(seen).toEqual([true]);
  });

  it("may be left unprotected", () => {
    const seen: (boolean | undefined)[] = [];
    const deadLetterQueue = (_: object, { protect }: pulumi.CustomResourceOptions) => void seen.push(protect);
    orders({ fifo: true, transform: { deadLetterQueue } }, { protect: false });
    expect(seen).toEqual([false]);
  });

  it("is read without a batching window, and its middleware stops at a failure", async () => {
    orders({ fifo: true });
    expect(await program.inputs(mapping, "orders-mapping")).not.toHaveProperty("maximumBatchingWindowInSeconds");
    expect(await program.middleware("orders")).toEqual({ service: "orders", source: "orders", fifo: true });
  });

  it("has its dead letters sent back to it", async () => {
    const { replay } = orders({ fifo: true, contentBasedDeduplication: true });
    expect(await program.inputs(queue, "orders-queue")).toMatchObject({ contentBasedDeduplication: true });
    expect(await outputValue(pulumi.all([...replay.origins]))).toEqual([queueArn("orders-queue.fifo")]);
    expect(await outputValue(replay.deadLetterQueue?.arn ?? "")).toBe(queueArn("orders-dead-letters.fifo"));
    expect(await outputValue(replay.returnQueue?.arn ?? "")).toBe(queueArn("orders-queue.fifo"));
    expect(replay).not.toHaveProperty("functionArn");
  });
});

describe("a queue that exists already", () => {
  it.each<[string, () => NonNullable<QueueFunctionArgs["queue"]>]>([
    ["a resource", () => new aws.sqs.Queue("old")],
    ["an ARN", () => queueArn("old")],
    ["an ARN that is not known yet", () => pulumi.output(queueArn("old"))],
  ])("may be %s; only its redrive policy is set", async (_, existing) => {
    const component = orders({ queue: existing() });
    expect((await program.all(queue)).map(({ name }) => name)).not.toContain("orders-queue");
    expect(await program.inputs(redrivePolicy, "orders-redrive")).toEqual({
      queueUrl: "https://sqs.eu-west-1.amazonaws.com/123456789012/old",
      redrivePolicy: `{"deadLetterTargetArn":"${queueArn("spool")}","maxReceiveCount":5}`,
    });
    expect(await program.inputs(mapping, "orders-mapping")).toMatchObject({ eventSourceArn: queueArn("old") });
    expect(await program.ownStatements("orders")).toEqual([receive("old")]);
    expect(await outputValue(component.queue.name)).toBe("old");
  });

  it("may be FIFO, with a FIFO dead-letter queue made for it", async () => {
    orders({ queue: queueArn("old.fifo"), fifo: true });
    expect((await program.inputs(redrivePolicy, "orders-redrive")).redrivePolicy).toBe(
      `{"deadLetterTargetArn":"${queueArn("orders-dead-letters.fifo")}","maxReceiveCount":5}`,
    );
  });
});

describe("the alarms of a queue function", () => {
  const ours = async () =>
    (await program.all(alarm))
      .filter(({ name }) => name.startsWith("orders"))
      .map(({ name, inputs }) => [name, inputs.metricName, inputs.threshold])
      .sort();

  it("watch attempts, and messages that nobody came to within four visibility timeouts", async () => {
    orders();
    expect(await ours()).toEqual([
      ["orders-age", "ApproximateAgeOfOldestMessage", 720],
      ["orders-errors", "Errors", 1],
    ]);
    expect(await program.inputs(alarm, "orders-age")).toMatchObject({
      namespace: "AWS/SQS",
      dimensions: { QueueName: "orders-queue" },
      statistic: "Maximum",
      treatMissingData: "ignore",
      alarmDescription: "The oldest message has waited for 12 minutes: the function does not keep up, or does not run.",
    });
  });

  it("watch depth and age of a FIFO dead-letter queue, too", async () => {
    orders({ fifo: true });
    expect((await ours()).slice(1, 3)).toEqual([
      ["orders-dead-letter-age", "ApproximateAgeOfOldestMessage", 864_000],
      ["orders-dead-letters", undefined, 1],
    ]);
    const { metricQueries } = await program.inputs(alarm, "orders-dead-letters");
    expect((metricQueries as { metric?: object }[])[1]?.metric).toMatchObject({
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: "orders-dead-letters.fifo" },
    });
  });

  it("go off where the program says, or not at all", async () => {
    orders({ fifo: true, alarms: { errors: false, age: "1 hour", deadLetters: 10, deadLetterAge: "1 day" } });
    expect((await ours()).map(([name, , threshold]) => [name, threshold])).toEqual([
      ["orders-age", 3_600],
      ["orders-dead-letter-age", 86_400],
      ["orders-dead-letters", 10],
    ]);
    new QueueFunction("quiet", { spool: new ErrorSpool("other"), callback: () => 0, alarms: false });
    expect((await program.all(alarm)).filter(({ name }) => name.startsWith("quiet"))).toEqual([]);
  });
});

describe("arguments of a queue function", () => {
  it.each<[Partial<QueueFunctionArgs>, string]>([
    [{ batchSize: 11 }, `[batchSize] must be at most 10 without a [batchingWindow] of at least "1 second", got 11`],
    [{ batchSize: 0 }, "[batchSize] must be a whole number from 1 to 10000, got 0"],
    [
      { batchSize: 10_001, batchingWindow: "1 second" },
      "[batchSize] must be a whole number from 1 to 10000, got 10001",
    ],
    [{ fifo: true, batchSize: 11 }, "[batchSize] must be a whole number from 1 to 10, got 11"],
    [
      { fifo: true, batchingWindow: "1 second" },
      `[batchingWindow] must be "0 seconds" for a FIFO queue, got "1 second"`,
    ],
    [{ batchingWindow: "6 minutes" }, `[batchingWindow] must be from "0 seconds" to "5 minutes", got "6 minutes"`],
    [{ maximumConcurrency: 1 }, "[maximumConcurrency] must be a whole number from 2 to 1000, got 1"],
    [{ maxReceiveCount: 1_001 }, "[maxReceiveCount] must be a whole number from 1 to 1000, got 1001"],
    [{ filter: [] }, "[filter] must hold 1 to 10 patterns, got 0"],
    [{ filter: [{}] }, `[filter.0] must be a pattern such as { body: { kind: ["refund"] } }, got {}`],
    [
      { visibilityTimeout: "29 seconds" },
      `[visibilityTimeout] must be at least [timeout], "30 seconds", got "29 seconds"`,
    ],
    [{ visibilityTimeout: "13 hours" }, `[visibilityTimeout] must be from "0 seconds" to "12 hours", got "13 hours"`],
    [{ messageRetention: "15 days" }, `[messageRetention] must be from "1 minute" to "14 days", got "15 days"`],
    [{ timeout: "16 minutes" }, `[timeout] must be from "1 second" to "15 minutes", got "16 minutes"`],
    [{ contentBasedDeduplication: true }, "[contentBasedDeduplication] must not be given without [fifo]"],
    [
      { queue: queueArn("old"), messageRetention: "1 day" },
      `[messageRetention] must not be given beside [queue], which has its own, got "1 day"`,
    ],
    [{ queue: "old" }, `[queue] must be the ARN of an SQS queue, got "old"`],
    [
      { queue: queueArn("old.fifo") },
      `[fifo] must be true for [queue], got false for "arn:aws:sqs:eu-west-1:123456789012:old.fifo"`,
    ],
    [{ alarms: { age: "1 second" } }, `[alarms.age] must be from "1 minute" to "14 days", got "1 second"`],
    [
      { alarms: { deadLetterAge: "14 days" } },
      `[alarms.deadLetterAge] must be from "1 hour" to "13 days", got "14 days"`,
    ],
  ])("%j", (args, message) => {
    expect(() => orders(args)).toThrow(new Error(message));
  });
});
