// The renewer: what it keeps from expiring, what age it reports, and what it costs.
import { describe, expect, it, vi } from "vitest";
import type { RenewConfig } from "../../../handlers/config";
import { createRenew } from "../../../handlers/renew";
import { parseRecord } from "../../../records/parse";
import { awsError } from "../../support/awsFakes";
import { fixedTime } from "../../support/fixedTime";
import { crash, fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../support/handlerRun";
import { BORN, declared, executionOf, recordBody, recordByReference, statusChangeEvent } from "../../support/records";

const DAY = 86_400_000;
const NOW = Date.parse("2026-03-20T12:00:00.000Z");
const quiet = { seen: 0, renewed: 0, settled: 0, failed: 0, oldestAgeSeconds: 0, complete: true };

/** A record of work that was parked in the second that it started in. */
function bornAgo(name: string, days: number) {
  return recordBody(name, { startTime: new Date(NOW - days * DAY).toISOString() });
}

function setUp(changes: Partial<RenewConfig> = {}) {
  const clients = fakeClients();
  const times = { retentionSeconds: 14 * 86_400, renewBeforeSeconds: 2 * 86_400 };
  const handler = createRenew({ spoolUrl: SPOOL, poisonUrl: POISON, sources: declared, ...times, ...changes }, clients);
  return {
    ...clients,
    handler,
    run: (seconds = 300) => finish(handler({}, secondsLeft(seconds))),
    put: (url: string, body: unknown, ageDays: number, respool = "1") =>
      clients.sqs.put(url, typeof body === "string" ? body : JSON.stringify(body), {
        sentAt: NOW - ageDays * DAY,
        attributes: { respool: { DataType: "String", StringValue: respool } },
      }),
    attributeIn: (url: string) => JSON.parse(clients.sqs.in(url)[0]?.attributes.respool?.StringValue ?? ""),
  };
}

fixedTime(NOW);

describe("an idle system", () => {
  it("costs one call for an empty queue", async () => {
    const { run, calls, reported } = setUp();
    expect(await run()).toEqual({ spool: quiet, poison: quiet });
    expect(calls.made).toEqual(["GetQueueAttributes", "GetQueueAttributes"]);
    expect(reported).toEqual([
      { queueUrl: POISON, unit: "Seconds", OldestRecordAge: 0 },
      { queueUrl: SPOOL, unit: "Seconds", OldestRecordAge: 0 },
    ]);
  });

  it("costs one call more for a few messages, and never hides them from a reprocess run", async () => {
    const { run, put, calls, sqs } = setUp();
    put(SPOOL, bornAgo("order-1", 1), 1);
    put(SPOOL, bornAgo("order-2", 3), 3);
    expect((await run()).spool).toEqual({ ...quiet, seen: 2, oldestAgeSeconds: 3 * 86_400 });
    expect(calls.made).toEqual(["GetQueueAttributes", "GetQueueAttributes", "ReceiveMessage"]);
    expect(sqs.receiveInputs[0]?.VisibilityTimeout).toBe(0);
  });
});

describe("the age", () => {
  it("of work whose redrive failed counts from when the work first started", async () => {
    const { run, put } = setUp();
    const born = Math.floor((NOW - 4 * DAY) / 1000).toString(36);
    put(SPOOL, recordBody(`order-1-redrive-3-${born}`, { startTime: "2026-03-20T11:00:00.000Z" }), 0.01);
    expect((await run()).spool.oldestAgeSeconds).toBe(4 * 86_400);
  });

  it("of what nobody can read counts from when it was parked", async () => {
    const { run, put } = setUp();
    put(SPOOL, "no json", 2);
    expect((await run()).spool.oldestAgeSeconds).toBe(2 * 86_400);
  });

  it("is never less than the time in the queue, whatever the name of the execution says", async () => {
    const { run, put } = setUp();
    const born = Math.floor((NOW + 4 * DAY) / 1000).toString(36);
    put(SPOOL, recordBody(`order-1-redrive-3-${born}`), 2);
    expect((await run()).spool.oldestAgeSeconds).toBe(2 * 86_400);
  });
});

describe("a record near the end of its retention", () => {
  it("is copied, keeps body and age, and the original goes", async () => {
    const { run, put, sqs, attributeIn, reported, calls } = setUp();
    put(SPOOL, bornAgo("order-1", 12), 12);
    put(SPOOL, bornAgo("order-2", 11.9), 11.9);

    expect((await run()).spool).toEqual({ ...quiet, seen: 2, renewed: 1, oldestAgeSeconds: 12 * 86_400 });

    expect(sqs.in(SPOOL).map(({ body }) => JSON.parse(body).name)).toEqual(["order-2", "order-1"]);
    expect(sqs.in(SPOOL)[1]).toMatchObject({ sentAt: NOW, body: JSON.stringify(bornAgo("order-1", 12)) });
    expect(calls.made.indexOf("SendMessage")).toBeLessThan(calls.made.indexOf("DeleteMessageBatch"));
    expect(sqs.visible(SPOOL)).toHaveLength(2);
    expect(reported[1]).toMatchObject({ OldestRecordAge: 12 * 86_400 });

    sqs.queues.set(SPOOL, sqs.in(SPOOL).slice(1));
    expect(attributeIn(SPOOL)).toEqual({ parkedAt: NOW - 12 * DAY });
    vi.setSystemTime(NOW + 12 * DAY);
    expect((await run()).spool).toMatchObject({ renewed: 1, oldestAgeSeconds: 24 * 86_400 });
    expect(attributeIn(SPOOL)).toEqual({ parkedAt: NOW - 12 * DAY });
  });

  it("is deleted instead when its redrive was started", async () => {
    const { run, put, sqs, stepFunctions, calls } = setUp();
    put(SPOOL, recordBody("order-1"), 13);
    stepFunctions.executions.set(executionOf(`order-1-redrive-1-${BORN}`), {
      startDate: new Date(0),
      status: "SUCCEEDED",
    });
    expect((await run()).spool).toEqual({ seen: 1, renewed: 0, settled: 1, failed: 0, complete: true });
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(calls.made).not.toContain("SendMessage");
  });

  it("is the only one that Step Functions is asked about", async () => {
    const { run, put, calls } = setUp();
    put(SPOOL, recordBody("order-1"), 13);
    put(SPOOL, recordBody("order-2"), 1);
    expect((await run()).spool).toMatchObject({ seen: 2, renewed: 1 });
    expect(calls.made.filter((call) => call === "DescribeExecution")).toHaveLength(1);
  });

  it("is copied when it cannot be read, or Step Functions does not tell", async () => {
    const { run, put, calls } = setUp();
    put(SPOOL, "no json", 13);
    put(SPOOL, recordBody("order-1"), 13);
    calls.failBefore("DescribeExecution", awsError("ThrottlingException"));
    expect((await run()).spool).toMatchObject({ renewed: 2, settled: 0 });
  });

  it("that cannot be copied stays, and the run says so", async () => {
    const { handler, put, sqs, calls, reported } = setUp();
    put(SPOOL, recordBody("order-1"), 13);
    calls.failBefore("SendMessage", awsError("ServiceUnavailable"));
    await expect(finish(handler({}, secondsLeft(300)))).rejects.toThrow(
      "1 messages near the end of their retention could not be renewed",
    );
    expect(sqs.visible(SPOOL)).toHaveLength(1);
    expect(reported).toHaveLength(2);
  });
});

describe("a record by reference", () => {
  const event = statusChangeEvent("order-1", { input: null, inputDetails: { included: false } });
  const input = '{"price": 1.0}';

  it.each([
    ["a record", SPOOL, recordByReference("order-1")],
    ["an event", SPOOL, event],
    ["a wrapped event", SPOOL, { respool: 1, source: "orders", event }],
    ["a record in the poison queue", POISON, recordByReference("order-1")],
  ])("is renewed with its input, which it outlives then: %s", async (_what, queue, body) => {
    const { run, put, sqs, stepFunctions } = setUp();
    put(queue, body, 13);
    stepFunctions.executions.set(executionOf("order-1"), { startDate: new Date(0), status: "FAILED", input });
    await run();
    const before = parseRecord({ Body: JSON.stringify(body) }, declared);
    const after = parseRecord({ Body: sqs.in(queue)[0]?.body }, declared);
    if (!before.readable || !after.readable) throw new Error("the record cannot be read");
    expect(after.record).toEqual({ ...before.record, input: { by: "value", text: input } });
  });

  it("is renewed as it is where Step Functions does not give the input", async () => {
    const { run, put, sqs, lines } = setUp();
    put(SPOOL, recordByReference("order-1"), 13);
    expect((await run()).spool).toMatchObject({ renewed: 1 });
    expect(sqs.in(SPOOL).map(({ body }) => JSON.parse(body))).toEqual([recordByReference("order-1")]);
    expect(lines.map(({ message }) => message)).toContain("a record by reference is renewed without its input");
  });
});

describe("the poison queue", () => {
  it("is renewed without asking, and keeps reason and age", async () => {
    const { run, put, sqs, attributeIn, calls } = setUp({ poisonRetentionSeconds: 10 * 86_400 });
    const attribute = { parkedAt: NOW - 100 * DAY, reason: "why", at: "2026-03-01T00:00:00.000Z" };
    put(POISON, recordBody("order-1"), 8, JSON.stringify(attribute));
    expect((await run()).poison).toEqual({ ...quiet, seen: 1, renewed: 1, oldestAgeSeconds: 100 * 86_400 });
    expect(attributeIn(POISON)).toEqual(attribute);
    expect(sqs.in(POISON)).toHaveLength(1);
    expect(calls.made).not.toContain("DescribeExecution");
  });

  it("is renewed although the spool cannot be looked at", async () => {
    const { handler, put, calls, sqs } = setUp();
    put(POISON, "x", 13);
    put(SPOOL, "y", 1);
    calls.failBefore("DeleteMessageBatch", awsError("InternalError"), 0);
    const receive = sqs.receiveMessage;
    sqs.receiveMessage = (input) => (input.QueueUrl === SPOOL ? Promise.reject(awsError("Down")) : receive(input));
    await expect(finish(handler({}, secondsLeft(300)))).rejects.toThrow("Down");
    expect(sqs.in(POISON)[0]?.sentAt).toBe(NOW);
  });
});

describe("a large queue", () => {
  it("is gone through as a whole, held meanwhile and given back", async () => {
    const { run, put, sqs } = setUp();
    for (let order = 0; order < 234; order++) {
      const age = order === 200 ? 5 : 1;
      put(SPOOL, bornAgo(`order-${order}`, age), age);
    }
    const { spool } = await run();
    expect(spool).toEqual({ ...quiet, seen: 234, oldestAgeSeconds: 5 * 86_400 });
    expect(sqs.visible(SPOOL)).toHaveLength(234);
    expect(sqs.receiveInputs.length).toBeLessThanOrEqual(26);
  });

  it("that takes too long is reported as seen in part", async () => {
    const { run, put } = setUp();
    for (let order = 0; order < 234; order++) put(SPOOL, recordBody(`order-${order}`), 1);
    expect((await run(0)).spool).toMatchObject({ seen: 0, complete: false });
  });

  it("whose messages are all in flight for a moment is waited for", async () => {
    const { run, put } = setUp();
    put(SPOOL, bornAgo("order-1", 1), 1).visibleAt = NOW + 15_000;
    const { oldestAgeSeconds, complete } = (await run()).spool;
    expect([oldestAgeSeconds, complete]).toEqual([86_430, true]);
  });

  it("is looked through again when a run that began with it gives back what it held", async () => {
    const { run, put, sqs } = setUp();
    put(SPOOL, recordBody("order-1"), 1);
    put(SPOOL, recordBody("order-2"), 13).visibleAt = NOW + 40_000;
    expect((await run()).spool).toMatchObject({ seen: 2, renewed: 1, complete: true });
    expect(sqs.in(SPOOL).filter(({ sentAt }) => sentAt >= NOW)).toHaveLength(1);
  });

  it("whose messages are all in flight gives no age rather than a wrong one", async () => {
    const { run, put, reported } = setUp();
    put(SPOOL, recordBody("order-1"), 1).visibleAt = NOW + 600_000;
    expect((await run()).spool).toEqual({ seen: 0, renewed: 0, settled: 0, failed: 0, complete: false });
    expect(reported.map(({ queueUrl }) => queueUrl)).toEqual([POISON]);
  });
});

describe("a crash after any call", () => {
  async function renewUntilCall(crashAfter: number) {
    const { run, put, calls, sqs, attributeIn } = setUp();
    put(SPOOL, recordBody("order-1"), 13);
    const made = await crash(run, calls, crashAfter);
    await run();
    const bodies = new Set(sqs.in(SPOOL).map(({ body }) => body));
    return {
      made,
      bodies: [...bodies],
      fresh: sqs.in(SPOOL).every(({ sentAt }) => sentAt >= NOW),
      attribute: attributeIn(SPOOL),
    };
  }

  it("leaves the record in the spool, renewed, with its age", async () => {
    const { made: callsOfARun } = await renewUntilCall(1000);
    expect(callsOfARun).toBeGreaterThan(5);
    for (let call = 0; call < callsOfARun; call++) {
      vi.setSystemTime(NOW);
      const { made, ...after } = await renewUntilCall(call);
      const bodies = [JSON.stringify(recordBody("order-1"))];
      expect({ made, ...after }).toEqual({
        made: call + 1,
        bodies,
        fresh: true,
        attribute: { parkedAt: NOW - 13 * DAY },
      });
    }
  });
});

describe("the configuration", () => {
  it.each([
    [{ retentionSeconds: 1 }, "[retentionSeconds] must be a whole number from 60 to 1209600, got 1"],
    [{ renewBeforeSeconds: 1_209_600 }, "[renewBeforeSeconds] must be a whole number from 1 to 1209599, got 1209600"],
    [{ poisonUrl: "poison" }, '[poisonUrl] must be the URL of a queue, got "poison"'],
  ])("%j is refused", (changes, message) => {
    expect(() => setUp(changes)).toThrow(message);
  });
});
