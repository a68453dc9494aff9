// Records of streams in their middleware: in order, each for itself, and one bad record soon alone.
import type { DynamoDBRecord, KinesisStreamRecord } from "aws-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { type StreamResponse, streamMiddleware, wrap } from "../../../../handlers/middleware/stream";
import type { StreamRecord } from "../../../../handlers/middleware/streamRecord";
import { lambdaContext, MiddlewareRun, printToConsole } from "../../../support/middlewareRun";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const kinesisArn = "arn:aws:kinesis:eu-west-1:123456789012:stream/orders";
const tableArn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/2026-01-01T00:00:00.000";
const sequenceNumber = (index: number) => `4959033827149025${String(index).padStart(4, "0")}`;

function kinesis(index: number, text = JSON.stringify({ order: index })): KinesisStreamRecord {
  return {
    awsRegion: "eu-west-1",
    eventID: `shardId-000000000000:${sequenceNumber(index)}`,
    eventName: "aws:kinesis:record",
    eventSource: "aws:kinesis",
    eventSourceARN: kinesisArn,
    eventVersion: "1.0",
    invokeIdentityArn: "arn:aws:iam::123456789012:role/shop",
    kinesis: {
      approximateArrivalTimestamp: 1_767_225_600.5,
      data: Buffer.from(text).toString("base64"),
      kinesisSchemaVersion: "1.0",
      partitionKey: `order-${index}`,
      sequenceNumber: sequenceNumber(index),
    },
  };
}

function change(index: number, more: object = {}): DynamoDBRecord {
  return {
    awsRegion: "eu-west-1",
    eventID: `event-${index}`,
    eventName: "MODIFY",
    eventSource: "aws:dynamodb",
    eventSourceARN: tableArn,
    eventVersion: "1.1",
    dynamodb: {
      ApproximateCreationDateTime: 1_767_225_600,
      Keys: { id: { S: `order-${index}` } },
      NewImage: { id: { S: `order-${index}` }, amount: { N: "12.5" } },
      SequenceNumber: sequenceNumber(index),
      SizeBytes: 26,
      StreamViewType: "NEW_IMAGE",
      ...more,
    },
  };
}

const batch = (count: number, first = 0) => ({
  Records: Array.from({ length: count }, (_, index) => kinesis(first + index)),
});
const failed = (...indexes: readonly number[]) => ({
  batchItemFailures: indexes.map((index) => ({ itemIdentifier: sequenceNumber(index) })),
});
const replay = { id: "a whole batch", source: "shop", generation: 2 };

/** A handler that fails for these records, and tells which it was given. */
function handlerFailing(...indexes: readonly number[]) {
  const bad = indexes.map(sequenceNumber);
  return vi.fn(async (record: StreamRecord) => {
    if (bad.includes(record.sequenceNumber)) throw new Error(`no ${record.sequenceNumber}`);
  });
}

const given = (handler: ReturnType<typeof handlerFailing>) =>
  handler.mock.calls.map(([record]) => Number(record.sequenceNumber.slice(-4)));

describe("a record", () => {
  it("of Kinesis is given with its data", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing();
    const wrapped = streamMiddleware(handler, { stream: "kinesis" }, run.tools);
    expect(await wrapped({ Records: [kinesis(0), kinesis(1, "plain text")] }, lambdaContext())).toEqual(failed());
    expect(handler.mock.calls.map(([record]) => record)).toEqual([
      {
        id: `${kinesisArn} ${sequenceNumber(0)}`,
        data: { order: 0 },
        bytes: Buffer.from('{"order":0}'),
        partitionKey: "order-0",
        sequenceNumber: sequenceNumber(0),
        arrivedAt: new Date("2026-01-01T00:00:00.500Z"),
      },
      expect.objectContaining({ data: "plain text", partitionKey: "order-1" }),
    ]);
    expect(run.metrics).toEqual([{ Success: [1, 1] }]);
  });

  it("of DynamoDB is given with plain values", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing();
    const removed = { ...change(1, { NewImage: undefined, OldImage: { id: { S: "order-1" } } }), eventName: "REMOVE" };
    const wrapped = streamMiddleware(handler, { stream: "dynamodb" }, run.tools);
    const event = { Records: [change(0), { ...removed, eventName: "REMOVE" as const }] };
    expect(await wrapped(event, lambdaContext())).toEqual(failed());
    expect(handler.mock.calls.map(([record]) => record)).toEqual([
      {
        id: `${tableArn} ${sequenceNumber(0)}`,
        eventName: "MODIFY",
        keys: { id: "order-0" },
        newImage: { id: "order-0", amount: 12.5 },
        sequenceNumber: sequenceNumber(0),
        changedAt: new Date("2026-01-01T00:00:00Z"),
      },
      expect.objectContaining({ eventName: "REMOVE", oldImage: { id: "order-1" } }),
    ]);
  });

  it("is done once, in whichever batch it comes again, a replay included", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing();
    const wrapped = streamMiddleware(handler, { stream: "kinesis" }, run.tools);
    await wrapped(batch(2), lambdaContext());
    await wrapped(batch(3), lambdaContext());
    await wrapped(batch(4), lambdaContext({ respool: replay }));
    expect(given(handler)).toEqual([0, 1, 2, 3]);
    expect(run.metrics.at(-1)).toEqual({ Success: [1, 1, 1, 1], Duplicate: [1, 1, 1] });
  });

  it("is named in the logs, with the generation of a replay", async () => {
    const run = new MiddlewareRun();
    const wrapped = streamMiddleware((_, { logger }) => logger.info("here"), { stream: "kinesis" }, run.tools);
    await wrapped(batch(1), lambdaContext({ respool: replay }));
    expect(run.lines).toMatchObject([{ work_id: `${kinesisArn} ${sequenceNumber(0)}`, generation: 2 }]);
  });
});

describe("the first failure of a batch", () => {
  it("ends it: nothing behind it is tried, since all of that comes again", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing(3);
    const wrapped = streamMiddleware(handler, { stream: "kinesis", bisect: false }, run.tools);
    const response = await wrapped(batch(5), lambdaContext());
    expect(response.batchItemFailures[0]).toEqual({ itemIdentifier: sequenceNumber(3) });
    expect(given(handler)).toEqual([0, 1, 2, 3]);
    expect(run.metrics).toEqual([{ Success: [1, 1, 1], Failure: 1, Error: 1 }]);
    expect(run.lines).toHaveLength(1);
  });

  it.each([
    { at: 5, of: 10, is: "reported" },
    { at: 9, of: 10, is: "reported" },
    { at: 4, of: 10, is: "thrown" },
    { at: 0, of: 10, is: "thrown" },
    { at: 0, of: 1, is: "thrown" },
    { at: 1, of: 2, is: "reported" },
  ])("is $is when it is record $at of $of", async ({ at, of, is }) => {
    const run = new MiddlewareRun();
    const wrapped = streamMiddleware(handlerFailing(at), { stream: "kinesis" }, run.tools);
    const answer = wrapped(batch(of), lambdaContext());
    if (is === "thrown") await expect(answer).rejects.toEqual(new Error(`no ${sequenceNumber(at)}`));
    else expect((await answer).batchItemFailures[0]).toEqual({ itemIdentifier: sequenceNumber(at) });
  });

  it("is always reported where the mapping does not bisect", async () => {
    const run = new MiddlewareRun();
    const wrapped = streamMiddleware(handlerFailing(0), { stream: "kinesis", bisect: false }, run.tools);
    expect((await wrapped(batch(10), lambdaContext())).batchItemFailures[0]).toEqual({
      itemIdentifier: sequenceNumber(0),
    });
  });

  it.each([true, false])("is always thrown where the mapping takes no reports, bisect %s", async (bisect) => {
    const run = new MiddlewareRun();
    const handler = handlerFailing(8);
    const wrapped = streamMiddleware(handler, { stream: "kinesis", bisect, reports: false }, run.tools);
    await expect(wrapped(batch(10), lambdaContext())).rejects.toEqual(new Error(`no ${sequenceNumber(8)}`));
    expect(given(handler)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  });

  it("is thrown where it has no sequence number: an empty report would be a success", async () => {
    const run = new MiddlewareRun();
    const wrapped = streamMiddleware(handlerFailing(), { stream: "dynamodb", bisect: false }, run.tools);
    const event = { Records: [change(0, { SequenceNumber: undefined })] };
    await expect(wrapped(event, lambdaContext())).rejects.toEqual(
      new Error("[record] must be a record of DynamoDB Streams, got one without an event name or a sequence number"),
    );
  });
});

describe("a replay", () => {
  it.each([{}, { reports: false }, { bisect: false }])(
    "tries each record and throws the first error: %j",
    async (settings) => {
      const run = new MiddlewareRun();
      const handler = handlerFailing(0, 2);
      const wrapped = streamMiddleware(handler, { stream: "kinesis", ...settings }, run.tools);
      await expect(wrapped(batch(4), lambdaContext({ respool: replay }))).rejects.toThrow("0");
      expect(given(handler)).toEqual([0, 1, 2, 3]);
    },
  );
});

describe("one bad record among 100", () => {
  type Wrapped = (event: { Records: KinesisStreamRecord[] }) => Promise<StreamResponse>;

  /**
   * What Lambda does with BisectBatchOnFunctionError and ReportBatchItemFailures, until the bad record is alone:
   * https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
   */
  async function deliver(records: KinesisStreamRecord[], wrapped: Wrapped): Promise<number> {
    try {
      const { batchItemFailures } = await wrapped({ Records: records });
      const [reported] = batchItemFailures;
      if (reported === undefined) return 1;
      const at = records.findIndex(({ kinesis }) => kinesis.sequenceNumber === reported.itemIdentifier);
      return 1 + (await deliver(records.slice(at), wrapped));
    } catch {
      if (records.length === 1) return 1;
      const half = Math.ceil(records.length / 2);
      return 1 + (await deliver(records.slice(0, half), wrapped)) + (await deliver(records.slice(half), wrapped));
    }
  }

  it("is alone after at most 2 * log2(100) + 2 invocations, wherever it is, and the others are done once", async () => {
    const counts: number[] = [];
    for (let bad = 0; bad < 100; bad++) {
      const run = new MiddlewareRun();
      const handler = handlerFailing(bad);
      const wrapped = streamMiddleware(handler, { stream: "kinesis" }, run.tools);
      counts.push(await deliver(batch(100).Records, (event) => wrapped(event, lambdaContext())));
      const others = given(handler).filter((index) => index !== bad);
      expect(others).toEqual([...new Set(others)].sort((left, right) => left - right));
      expect(others).toHaveLength(99);
      vi.restoreAllMocks();
    }
    expect(Math.max(...counts)).toBeLessThanOrEqual(2 * Math.log2(100) + 2);
  });
});

describe("the packaged middleware", () => {
  it("reads its configuration", async () => {
    vi.stubEnv("RESPOOL_MIDDLEWARE", JSON.stringify({ service: "index", stream: "dynamodb", bisect: false }));
    printToConsole();
    for (const level of ["log", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
    const wrapped = wrap(handlerFailing(0));
    expect(await wrapped({ Records: [change(0), change(1)] }, lambdaContext())).toEqual(failed(0, 1));
  });
});
