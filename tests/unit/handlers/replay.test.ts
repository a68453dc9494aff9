// The launcher's replay function: what it does with each kind of order, and how it fails.
import { describe, expect, it } from "vitest";
import type { ReplayConfig } from "../../../handlers/config";
import { createReplay } from "../../../handlers/replay";
import type { LambdaApi } from "../../../handlers/replay/lambda";
import { type Shards, type StreamPage, streamReader } from "../../../handlers/replay/streams";
import { workIdentity } from "../../../records/executionName";
import { parseRecord } from "../../../records/parse";
import type { Replay } from "../../../records/replay";
import { awsError } from "../../support/awsFakes";
import { BUCKET, COUNT_ARN, fifoQueue, NOTIFY_ARN, replayedSources, STREAM_ARN } from "../../support/foreignFailures";
import { fakeClients } from "../../support/handlerRun";

const returnQueue = "https://sqs.eu-west-1.amazonaws.com/123456789012/old.fifo";
const targets = {
  notify: { functionArn: NOTIFY_ARN },
  count: { functionArn: COUNT_ARN },
  adopted: { queueUrl: returnQueue },
};

interface Answer {
  readonly FunctionError?: string;
  readonly payload?: unknown;
}

function setUp(answer: Answer | Error = {}, config: ReplayConfig = { targets }, pages: readonly StreamPage[] = []) {
  const clients = fakeClients();
  const invoked: { readonly name: string; readonly payload: string; readonly custom: unknown }[] = [];
  const lambda: LambdaApi = {
    invoke: async ({ functionArn, payload, clientContext }) => {
      invoked.push({ name: functionArn, payload, custom: JSON.parse(clientContext) });
      if (answer instanceof Error) throw answer;
      return { functionError: answer.FunctionError, payload: JSON.stringify(answer.payload ?? null) };
    },
  };
  const shards: Shards = {
    iteratorAt: async () => "0",
    page: async (iterator) => pages[Number(iterator)] ?? { records: [], atTip: true },
  };
  const handler = createReplay(config, { ...clients, lambda, streams: streamReader(() => shards) });
  return {
    ...clients,
    invoked,
    replay: (replay: Replay, source = "notify", id = "work-1", generation = 2) => {
      const order = { respool: 1, source, id, replay };
      return handler({ order, execution: `${workIdentity(source, id).id}-redrive-${generation}-0` });
    },
    handler,
  };
}

describe("an event", () => {
  it("is given to the function byte for byte, with the work's id for its idempotency", async () => {
    const { replay, invoked } = setUp();
    const payload = '{ "price": 1.0, "é": 12345678901234567890 }';
    expect(await replay({ as: "event", payload })).toEqual({ replayed: true });
    expect(invoked).toEqual([
      {
        name: NOTIFY_ARN,
        payload,
        custom: { custom: { respool: { id: "work-1", source: "notify", generation: 2 } } },
      },
    ]);
  });

  it("is read from the bucket: the whole object, or its payload as JSON or as JSON text", async () => {
    const { replay, invoked, s3 } = setUp();
    s3.objects.set(`${BUCKET}/whole`, '{"n": 1.0}');
    s3.objects.set(`${BUCKET}/json`, '{"version":"1.0","payload": {"Records": [1.0]} }');
    s3.objects.set(`${BUCKET}/text`, JSON.stringify({ payload: '{"Records": [1.0]}' }));
    await replay({ as: "event", object: { bucket: BUCKET, key: "whole" } });
    for (const key of ["json", "text"])
      await replay({ as: "batch", object: { bucket: BUCKET, key, member: "payload" } });
    expect(invoked.map(({ payload }) => payload)).toEqual(['{"n": 1.0}', '{"Records": [1.0]}', '{"Records": [1.0]}']);
    await expect(
      replay({ as: "batch", object: { bucket: BUCKET, key: "whole", member: "payload" } }),
    ).rejects.toMatchObject({
      name: "Unreadable",
      message: "[payload] is missing in the object whole",
    });
  });

  it("fails for good where its object is gone", async () => {
    const { replay, invoked } = setUp();
    await expect(replay({ as: "event", object: { bucket: BUCKET, key: "gone" } })).rejects.toMatchObject({
      name: "PayloadExpired",
      message: `the object gone is not in the bucket ${BUCKET} any more`,
    });
    expect(invoked).toEqual([]);
  });

  it("fails as S3 says where it refuses the object", async () => {
    const { replay, calls } = setUp();
    calls.failBefore("GetObject", awsError("AccessDenied"));
    await expect(replay({ as: "event", object: { bucket: BUCKET, key: "k" } })).rejects.toMatchObject({
      name: "AccessDenied",
    });
  });

  it("fails with the function's own error, by name and message", async () => {
    const payload = { errorType: "ServiceUnavailable", errorMessage: "maintenance", trace: [] };
    const { replay } = setUp({ FunctionError: "Unhandled", payload });
    await expect(replay({ as: "event", payload: "{}" })).rejects.toMatchObject({
      name: "ServiceUnavailable",
      message: "maintenance",
    });
  });

  it("fails as Lambda says where the function said nothing, or was not even invoked", async () => {
    await expect(setUp({ FunctionError: "Unhandled" }).replay({ as: "event", payload: "{}" })).rejects.toMatchObject({
      name: "Unhandled",
    });
    const throttled = setUp(awsError("TooManyRequestsException", "Rate Exceeded."));
    await expect(throttled.replay({ as: "event", payload: "{}" })).rejects.toThrow(
      expect.objectContaining({ name: "TooManyRequestsException" }),
    );
  });

  it("does not mind what it returns", async () => {
    const payload = { batchItemFailures: [{ itemIdentifier: "1" }] };
    expect(await setUp({ payload }).replay({ as: "event", payload: "{}" })).toEqual({ replayed: true });
  });
});

describe("a batch", () => {
  it.each([
    [[{ itemIdentifier: "m-1" }, { itemIdentifier: "" }], 'the function reported as failed: "m-1", ""'],
    [[{ other: 1 }], "the function reported as failed: nothing"],
    ["m-1", 'the function reported as failed: "m-1"'],
  ])("fails with what the function reports: %j", async (batchItemFailures, message) => {
    const { replay } = setUp({ payload: { batchItemFailures } });
    await expect(replay({ as: "batch", payload: "{}" })).rejects.toMatchObject({ name: "BatchItemFailures", message });
  });

  it.each([[null], [{}], [[]], [""], [{ batchItemFailures: [] }], [{ batchItemFailures: null }]])(
    "succeeds when the function returns %j",
    async (payload) => {
      expect(await setUp({ payload }).replay({ as: "batch", payload: "{}" })).toEqual({ replayed: true });
    },
  );
});

describe("a part of a stream", () => {
  const part: Replay = {
    as: "stream",
    streamArn: STREAM_ARN,
    shardId: "shard-0",
    startSequenceNumber: "9",
    endSequenceNumber: "11",
  };
  const record = (sequenceNumber: string) => ({ sequenceNumber, event: { n: sequenceNumber } });
  const page = (next: string, ...numbers: string[]): StreamPage => ({
    records: numbers.map(record),
    next,
    atTip: false,
  });

  it("is read again, over empty pages, from the first record to the last and no further", async () => {
    const { replay, invoked } = setUp({}, undefined, [
      page("1", "9"),
      page("2"),
      page("3", "10", "11", "12"),
      page("4", "13"),
    ]);
    await replay(part, "count");
    expect(invoked[0]).toMatchObject({ name: COUNT_ARN, payload: '{"Records":[{"n":"9"},{"n":"10"},{"n":"11"}]}' });
  });

  it.each([
    ["none of them", []],
    ["10 to 11", [page("1", "10", "11")]],
    ["9 to 10", [page("1", "9", "10")]],
  ])("fails for good where the stream has %s", async (has, pages) => {
    const { replay, invoked } = setUp({}, undefined, pages);
    await expect(replay(part, "count")).rejects.toMatchObject({
      name: "RecordsExpired",
      message: `${STREAM_ARN} must still have the records 9 to 11 of shard-0, has ${has}`,
    });
    expect(invoked).toEqual([]);
  });

  it("fails as a batch does", async () => {
    const { replay } = setUp({ payload: { batchItemFailures: [{ itemIdentifier: "9" }] } }, undefined, [
      page("1", "9", "10", "11"),
    ]);
    await expect(replay(part, "count")).rejects.toMatchObject({ name: "BatchItemFailures" });
  });
});

describe("a message of a FIFO queue", () => {
  const attributes = { cover: { DataType: "Binary", BinaryValue: "AQID" } };

  it("is sent to it again, and is the same work when it fails again", async () => {
    const { replay, sqs, invoked } = setUp();
    await replay({ as: "message", groupId: "g", attributes, payload: "any text" }, "adopted");
    const [sent] = sqs.in(returnQueue);
    expect(sent).toMatchObject({
      body: "any text",
      system: { MessageGroupId: "g", MessageDeduplicationId: `${workIdentity("adopted", "work-1").id}-2` },
      attributes: {
        cover: { DataType: "Binary", BinaryValue: new Uint8Array([1, 2, 3]) },
        respool: { DataType: "String", StringValue: '{"id":"work-1","generation":2}' },
      },
    });
    expect(invoked).toEqual([]);
    const deadLetter = {
      MessageId: "m-9",
      Body: sent?.body,
      Attributes: sent?.system,
      MessageAttributes: { respool: { DataType: "String", StringValue: '{"id":"work-1","generation":2}' } },
    };
    expect(parseRecord(deadLetter, replayedSources, fifoQueue)).toMatchObject({
      record: { work: "work-1", generation: 2, identity: workIdentity("adopted", "work-1") },
    });
  });

  it("cannot go to a function, nor an event to a queue", async () => {
    const { replay } = setUp();
    await expect(replay({ as: "message", groupId: "g", attributes, payload: "x" })).rejects.toThrow(
      "[targets.notify] must have a queueUrl, got none",
    );
    await expect(replay({ as: "event", payload: "{}" }, "adopted")).rejects.toThrow(
      "[targets.adopted] must have a functionArn, got none",
    );
  });
});

describe("an order", () => {
  it("of a source that the launcher does not replay fails for good", async () => {
    await expect(setUp().replay({ as: "event", payload: "{}" }, "other")).rejects.toMatchObject({
      name: "UndeclaredSource",
      message: '[source] must be one that the launcher replays (notify, count, adopted), got "other"',
    });
  });

  it("that is none fails for good", async () => {
    await expect(setUp().handler({ order: { source: "notify" } })).rejects.toMatchObject({ name: "Unreadable" });
    await expect(setUp().handler(undefined)).rejects.toMatchObject({ name: "Unreadable" });
  });

  it("in an execution that somebody started by hand is a first replay", async () => {
    const { handler, invoked } = setUp();
    const order = { respool: 1, source: "notify", id: "work-1", replay: { as: "event", payload: "{}" } };
    await handler({ order, execution: "by-hand" });
    expect(invoked[0]?.custom).toMatchObject({ custom: { respool: { generation: 1 } } });
  });
});

describe("the configuration", () => {
  it.each([
    [{ targets: { notify: {} } }, "[targets.notify] must have a functionArn or a queueUrl, got neither"],
    [
      { targets: { notify: { queueUrl: "queue" } } },
      '[targets.notify.queueUrl] must be the URL of a queue, got "queue"',
    ],
  ])("%j is refused", (config, message) => {
    expect(() => setUp({}, config)).toThrow(message);
  });
});
