// Edits of what the launcher replays: the payload changes, the order around it and its id stay.
import { describe, expect, it } from "vitest";
import type { EditConfig } from "../../../../handlers/config";
import { createEdit } from "../../../../handlers/edit";
import { createReprocess } from "../../../../handlers/reprocess";
import { workIdentity } from "../../../../records/executionName";
import { EARLIER, fixedTime } from "../../../support/fixedTime";
import * as sample from "../../../support/foreignFailures";
import { BUCKET, fifoQueue, OBJECT_KEY, replayedSources } from "../../../support/foreignFailures";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";

const patch = [{ op: "replace", path: "/n", value: 2 }];
const redriveOf = (work: string, source = "notify", generation = 1) =>
  `${workIdentity(source, work).id}-redrive-${generation}-0`;
const executionOf = (name: string) => `${sample.LAUNCHER_ARN.replace(":stateMachine:", ":execution:")}:${name}`;

function setUp(changes: Partial<EditConfig> = {}) {
  const clients = fakeClients();
  const config: EditConfig = {
    spoolUrl: SPOOL,
    poisonUrl: POISON,
    sources: replayedSources,
    bucket: BUCKET,
    deadLetterQueues: [fifoQueue],
    ...changes,
  };
  const put = (url: string, body: unknown, options: Parameters<typeof clients.sqs.put>[2] = {}) =>
    clients.sqs.put(url, typeof body === "string" ? body : JSON.stringify(body), { sentAt: EARLIER, ...options });
  return {
    ...clients,
    edit: (request: object, seconds = 300) =>
      finish(createEdit(config, clients)({ patch, ...request }, secondsLeft(seconds))),
    reprocess: () => finish(createReprocess({ ...config, maxRedrives: 3 }, clients)({}, secondsLeft(300))),
    park: (body: unknown) => put(SPOOL, body),
    parkFifo: (body: string, group: string, sequence: number) =>
      put(fifoQueue.url, body, {
        system: { MessageGroupId: group, SequenceNumber: String(sequence).padStart(20, "0") },
      }),
    inputOf: (name: string) => JSON.parse(clients.stepFunctions.executions.get(executionOf(name))?.input ?? "null"),
  };
}

/** A failure of the launcher, as its own state machine records it. */
function launchFailure(work: string, generation: number, replay: object) {
  const name = redriveOf(work, "notify", generation);
  return {
    respool: 1,
    kind: "failed",
    source: "launcher",
    execution: executionOf(name),
    name,
    startTime: "2026-03-01T11:00:00.000Z",
    input: { respool: 1, source: "notify", id: work, replay },
    error: { name: "ProviderDown", cause: null },
  };
}

fixedTime();

describe("an edit of work that is no execution's", () => {
  it("changes the payload within the order, by the work's own id", async () => {
    const { edit, park, inputOf, s3 } = setUp();
    park(sample.destinationRecord('{"n":1.0,"big":12345678901234567890}'));

    expect(await edit({ id: "request-1" })).toMatchObject({
      outcome: "started",
      source: "notify",
      execution: executionOf(redriveOf("request-1")),
      original: '{"n":1.0,"big":12345678901234567890}',
      edited: '{"n":2,"big":12345678901234567890}',
    });
    expect(inputOf(redriveOf("request-1"))).toEqual({
      respool: 1,
      source: "notify",
      id: "request-1",
      replay: { as: "event", payload: '{"n":2,"big":12345678901234567890}' },
    });
    const [kept] = [...s3.objects];
    expect(kept?.[0]).toBe(`${BUCKET}/respool/edits/notify/${workIdentity("notify", "request-1").id}/1.json`);
    expect(JSON.parse(kept?.[1] ?? "")).toMatchObject({ work: "request-1", original: { n: 1 }, edited: { n: 2 } });
    expect(await edit({ id: "request-1" })).toMatchObject({ outcome: "alreadyStarted" });
  });

  it("follows a replay that failed", async () => {
    const { edit, park, inputOf } = setUp();
    park(launchFailure("request-1", 1, { as: "event", payload: '{"n":1}' }));
    expect(await edit({ id: "request-1", source: "notify" })).toMatchObject({ outcome: "started", generation: 2 });
    expect(inputOf(redriveOf("request-1", "notify", 2)).replay.payload).toBe('{"n":2}');
  });

  it("reads a payload by reference, and puts a large one beside it, where no redrive of the original overwrites it", async () => {
    const { edit, park, reprocess, s3, inputOf } = setUp();
    const filler = "x".repeat(300_000);
    park(sample.destinationRecord(JSON.stringify({ n: 1, filler })));
    await reprocess();
    const original = inputOf(redriveOf("request-1")).replay.object;
    park(launchFailure("request-1", 1, { as: "event", object: original }));

    expect(await edit({ id: "request-1" })).toMatchObject({ outcome: "started", generation: 2 });
    const { object, payload } = inputOf(redriveOf("request-1", "notify", 2)).replay;
    expect(payload).toBeUndefined();
    expect(object.key).not.toBe(original.key);
    const stored = (key: string) => JSON.parse(s3.objects.get(`${BUCKET}/${key}`) ?? "").n;
    expect([stored(original.key), stored(object.key)]).toEqual([1, 2]);
  });

  it("reads what a stream's failure put into the bucket", async () => {
    const { edit, park, s3, stepFunctions } = setUp();
    s3.objects.set(
      `${BUCKET}/${OBJECT_KEY}`,
      JSON.stringify({ ...sample.streamRecord(), payload: { Records: [], n: 1 } }),
    );
    park(sample.objectCreated());
    const id =
      (await edit({ id: "nobody" })).reason === undefined ? "" : `${sample.STREAM_ARN} shardId-000000000000 100 102`;

    expect(await edit({ id })).toMatchObject({ outcome: "started", original: '{"Records":[],"n":1}' });
    const [started] = [...stepFunctions.executions.values()];
    expect(JSON.parse(started?.input ?? "").replay).toEqual({ as: "batch", payload: '{"Records":[],"n":2}' });
  });

  it.each<{ name: string; body: unknown; id: string; message: string }>([
    {
      name: "a pointer into a stream",
      body: sample.streamRecord(),
      id: `${sample.STREAM_ARN} shardId-000000000000 100 102`,
      message: `[id] must name work whose input is known, got "${sample.STREAM_ARN} shardId-000000000000 100 102", which only points to records of ${sample.STREAM_ARN}`,
    },
    {
      name: "a payload in a stranger's bucket",
      body: launchFailure("request-1", 1, { as: "event", object: { bucket: "strangers", key: "k" } }),
      id: "request-1",
      message: `[bucket] of the order must be the spool's, "${BUCKET}", got "strangers"`,
    },
  ])("is refused for $name", async ({ body, id, message }) => {
    const { edit, park, sqs, calls } = setUp();
    park(body);
    await expect(edit({ id })).rejects.toThrow(new Error(message));
    expect(sqs.visible(SPOOL)).toHaveLength(1);
    expect(calls.made).not.toContain("GetObject");
  });
});

describe("an edit of a message of a FIFO queue", () => {
  it("goes back to its group, and its message is deleted when its redrive has ended", async () => {
    const { edit, parkFifo, sqs, stepFunctions, calls } = setUp();
    stepFunctions.ending = () => ({ after: 5_000, status: "SUCCEEDED", output: "{}" });
    const { id } = parkFifo('{"n":1}', "a", 1);
    parkFifo('{"n":1}', "a", 2);
    expect(await edit({ id })).toMatchObject({ outcome: "started", source: "adopted" });
    const [started] = [...stepFunctions.executions.values()];
    expect(JSON.parse(started?.input ?? "").replay).toEqual({
      as: "message",
      groupId: "a",
      attributes: {},
      payload: '{"n":2}',
    });
    expect(sqs.in(fifoQueue.url)).toHaveLength(1);
    expect(calls.made.lastIndexOf("DeleteMessageBatch")).toBeGreaterThan(calls.made.lastIndexOf("DescribeExecution"));
  });

  it("leaves its message while the redrive runs on, so that nothing of the group goes first", async () => {
    const { edit, parkFifo, sqs } = setUp();
    const { id } = parkFifo('{"n":1}', "a", 1);
    expect(await edit({ id }, 60)).toMatchObject({ outcome: "started" });
    expect(sqs.visible(fifoQueue.url)).toHaveLength(1);
  });

  it("is refused behind another message of the group, and not behind one of another group", async () => {
    const { edit, parkFifo, stepFunctions } = setUp();
    stepFunctions.ending = () => ({ after: 1, status: "SUCCEEDED", output: "{}" });
    parkFifo('{"n":1}', "a", 1);
    const second = parkFifo('{"n":1}', "a", 2);
    const other = parkFifo('{"n":1}', "b", 3);
    await expect(edit({ id: second.id })).rejects.toThrow(
      new Error(
        `[id] must name the first message of its FIFO group, got "${second.id}" with 1 before it, which must be redriven first`,
      ),
    );
    expect(await edit({ id: other.id })).toMatchObject({ outcome: "started" });
  });

  it("must be JSON", async () => {
    const { edit, parkFifo } = setUp();
    const { id } = parkFifo("plain text", "a", 1);
    await expect(edit({ id })).rejects.toThrow(
      /^the input of "[0-9a-f]{32}" must be JSON to be edited, got "plain text"$/,
    );
  });
});
