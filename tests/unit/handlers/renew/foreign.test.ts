// The renewer on failures that no execution failed at: they keep their identity, and leave queues beside the spool in time.
import { describe, expect, it, vi } from "vitest";
import type { RenewConfig } from "../../../../handlers/config";
import { createRenew } from "../../../../handlers/renew";
import { workIdentity } from "../../../../records/executionName";
import { parseRecord } from "../../../../records/parse";
import { awsError } from "../../../support/awsFakes";
import { fixedTime } from "../../../support/fixedTime";
import * as sample from "../../../support/foreignFailures";
import { BUCKET, fifoQueue, replayedSources, standardQueue } from "../../../support/foreignFailures";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";

const NOW = Date.parse("2026-03-20T12:00:00.000Z");
const DAY = 86_400_000;

function setUp(changes: Partial<RenewConfig> = {}) {
  const clients = fakeClients();
  const config: RenewConfig = {
    spoolUrl: SPOOL,
    poisonUrl: POISON,
    sources: replayedSources,
    deadLetterQueues: [standardQueue, fifoQueue],
    bucket: BUCKET,
    retentionSeconds: 14 * 86_400,
    renewBeforeSeconds: 3 * 86_400,
    ...changes,
  };
  const handler = createRenew(config, clients);
  const messageIn = (url: string) => {
    const [message] = clients.sqs.in(url);
    return {
      MessageId: message?.id,
      Body: message?.body,
      Attributes: { SentTimestamp: String(message?.sentAt), ...message?.system },
      MessageAttributes: Object(message?.attributes),
    };
  };
  return {
    ...clients,
    run: () => finish(handler({}, secondsLeft(300))),
    put: (url: string, body: unknown, daysAgo: number, system: Record<string, string> = {}) =>
      clients.sqs.put(url, typeof body === "string" ? body : JSON.stringify(body), {
        sentAt: NOW - daysAgo * DAY,
        system,
      }),
    identityIn: (url: string) => {
      const parsed = parseRecord(messageIn(url), replayedSources);
      return parsed.readable ? parsed.record.identity : undefined;
    },
    redriven: (work: string, source: string) => {
      const machine = sample.LAUNCHER_ARN.replace(":stateMachine:", ":execution:");
      clients.stepFunctions.executions.set(`${machine}:${workIdentity(source, work).id}-redrive-1-0`, {
        startDate: new Date(0),
        status: "SUCCEEDED",
      });
    },
  };
}

fixedTime(NOW);

describe("a dead letter in the spool", () => {
  const system = { DeadLetterQueueSourceArn: sample.ORDERS_QUEUE_ARN };

  it("is the same work in every copy", async () => {
    const { run, put, sqs, identityIn } = setUp();
    const { id } = put(SPOOL, "x", 12, system);
    await run();
    vi.setSystemTime(NOW + 12 * DAY);
    await run();
    expect(sqs.in(SPOOL)[0]).toMatchObject({ sentAt: NOW + 12 * DAY, system: {} });
    expect(identityIn(SPOOL)).toEqual(workIdentity("orders", id));
  });

  it("stays, and fails the run, where its copy has no room for whose failure it is", async () => {
    const { run, put, sqs } = setUp();
    put(SPOOL, sample.destinationRecord('"'.concat("x".repeat(1024 * 1024), '"')), 12, system);
    await expect(run()).rejects.toThrow("1 messages near the end of their retention could not be renewed");
    expect(sqs.in(SPOOL)[0]).toMatchObject({ sentAt: NOW - 12 * DAY, system });
  });

  it("is deleted instead when its redrive was started", async () => {
    const { run, put, redriven, sqs } = setUp();
    redriven(put(SPOOL, "x", 12, system).id, "orders");
    expect((await run()).spool).toMatchObject({ settled: 1, renewed: 0 });
    expect(sqs.in(SPOOL)).toEqual([]);
  });

  it("is as old as its message: nobody knows when the work began", async () => {
    const { run, put } = setUp();
    put(SPOOL, "x", 2, system);
    expect((await run()).spool.oldestAgeSeconds).toBe(2 * 86_400);
  });
});

describe("a stream's failure in S3", () => {
  const work = `${sample.STREAM_ARN} shardId-000000000000 100 102`;

  it("is deleted when its redrive was started, which the object tells", async () => {
    const { run, put, redriven, s3 } = setUp();
    s3.objects.set(`${BUCKET}/${sample.OBJECT_KEY}`, JSON.stringify({ ...sample.streamRecord(), payload: {} }));
    redriven(work, "count");
    put(SPOOL, sample.objectCreated(), 12);
    expect((await run()).spool).toMatchObject({ settled: 1, renewed: 0 });
  });

  it("is renewed where S3 does not tell", async () => {
    const { run, put, calls } = setUp();
    put(SPOOL, sample.objectCreated(), 12);
    calls.failBefore("GetObject", awsError("AccessDenied"));
    expect((await run()).spool).toMatchObject({ settled: 0, renewed: 1 });
  });

  it("that is S3's test event goes", async () => {
    const { run, put } = setUp();
    put(SPOOL, { Event: "s3:TestEvent" }, 12);
    expect((await run()).spool).toMatchObject({ settled: 1, renewed: 0 });
  });
});

describe("a queue beside the spool", () => {
  it("loses what comes near its end to the spool, where it is the same work", async () => {
    const { run, put, sqs, identityIn, calls } = setUp();
    sqs.retentionSeconds = 4 * 86_400;
    const { id } = put(standardQueue.url, "x", 2);
    put(standardQueue.url, "y", 0.5);
    const { beside } = await run();
    expect(beside).toMatchObject([{ seen: 2, renewed: 1, oldestAgeSeconds: 2 * 86_400 }]);
    expect(sqs.in(standardQueue.url).map(({ body }) => body)).toEqual(["y"]);
    expect(identityIn(SPOOL)).toEqual(workIdentity("adopted", id));
    expect(calls.made.indexOf("SendMessage")).toBeLessThan(calls.made.indexOf("DeleteMessageBatch"));
  });

  it("that is FIFO is left alone", async () => {
    const { run, put, sqs } = setUp();
    put(fifoQueue.url, "x", 13, { MessageGroupId: "g" });
    await run();
    expect(sqs.in(fifoQueue.url)).toHaveLength(1);
    expect(sqs.receiveInputs.map(({ QueueUrl }) => QueueUrl)).not.toContain(fifoQueue.url);
  });

  it("that cannot be looked at does not keep the spool from being renewed", async () => {
    const { run, put, sqs } = setUp();
    put(SPOOL, "x", 13);
    const count = sqs.getQueueAttributes;
    sqs.getQueueAttributes = (input) =>
      input.QueueUrl === standardQueue.url ? Promise.reject(awsError("Down")) : count(input);
    await expect(run()).rejects.toThrow("Down");
    expect(sqs.in(SPOOL)[0]?.sentAt).toBe(NOW);
  });
});
