// Messages of a queue in their middleware: each for itself, and only what failed comes again.
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { afterEach, describe, expect, it, vi } from "vitest";
import { queueMiddleware, wrap } from "../../../../handlers/middleware/queue";
import type { QueueMessage } from "../../../../handlers/middleware/queueMessage";
import { withRespool } from "../../../../records/attribute";
import { workIdentity } from "../../../../records/executionName";
import { lambdaContext, MiddlewareRun, printToConsole } from "../../../support/middlewareRun";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

const standard = { service: "shop", fifo: false };
const fifo = { service: "shop", fifo: true };

interface Sent {
  readonly id: string;
  readonly body?: string;
  readonly group?: string;
  readonly respool?: string;
  readonly deduplicationId?: string;
  readonly correlationId?: string;
}

function record({
  id,
  body = JSON.stringify({ order: id }),
  group,
  respool,
  deduplicationId,
  correlationId,
}: Sent): SQSRecord {
  const attribute = (stringValue?: string) => ({ stringValue, dataType: "String" });
  return {
    messageId: id,
    receiptHandle: `handle-${id}`,
    body,
    attributes: {
      ApproximateReceiveCount: "2",
      SentTimestamp: "1767225600000",
      SenderId: "AIDA",
      ApproximateFirstReceiveTimestamp: "1767225600001",
      ...(group !== undefined && { MessageGroupId: group }),
      ...(deduplicationId !== undefined && { MessageDeduplicationId: deduplicationId }),
    },
    messageAttributes: {
      ...(respool !== undefined && { respool: attribute(respool) }),
      ...(correlationId !== undefined && { correlationId: attribute(correlationId) }),
    },
    md5OfBody: "",
    eventSource: "aws:sqs",
    eventSourceARN: "arn:aws:sqs:eu-west-1:123456789012:orders",
    awsRegion: "eu-west-1",
  };
}

/** As a redrive sends a message to its queue again. */
const sentAgain = (id: string, first: string, generation: number, source = "shop"): Sent => ({
  id,
  group: "g",
  respool: JSON.stringify({ id: first, generation }),
  deduplicationId: `${workIdentity(source, first).id}-${generation}`,
});
const batch = (...sent: readonly Sent[]): SQSEvent => ({ Records: sent.map(record) });
const failed = (...ids: readonly string[]) => ({
  batchItemFailures: ids.map((itemIdentifier) => ({ itemIdentifier })),
});

/** A handler that fails for these messages, and tells which it was given. */
function handlerFailing(...ids: readonly string[]) {
  return vi.fn(async ({ messageId }: QueueMessage) => {
    if (ids.includes(messageId)) throw new Error(`no ${messageId}`);
  });
}

const given = (handler: ReturnType<typeof handlerFailing>) => handler.mock.calls.map(([{ messageId }]) => messageId);

describe("a message", () => {
  it("is given as what was sent", async () => {
    const run = new MiddlewareRun();
    const handler = vi.fn((_message: QueueMessage<{ order: string }>) => undefined);
    const event = batch({ id: "m1", group: "g" }, { id: "m2", body: "plain text" }, { id: "m3", body: "7" });
    expect(await queueMiddleware(handler, standard, run.tools)(event, lambdaContext())).toEqual(failed());
    expect(handler.mock.calls.map(([message]) => message)).toMatchObject([
      { id: "m1", messageId: "m1", body: { order: "m1" }, rawBody: '{"order":"m1"}', groupId: "g", receiveCount: 2 },
      { id: "m2", body: "plain text", attributes: { SenderId: "AIDA" }, messageAttributes: {} },
      { id: "m3", body: 7, rawBody: "7" },
    ]);
    expect(run.metrics).toEqual([{ Success: [1, 1, 1] }]);
  });

  it("is done once, whoever delivers it again", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing();
    const wrapped = queueMiddleware(handler, standard, run.tools);
    await wrapped(batch({ id: "m1" }), lambdaContext());
    await wrapped(batch({ id: "m1" }), lambdaContext({ requestId: "request-2" }));
    const replay = { id: "m1", source: "shop", generation: 1 };
    expect(await wrapped(batch({ id: "copy" }), lambdaContext({ respool: replay }))).toEqual(failed());
    expect(await wrapped(batch(sentAgain("again", "m1", 2)), lambdaContext())).toEqual(failed());
    expect(given(handler)).toEqual(["m1"]);
  });

  it("fails a replay with its own error, so that the record of the replay's failure tells it", async () => {
    const run = new MiddlewareRun();
    const wrapped = queueMiddleware(handlerFailing("m1"), standard, run.tools);
    const context = lambdaContext({ respool: { id: "m1", source: "shop", generation: 1 } });
    await expect(wrapped(batch({ id: "m1" }), context)).rejects.toThrow("m1");
    expect(run.metrics).toEqual([{ Failure: 1, Error: 1 }]);
  });

  it("carries its ids and its generation into the logs", async () => {
    const run = new MiddlewareRun();
    const wrapped = queueMiddleware((_: object, { logger }) => logger.info("here"), standard, run.tools);
    await wrapped(batch({ id: "m1", correlationId: "visit" }, sentAgain("m2", "first", 2)), lambdaContext());
    expect(run.lines).toMatchObject([
      { work_id: "m1", correlation_id: "visit", generation: 0, function_request_id: "request-1" },
      { work_id: "first", correlation_id: "first", generation: 2 },
    ]);
  });

  it.each(["", "no json", "[]", '{"id":7}', '{"id":""}', '{"reason":"poison"}'])(
    "whose attribute respool is %j is named by its own id",
    async (respool) => {
      const run = new MiddlewareRun();
      const handler = handlerFailing();
      await queueMiddleware(handler, standard, run.tools)(batch({ id: "m1", respool }), lambdaContext());
      expect(handler.mock.calls[0]?.[0].id).toBe("m1");
    },
  );

  it.each([
    ["without a deduplication id", { deduplicationId: undefined }],
    ["under another's", { deduplicationId: "d" }],
    ["under another generation's", { deduplicationId: sentAgain("m1", "first", 1).deduplicationId }],
    ["of another source", sentAgain("m1", "first", 2, "other")],
  ])("is not taken for one that was sent again when its sender forwards the attribute: %s", async (_, changes) => {
    const run = new MiddlewareRun();
    const handler = handlerFailing();
    const forwarded = { ...sentAgain("m1", "first", 2), ...changes };
    await queueMiddleware(handler, fifo, run.tools)(batch(forwarded), lambdaContext());
    expect(handler.mock.calls[0]?.[0].id).toBe("m1");
  });

  it("that was sent again has all attributes of its sender, though SQS takes ten", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing();
    const sent = Object.fromEntries(
      Array.from({ length: 9 }, (_, n) => [`a${n}`, { DataType: "String", StringValue: "long ".repeat(20) }]),
    );
    const small = { DataType: "Binary", BinaryValue: "AQID" };
    const again = withRespool({ small, ...sent }, { id: "first", generation: 1 });
    const messageAttributes = Object.fromEntries(
      Object.entries(again).map(([name, { DataType = "", StringValue }]) => [
        name,
        { dataType: DataType, stringValue: StringValue },
      ]),
    );
    const event = { Records: [{ ...record(sentAgain("m1", "first", 1)), messageAttributes }] };
    await queueMiddleware(handler, fifo, run.tools)(event, lambdaContext());
    expect(handler.mock.calls[0]?.[0]).toMatchObject({
      id: "first",
      messageAttributes: { small: { dataType: "Binary", binaryValue: "AQID" }, a8: { dataType: "String" } },
    });
  });

  it("keeps its own id in a replay of several, which cannot all be one work", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing();
    const respool = { id: "m0", source: "shop", generation: 1 };
    const wrapped = queueMiddleware(handler, standard, run.tools);
    await wrapped(batch({ id: "m1" }, { id: "m2" }), lambdaContext({ respool }));
    expect(given(handler)).toEqual(["m1", "m2"]);
  });
});

describe("a batch of a standard queue", () => {
  it("reports what failed, and nothing else", async () => {
    const run = new MiddlewareRun();
    const wrapped = queueMiddleware(handlerFailing("m2"), standard, run.tools);
    expect(await wrapped(batch({ id: "m1" }, { id: "m2" }, { id: "m3" }), lambdaContext())).toEqual(failed("m2"));
    expect(run.metrics).toEqual([{ Success: [1, 1], Failure: 1, Error: 1 }]);
    expect(run.lines).toMatchObject([{ level: "ERROR", message: "no m2", work_id: "m2", error_class: "Error" }]);
  });

  it("reports all where all failed, instead of throwing", async () => {
    const run = new MiddlewareRun();
    const wrapped = queueMiddleware(handlerFailing("m1", "m2"), standard, run.tools);
    expect(await wrapped(batch({ id: "m1" }, { id: "m2" }), lambdaContext())).toEqual(failed("m1", "m2"));
  });

  it("reports a message for which something else than an error was thrown", async () => {
    const run = new MiddlewareRun();
    const wrapped = queueMiddleware(() => Promise.reject(null), standard, run.tools);
    expect(await wrapped(batch({ id: "m1" }), lambdaContext())).toEqual(failed("m1"));
  });

  it("reports a message that another attempt works on", async () => {
    const run = new MiddlewareRun();
    let end = (): void => undefined;
    const wrapped = queueMiddleware(() => new Promise<void>((done) => (end = done)), standard, run.tools);
    const first = wrapped(batch({ id: "m1" }), lambdaContext());
    expect(await wrapped(batch({ id: "m1" }), lambdaContext())).toEqual(failed("m1"));
    end();
    expect(await first).toEqual(failed());
  });
});

describe("a batch of a FIFO queue", () => {
  const event = batch(
    { id: "a1", group: "a" },
    { id: "b1", group: "b" },
    { id: "a2", group: "a" },
    { id: "b2", group: "b" },
    { id: "a3", group: "a" },
  );

  it("stops a group at its first failure, reports the rest of it untried, and goes on with the others", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing("a2");
    const wrapped = queueMiddleware(handler, fifo, run.tools);
    expect(await wrapped(event, lambdaContext())).toEqual(failed("a2", "a3"));
    expect(given(handler)).toEqual(["a1", "b1", "a2", "b2"]);
    expect(run.metrics).toEqual([{ Success: [1, 1, 1], Failure: 1, Error: 1 }]);
  });

  it("forgets the failed groups before the next batch", async () => {
    const run = new MiddlewareRun();
    const handler = handlerFailing("a1");
    const wrapped = queueMiddleware(handler, fifo, run.tools);
    await wrapped(batch({ id: "a1", group: "a" }), lambdaContext());
    expect(await wrapped(batch({ id: "a2", group: "a" }), lambdaContext())).toEqual(failed());
  });

  it("is processed in its order, one message after the other", async () => {
    const run = new MiddlewareRun();
    const seen: string[] = [];
    const handler = async ({ messageId }: QueueMessage) => {
      seen.push(`${messageId} begins`);
      await Promise.resolve();
      seen.push(`${messageId} ends`);
    };
    await queueMiddleware(handler, fifo, run.tools)(batch({ id: "a1" }, { id: "a2" }), lambdaContext());
    expect(seen).toEqual(["a1 begins", "a1 ends", "a2 begins", "a2 ends"]);
  });
});

describe("the packaged middleware", () => {
  it("reads its configuration", async () => {
    vi.stubEnv("RESPOOL_MIDDLEWARE", JSON.stringify({ service: "stock", fifo: true }));
    printToConsole();
    for (const level of ["log", "error"] as const) vi.spyOn(console, level).mockImplementation(() => undefined);
    const wrapped = wrap(handlerFailing("a1"));
    const event = batch({ id: "a1", group: "a" }, { id: "a2", group: "a" });
    expect(await wrapped(event, lambdaContext())).toEqual(failed("a1", "a2"));
  });
});
