// StreamFunction: how it reads a stream, where its failed batches go, and what its role may do.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ErrorSpool } from "../../../components/errorSpool";
import type { ReplaySource } from "../../../components/replaySource";
import type { SpoolReference } from "../../../components/spoolReference";
import { StreamFunction, type StreamFunctionArgs } from "../../../components/streamFunction";
import { enabledStream } from "../../../components/streamSource";
import { MockedProgram, outputValue } from "./mockedProgram";

// A closure cannot be serialized in a vitest worker.
vi.mock("../../../packaging/packageClosure", () => ({
  packageClosure: () => ({ archive: new pulumi.asset.AssetArchive({}), handler: "__index.handler" }),
}));

const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";
const alarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
const spoolArn = "arn:aws:sqs:eu-west-1:123456789012:spool";
const bucketArn = "arn:aws:s3:::spool-payloads";
const kinesisArn = "arn:aws:kinesis:eu-west-1:123456789012:stream/clicks";
const tableArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/1";
const kmsKeyArn = "arn:aws:kms:eu-west-1:123456789012:key/1";
let program: MockedProgram;

beforeEach(async () => {
  program = await MockedProgram.start();
});

afterEach(() => program.settled());

/** A spool of another stack, by the parts that a component sees. */
function spoolOf(more: Partial<SpoolReference> = {}): SpoolReference {
  const spool = ErrorSpool.fromArn(spoolArn, { poisonArn: "arn:aws:sqs:eu-west-1:123456789012:poison" });
  return { ...spool, bucket: { name: pulumi.output("spool-payloads"), arn: pulumi.output(bucketArn) }, ...more };
}

function clicks(args: Partial<StreamFunctionArgs> = {}) {
  return new StreamFunction("clicks", { spool: spoolOf(), stream: kinesisArn, callback: () => "counted", ...args });
}

const readsKinesis = {
  Effect: "Allow",
  Action: [
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
  ],
  Resource: kinesisArn,
};
const readsTable = {
  Effect: "Allow",
  Action: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
  Resource: tableArn,
};
const writesRecords = [
  { Effect: "Allow", Action: "s3:PutObject", Resource: `${bucketArn}/aws/lambda/*` },
  { Effect: "Allow", Action: "s3:ListBucket", Resource: bucketArn },
];

describe("a stream function", () => {
  it("tries a batch four times, halves it, and sends what still fails to the spool's bucket", async () => {
    clicks();
    expect(await program.inputs(mapping, "clicks-mapping")).toEqual({
      eventSourceArn: kinesisArn,
      functionName: "clicks",
      startingPosition: "TRIM_HORIZON",
      batchSize: 100,
      maximumBatchingWindowInSeconds: 0,
      maximumRecordAgeInSeconds: 72_000,
      maximumRetryAttempts: 3,
      bisectBatchOnFunctionError: true,
      parallelizationFactor: 1,
      functionResponseTypes: ["ReportBatchItemFailures"],
      destinationConfig: { onFailure: { destinationArn: bucketArn } },
    });
  });

  it("takes other limits, or none", async () => {
    clicks({
      startingPosition: "LATEST",
      batchSize: 10_000,
      batchingWindow: "5 minutes",
      maximumRecordAge: "unlimited",
      maximumRetryAttempts: pulumi.output("unlimited" as const),
      bisect: false,
      parallelization: 10,
      filter: [{ data: { kind: ["view"] } }],
      reportsFailures: false,
    });
    const { inputs } = await program.resource(mapping, "clicks-mapping");
    expect(inputs).toMatchObject({
      startingPosition: "LATEST",
      batchSize: 10_000,
      maximumBatchingWindowInSeconds: 300,
      maximumRecordAgeInSeconds: -1,
      maximumRetryAttempts: -1,
      bisectBatchOnFunctionError: false,
      parallelizationFactor: 10,
      filterCriteria: { filters: [{ pattern: '{"data":{"kind":["view"]}}' }] },
    });
    expect(inputs).not.toHaveProperty("functionResponseTypes");
    expect(await program.middleware("clicks")).toMatchObject({ bisect: false, reports: false });
  });

  it("infers its record from its handler, and is a source of replays whatever that is", () => {
    const typed: ReplaySource = new StreamFunction("typed", {
      spool: spoolOf(),
      stream: kinesisArn,
      callback: async (record: { readonly data: { readonly id: string } }) => record.data.id,
    });
    expect(typed.source).toBe("typed");
  });

  it("is replayed by invoking it with the records that lie in the bucket", async () => {
    const { replay } = clicks({ timeout: "1 minute" });
    const functionArn = "arn:aws:lambda:eu-west-1:123456789012:function:clicks";
    expect(await outputValue(replay.functionArn ?? "")).toBe(functionArn);
    expect(await outputValue(replay.functionTimeoutSeconds ?? 0)).toBe(60);
    expect(await outputValue(pulumi.all([...replay.origins]))).toEqual([functionArn]);
    expect(replay).not.toHaveProperty("streamArn");
  });
});

describe("a stream", () => {
  it.each<[string, () => StreamFunctionArgs["stream"], object, string]>([
    ["a Kinesis stream", () => new aws.kinesis.Stream("clicks"), readsKinesis, "kinesis"],
    ["the ARN of one", () => kinesisArn, readsKinesis, "kinesis"],
    [
      "an ARN that is not known yet",
      () => ({ kind: "kinesis", arn: pulumi.output(kinesisArn) }),
      readsKinesis,
      "kinesis",
    ],
    [
      "a table with a stream",
      () => new aws.dynamodb.Table("orders", { attributes: [], hashKey: "id", streamEnabled: true }),
      readsTable,
      "dynamodb",
    ],
    ["the ARN of a table's stream", () => tableArn, readsTable, "dynamodb"],
  ])("may be %s; the role may read it, and write failed records", async (_, stream, reads, kind) => {
    clicks({ stream: stream() });
    expect(await program.ownStatements("clicks")).toEqual([reads, ...writesRecords]);
    const names = { service: "clicks", source: "clicks" };
    expect(await program.middleware("clicks")).toEqual({ ...names, stream: kind, bisect: true, reports: true });
  });

  it.each([undefined, ""])("must be enabled: a table without one has the stream ARN %j", (arn) => {
    expect(() => enabledStream(arn)).toThrow(
      new Error("[stream] must be a table with [streamEnabled] and a [streamViewType], got one without a stream"),
    );
  });
});

describe("failures of a stream", () => {
  const statementsOfFailures = async () => (await program.ownStatements("clicks")).slice(1);

  it("may be encrypted by the key of the spool", async () => {
    clicks({ spool: spoolOf({ kmsKeyArn: pulumi.output(kmsKeyArn) }) });
    expect(await statementsOfFailures()).toEqual([
      ...writesRecords,
      { Effect: "Allow", Action: "kms:GenerateDataKey", Resource: kmsKeyArn },
    ]);
  });

  it("may go to the spool without their records, which a replay then reads from the stream", async () => {
    const { replay } = clicks({ onFailure: { destination: "spool", metadataOnly: true } });
    expect((await program.inputs(mapping, "clicks-mapping")).destinationConfig).toEqual({
      onFailure: { destinationArn: spoolArn },
    });
    expect(await statementsOfFailures()).toEqual([{ Effect: "Allow", Action: "sqs:SendMessage", Resource: spoolArn }]);
    expect(await outputValue(replay.streamArn ?? "")).toBe(kinesisArn);
  });

  it("may come from a stream with a key, which a replay needs where it reads the stream", async () => {
    const onFailure = { destination: "spool", metadataOnly: true } as const;
    const { replay } = clicks({ kmsKeyArn, onFailure });
    expect((await program.ownStatements("clicks"))[1]).toEqual({
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: kmsKeyArn,
    });
    expect(await outputValue(pulumi.all([...(replay.kmsKeyArns ?? [])]))).toEqual([kmsKeyArn]);
  });

  it("need no key to be replayed from the bucket", async () => {
    const { replay } = clicks({ kmsKeyArn });
    expect((await program.ownStatements("clicks"))[1]).toEqual({
      Effect: "Allow",
      Action: "kms:Decrypt",
      Resource: kmsKeyArn,
    });
    expect(replay).not.toHaveProperty("kmsKeyArns");
  });

  it("may go to a topic without their records", async () => {
    const destination = new aws.sns.Topic("failures");
    clicks({ spool: spoolOf({ bucket: undefined }), onFailure: { destination, metadataOnly: true } });
    expect(await statementsOfFailures()).toEqual([
      { Effect: "Allow", Action: "sns:Publish", Resource: "arn:aws:sns:eu-west-1:123456789012:failures" },
    ]);
  });
});

describe("the alarms of a stream function", () => {
  const ours = async () =>
    (await program.all(alarm)).map(({ name, inputs }) => [name, inputs.metricName, inputs.threshold]).sort();

  it("watch attempts, throttles, how far it is behind, and batches that no destination took", async () => {
    clicks();
    expect(await ours()).toEqual([
      ["clicks-delivery-failures", "DestinationDeliveryFailures", 1],
      ["clicks-errors", "Errors", 1],
      ["clicks-iterator-age", "IteratorAge", 3_600_000],
      ["clicks-throttles", "Throttles", 1],
    ]);
    expect(await program.inputs(alarm, "clicks-throttles")).toMatchObject({ evaluationPeriods: 3, period: 300 });
    expect(await program.inputs(alarm, "clicks-iterator-age")).toMatchObject({
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: "clicks" },
      statistic: "Maximum",
      treatMissingData: "notBreaching",
    });
  });

  it("watch metadata that waits, before the stream drops its records", async () => {
    clicks({ onFailure: { destination: "spool", metadataOnly: true } });
    expect((await ours())[3]).toEqual(["clicks-metadata-age", "ApproximateAgeOfOldestMessage", 43_200]);
    expect(await program.inputs(alarm, "clicks-metadata-age")).toMatchObject({ dimensions: { QueueName: "spool" } });
  });

  it("cannot watch metadata in a topic", async () => {
    const destination = "arn:aws:sns:eu-west-1:123456789012:failures";
    clicks({ onFailure: { destination, metadataOnly: true } });
    expect((await ours()).map(([name]) => name)).not.toContain("clicks-metadata-age");
  });

  it("go off where the program says, or not at all", async () => {
    const onFailure = { destination: "spool", metadataOnly: true } as const;
    clicks({
      onFailure,
      alarms: { errors: 5, throttles: 7, iteratorAge: "1 minute", metadataAge: "6 days", deliveryFailures: false },
    });
    expect((await ours()).map(([, , threshold]) => threshold)).toEqual([5, 60_000, 518_400, 7]);
    new StreamFunction("quiet", { spool: spoolOf(), stream: kinesisArn, callback: () => 0, onFailure, alarms: false });
    expect(await ours()).toHaveLength(4);
  });
});

describe("arguments of a stream function", () => {
  const anyDestination = { destination: "spool", metadataOnly: false };
  const metadata = { destination: "spool", metadataOnly: true };

  it.each<[object, string]>([
    [{ batchSize: 10_001 }, "[batchSize] must be a whole number from 1 to 10000, got 10001"],
    [{ batchingWindow: "301 seconds" }, `[batchingWindow] must be from "0 seconds" to "5 minutes", got "301 seconds"`],
    [{ maximumRecordAge: "59 seconds" }, `[maximumRecordAge] must be from "1 minute" to "7 days", got "59 seconds"`],
    [{ maximumRetryAttempts: -1 }, "[maximumRetryAttempts] must be a whole number from 0 to 10000, got -1"],
    [{ parallelization: 11 }, "[parallelization] must be a whole number from 1 to 10, got 11"],
    [
      { parallelization: 2, onFailure: metadata },
      "[parallelization] must be 1 with [onFailure] of metadataOnly: a replay reads all between the first and the last record that failed, also records of other batches, got 2",
    ],
    [
      { filter: [{ data: { kind: ["view"] } }], onFailure: metadata },
      "[filter] must not be given with [onFailure] of metadataOnly: a replay reads the records from the stream again, also those that the filter passes over",
    ],
    [{ startingPosition: "AT_TIMESTAMP" }, `[startingPosition] must be "TRIM_HORIZON" or "LATEST", got "AT_TIMESTAMP"`],
    [
      { stream: `${kinesisArn}/consumer/fast:1` },
      `[stream] must be a DynamoDB table, a Kinesis stream, or the ARN of either stream, got "${kinesisArn}/consumer/fast:1"`,
    ],
    [
      { stream: pulumi.output(kinesisArn) },
      `[stream] must be a DynamoDB table, a Kinesis stream, or the ARN of either stream, got an Output: say whose stream it is, as { kind: "dynamodb", arn: ... }`,
    ],
    [{ stream: { kind: "kafka", arn: "" } }, `[stream.kind] must be "dynamodb" or "kinesis", got "kafka"`],
    [
      { stream: { kind: "dynamodb", arn: kinesisArn } },
      `[stream] must be the ARN of a stream of dynamodb, got "${kinesisArn}"`,
    ],
    [
      { onFailure: anyDestination },
      `[onFailure] must be "S3" or { destination, metadataOnly: true }, since queues and topics do not get the records, got an object without [metadataOnly]`,
    ],
    [
      { onFailure: "spool" },
      `[onFailure] must be "S3" or { destination, metadataOnly: true }, since queues and topics do not get the records, got "spool"`,
    ],
    [
      { onFailure: { destination: "arn:aws:lambda:eu-west-1:123456789012:function:f", metadataOnly: true } },
      `[onFailure.destination] must be the ARN of a standard SQS queue or a standard SNS topic, got "arn:aws:lambda:eu-west-1:123456789012:function:f"`,
    ],
    [
      { alarms: { iteratorAge: "1 second" } },
      `[alarms.iteratorAge] must be from "1 minute" to "365 days", got "1 second"`,
    ],
  ])("%#: %s", (args, message) => {
    expect(() => clicks(args)).toThrow(new Error(message));
  });

  it("must come with a spool that has a bucket, where records go to S3", () => {
    expect(() => clicks({ spool: spoolOf({ bucket: undefined }) })).toThrow(
      new Error(
        `[spool] must have a bucket for the records, since [onFailure] is "S3": leave ErrorSpool its own, give ErrorSpool.fromArn a [bucketName], or choose { destination: "spool", metadataOnly: true }`,
      ),
    );
  });
});
