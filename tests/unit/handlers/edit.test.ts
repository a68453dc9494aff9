// An edit: what it starts, what it records, what it deletes, what it leaves, whatever fails in between and whoever else redrives.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { EditConfig } from "../../../handlers/config";
import { createEdit } from "../../../handlers/edit";
import { createReprocess } from "../../../handlers/reprocess";
import { awsError } from "../../support/awsFakes";
import { fakeClients, finish, POISON, SPOOL, secondsLeft } from "../../support/handlerRun";
import { BORN, declared, executionOf, recordBody, recordByReference, statusChangeEvent } from "../../support/records";

const NOW = Date.parse("2026-03-01T12:00:00.000Z");
const EARLIER = NOW - 60_000;
const BUCKET = "spool-bucket";
const FIRST = `order-1-redrive-1-${BORN}`;
const patch = [{ op: "replace", path: "/order", value: "mended" }];
const otherPatch = [{ op: "replace", path: "/order", value: "other" }];

function setUp(changes: Partial<EditConfig> = {}) {
  const clients = fakeClients();
  const config = { spoolUrl: SPOOL, poisonUrl: POISON, sources: declared, bucket: BUCKET, ...changes };
  const handler = createEdit(config, clients);
  const reprocess = createReprocess({ ...config, maxRedrives: 3 }, clients);
  return {
    ...clients,
    handler,
    edit: (request: object = {}, seconds = 300) =>
      finish(handler({ id: "order-1", patch, ...request }, secondsLeft(seconds))),
    reprocess: () => finish(reprocess({}, secondsLeft(300))),
    park: (body: unknown, url = SPOOL) =>
      clients.sqs.put(url, typeof body === "string" ? body : JSON.stringify(body), { sentAt: EARLIER }),
    inputOf: (name: string) => clients.stepFunctions.executions.get(executionOf(name))?.input,
    audit: (key: string) => JSON.parse(clients.s3.objects.get(`${BUCKET}/respool/edits/${key}`) ?? "null"),
    audits: () => [...clients.s3.objects.keys()].map((path) => path.slice(`${BUCKET}/respool/edits/`.length)),
  };
}

beforeEach(() => {
  vi.useFakeTimers({ now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("an edit", () => {
  it("starts the next generation with the edited input, keeps the original, then deletes the record", async () => {
    const { edit, park, sqs, inputOf, audit, calls, lines } = setUp();
    park(recordBody("order-1"));

    const result = await edit({ by: "ann", reason: "a typing error" });

    expect(result).toEqual({
      outcome: "started",
      id: "order-1",
      source: "orders",
      generation: 1,
      execution: executionOf(FIRST),
      audit: `s3://${BUCKET}/respool/edits/orders/order-1/1.json`,
      original: '{"order":"order-1"}',
      edited: '{"order":"mended"}',
    });
    expect(inputOf(FIRST)).toBe('{"order":"mended"}');
    expect(audit("orders/order-1/1.json")).toEqual({
      respool: 1,
      source: "orders",
      id: "order-1",
      generation: 1,
      execution: executionOf(FIRST),
      by: "ann",
      reason: "a typing error",
      at: expect.stringMatching(/^2026-03-01T12:00:/),
      edit: { patch },
      original: { order: "order-1" },
      edited: { order: "mended" },
    });
    expect(calls.made.indexOf("CreateObject")).toBeLessThan(calls.made.indexOf("StartExecution"));
    expect(calls.made.indexOf("StartExecution")).toBeLessThan(calls.made.indexOf("DeleteMessageBatch"));
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(lines.at(-1)).toMatchObject({
      message: "edit ended",
      details: { outcome: "started", by: "ann", reason: "a typing error" },
    });
    expect(JSON.stringify(lines)).not.toContain("mended");
  });

  it("may be a JSONata expression", async () => {
    const { edit, park, inputOf, audit } = setUp();
    park(recordBody("order-1"));

    expect(await edit({ patch: undefined, jsonata: "$merge([$, {'gift': true}])" })).toMatchObject({
      outcome: "started",
    });
    expect(inputOf(FIRST)).toBe('{"order":"order-1","gift":true}');
    expect(audit("orders/order-1/1.json")).toMatchObject({ edit: { jsonata: "$merge([$, {'gift': true}])" } });
  });

  it("keeps numbers that JavaScript would round, in what it starts and in the audit", async () => {
    const { edit, park, inputOf, s3 } = setUp();
    const body = JSON.stringify(recordBody("order-1")).replace(
      '{"order":"order-1"}',
      '{"order":"x","n":12345678901234567890,"r":1.0}',
    );
    park(body);

    const text = '[{"op":"replace","path":"/order","value":98765432109876543210}]';
    expect(await edit({ patch: text })).toMatchObject({ outcome: "started" });
    expect(inputOf(FIRST)).toBe('{"order":98765432109876543210,"n":12345678901234567890,"r":1.0}');
    const kept = s3.objects.get(`${BUCKET}/respool/edits/orders/order-1/1.json`);
    expect(kept).toContain('"original":{"order":"x","n":12345678901234567890,"r":1.0}');
    expect(kept).toContain(`"edit":{"patch":${text}}`);
  });

  it("reads the input of a record by reference from its execution", async () => {
    const { edit, park, stepFunctions, inputOf } = setUp();
    const startDate = new Date(EARLIER);
    stepFunctions.executions.set(executionOf("order-1"), { startDate, status: "FAILED", input: '{"order":"large"}' });
    park(recordByReference("order-1"));

    expect(await edit()).toMatchObject({ outcome: "started", original: '{"order":"large"}' });
    expect(inputOf(FIRST)).toBe('{"order":"mended"}');
  });

  it("takes work that failed again on from its newest generation", async () => {
    const { edit, park, stepFunctions, sqs } = setUp();
    park(recordBody("order-1"));
    park(recordBody(`order-1-redrive-2-${BORN}`));

    expect(await edit()).toMatchObject({
      outcome: "started",
      generation: 3,
      execution: executionOf(`order-1-redrive-3-${BORN}`),
    });
    expect(stepFunctions.redrives()).toEqual([`order-1-redrive-3-${BORN}`]);
    expect(sqs.visible(SPOOL).map(({ body }) => JSON.parse(body).name)).toEqual(["order-1"]);
  });

  it("settles all messages of one failure by one start, and gives back all others at once", async () => {
    const { edit, park, stepFunctions, sqs } = setUp();
    park(recordBody("order-1"));
    park(statusChangeEvent("order-1"));
    for (let other = 2; other <= 60; other++) park(recordBody(`order-${other}`));
    park("no record at all");

    expect(await edit()).toMatchObject({ outcome: "started" });
    expect(stepFunctions.redrives()).toEqual([FIRST]);
    expect(sqs.in(SPOOL)).toHaveLength(60);
    expect(sqs.visible(SPOOL)).toHaveLength(60);
  });

  it("takes a name that is too long for an id as the caller wrote it", async () => {
    const { edit, park } = setUp();
    park(recordBody("n".repeat(80)));

    expect(await edit({ id: "n".repeat(80) })).toMatchObject({ outcome: "started", id: "n".repeat(80) });
  });

  it("shows in a dry run what it would do, and does nothing", async () => {
    const { edit, park, sqs, stepFunctions, s3 } = setUp();
    park(recordBody("order-1"));

    expect(await edit({ dryRun: true })).toEqual({
      outcome: "planned",
      id: "order-1",
      source: "orders",
      generation: 1,
      execution: executionOf(FIRST),
      original: '{"order":"order-1"}',
      edited: '{"order":"mended"}',
    });
    expect([sqs.visible(SPOOL).length, stepFunctions.redrives(), s3.objects.size]).toEqual([1, [], 0]);
  });

  it("finds nothing where nothing is, and says how much it saw", async () => {
    const { edit, park } = setUp();
    park(recordBody("order-2"));

    expect(await edit()).toEqual({
      outcome: "notFound",
      id: "order-1",
      reason: "none of the 1 messages that could be received is of this work; another run may hold it for the moment",
    });
  });

  it("says so when time was up before it had seen all", async () => {
    const { edit, park } = setUp();
    for (let other = 2; other <= 20; other++) park(recordBody(`order-${other}`));

    expect(await edit({}, 1)).toMatchObject({
      outcome: "notFound",
      reason: expect.stringMatching(
        /time was up before the end: invoke it again, or give the function a longer timeout$/,
      ),
    });
  });
});

describe("an edit that cannot be", () => {
  it.each<{ name: string; request?: object; body?: unknown; config?: Partial<EditConfig>; message: string }>([
    {
      name: "two sources",
      body: [
        recordBody("order-1"),
        recordBody("order-1", { source: "parcels", execution: executionOf("order-1", "parcels") }),
      ],
      message: '[source] must be given, since orders and parcels have work of the id "order-1" each, got nothing',
    },
    {
      name: "two pieces of work of one name",
      body: [recordBody("order-1"), recordBody("order-1", { startTime: "2025-01-01T10:00:00Z" })],
      message:
        '[id] must name one piece of work, got "order-1", of which orders has 2 that were started at different times: redrive one of them first',
    },
    {
      name: "aborted work",
      body: [recordBody("order-1", { kind: "aborted" })],
      message: '[includeAborted] must be true to redrive work that was aborted, such as "order-1", got false',
    },
    {
      name: "work that is resumed",
      body: [recordBody("order-1", { mode: "resume", generation: 0, attempts: 1 })],
      message:
        '[id] must name work that is restarted or parked, got "order-1" of "orders", which is resumed: RedriveExecution goes on with the execution\'s own input, and takes no other',
    },
    {
      name: "a patch that leads nowhere",
      request: { patch: [{ op: "replace", path: "/card", value: 1 }] },
      message: '[patch[0].path] must lead to a place in the input, got "/card", and there is no /card',
    },
    {
      name: "an edit that changes nothing",
      request: { patch: [{ op: "replace", path: "/order", value: "order-1" }] },
      message: "[patch] must change the input, got one that leaves it as it is",
    },
    {
      name: "an input that is too large",
      request: { patch: [{ op: "add", path: "/x", value: "x".repeat(262_144) }] },
      message: "the edited input must come to at most 262144 bytes, got 262170",
    },
  ])(
    "is refused, and everything stays: $name",
    async ({ request, body = [recordBody("order-1")], config, message }) => {
      const { edit, park, sqs, stepFunctions, s3 } = setUp(config);
      for (const one of [body].flat()) park(one);

      await expect(edit(request)).rejects.toThrow(new Error(message));
      expect(sqs.visible(SPOOL)).toHaveLength([body].flat().length);
      expect([stepFunctions.redrives(), s3.objects.size]).toEqual([[], 0]);
    },
  );

  it("restarts what its source restarted, though that resumes by now", async () => {
    const { edit, park, stepFunctions } = setUp({
      sources: { ...declared, orders: { ...declared.orders, resumes: true } },
    });
    park(recordBody("order-1"));
    expect(await edit()).toMatchObject({ outcome: "started", generation: 1 });
    expect(stepFunctions.redrives()).toHaveLength(1);
  });

  it("is made of the failure that is parked, not of the restart that led to it, whose record is there still", async () => {
    const { edit, park, stepFunctions, sqs } = setUp();
    const restarted = executionOf(FIRST);
    stepFunctions.executions.set(restarted, { name: FIRST, startDate: new Date(), status: "RUNNING", input: "{}" });
    stepFunctions.tasks.set("token", { closed: false, execution: restarted });
    park(recordBody("order-1"));
    park(recordBody(FIRST, { mode: "park", generation: 0, attempts: 1, taskToken: "token" }));
    expect(await edit()).toMatchObject({ outcome: "started", execution: restarted });
    expect(stepFunctions.tasks.get("token")).toMatchObject({ closed: true });
    expect(sqs.in(SPOOL)).toHaveLength(1);
  });

  it("redrives aborted work when it is told to", async () => {
    const { edit, park } = setUp();
    park(recordBody("order-1", { kind: "aborted" }));
    expect(await edit({ includeAborted: true })).toMatchObject({ outcome: "started" });
  });

  it("takes the source that it is told", async () => {
    const { edit, park, sqs } = setUp();
    park(recordBody("order-1"));
    park(recordBody("order-1", { source: "parcels", execution: executionOf("order-1", "parcels") }));
    expect(await edit({ source: "parcels" })).toMatchObject({
      outcome: "started",
      execution: executionOf(FIRST, "parcels"),
    });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
  });
});

describe("somebody else", () => {
  it("started the original: a conflict, which is told, and nothing is deleted or recorded", async () => {
    const { edit, park, sqs, stepFunctions, s3 } = setUp();
    park(recordBody("order-1"));
    const startDate = new Date(EARLIER);
    stepFunctions.executions.set(executionOf(FIRST), { startDate, status: "SUCCEEDED", input: '{"order":"order-1"}' });

    expect(await edit()).toEqual({
      outcome: "conflict",
      id: "order-1",
      source: "orders",
      generation: 1,
      execution: executionOf(FIRST),
      startedAt: startDate.toISOString(),
      reason: "this generation was started with another input",
      original: '{"order":"order-1"}',
      edited: '{"order":"mended"}',
    });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
    expect(s3.objects.size).toBe(0);
  });

  it("starts the original between the look and the start: a conflict, and the record goes back", async () => {
    const { edit, park, sqs, stepFunctions, s3, inputOf } = setUp();
    park(recordBody("order-1"));
    const create = s3.createObject;
    s3.createObject = async (object, text) => {
      const startDate = new Date();
      stepFunctions.executions.set(executionOf(FIRST), { startDate, status: "RUNNING", input: '{"order":"order-1"}' });
      return create(object, text);
    };

    expect(await edit()).toMatchObject({ outcome: "conflict", execution: executionOf(FIRST) });
    expect(inputOf(FIRST)).toBe('{"order":"order-1"}');
    expect(sqs.visible(SPOOL)).toHaveLength(1);
  });

  it("waits for an execution that DescribeExecution does not know yet", async () => {
    const { edit, park, calls, stepFunctions } = setUp();
    park(recordBody("order-1"));
    stepFunctions.executions.set(executionOf(FIRST), {
      startDate: new Date(EARLIER),
      status: "SUCCEEDED",
      input: "{}",
    });
    calls.failBefore("DescribeExecution", awsError("ExecutionDoesNotExist"), 3);

    expect(await edit()).toMatchObject({ outcome: "conflict" });
  });

  it("started the work on the machine that this one took the place of", async () => {
    const { edit, park, stepFunctions, sqs } = setUp();
    park(recordBody("order-1", { execution: executionOf("order-1", "orders-old") }));
    stepFunctions.executions.set(executionOf(FIRST, "orders-old"), { startDate: new Date(EARLIER), input: "{}" });

    expect(await edit()).toMatchObject({ outcome: "conflict", execution: executionOf(FIRST, "orders-old") });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
  });

  it("reprocesses a duplicate afterwards: it is found to be started", async () => {
    const { edit, park, reprocess, sqs, stepFunctions } = setUp();
    park(recordBody("order-1"));
    await edit();
    park(statusChangeEvent("order-1"));

    expect(await reprocess()).toMatchObject({ success: 0, alreadyStarted: 1 });
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(stepFunctions.redrives()).toEqual([FIRST]);
  });

  it("edits at the same moment: one starts, the other is told", async () => {
    const { handler, park, stepFunctions } = setUp();
    park(recordBody("order-1"));
    park(statusChangeEvent("order-1"));
    const results = await finish(
      Promise.all([patch, otherPatch].map((one) => handler({ id: "order-1", patch: one }, secondsLeft(300)))),
    );
    expect(results.filter(({ outcome }) => outcome === "started")).toHaveLength(1);
    expect(stepFunctions.redrives()).toEqual([FIRST]);
  });
});

describe("the same edit again", () => {
  it("is already started, when its message is gone", async () => {
    const { edit, park, audits } = setUp();
    park(recordBody("order-1"));
    const { execution, audit } = await edit();

    expect(await edit()).toMatchObject({ outcome: "alreadyStarted", execution, audit, edited: '{"order":"mended"}' });
    expect(await edit({ source: "orders" })).toMatchObject({ outcome: "alreadyStarted" });
    expect(audits()).toEqual(["orders/order-1/1.json"]);
  });

  it("is already started, when its message is still there, which is deleted", async () => {
    const { edit, park, sqs, stepFunctions } = setUp();
    park(recordBody("order-1"));
    await edit();
    park(recordBody("order-1"));

    expect(await edit()).toMatchObject({ outcome: "alreadyStarted" });
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(stepFunctions.redrives()).toEqual([FIRST]);
  });

  it("is started as it was recorded, where an expression gives another value each time", async () => {
    const { edit, park, calls, inputOf, audit } = setUp();
    park(recordBody("order-1"));
    const request = { patch: undefined, jsonata: "{'at': $millis()}" };
    calls.failBefore("StartExecution", awsError("AccessDeniedException"));
    await expect(edit(request)).rejects.toThrow("AccessDeniedException");
    const recorded = JSON.stringify(audit("orders/order-1/1.json").edited);
    vi.advanceTimersByTime(60_000);

    expect(await edit(request)).toMatchObject({ outcome: "started", edited: recorded });
    expect(inputOf(FIRST)).toBe(recorded);
    vi.advanceTimersByTime(60_000);
    expect(await edit(request)).toMatchObject({ outcome: "alreadyStarted", edited: recorded });
  });
});

describe("another edit", () => {
  it("is a conflict, when the first one runs, or ran", async () => {
    const { edit, park, sqs, audits } = setUp();
    park(recordBody("order-1"));
    const { execution } = await edit();

    const conflict = { outcome: "conflict", execution, reason: "this generation was started with another edit" };
    expect(await edit({ patch: otherPatch })).toMatchObject(conflict);
    park(recordBody("order-1"));
    expect(await edit({ patch: otherPatch })).toMatchObject({ outcome: "conflict", execution });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
    expect(audits()).toEqual(["orders/order-1/1.json"]);
  });

  it("is recorded beside the first one, when that one came to nothing", async () => {
    const { edit, park, calls, audit, inputOf } = setUp();
    park(recordBody("order-1"));
    calls.failBefore("StartExecution", awsError("AccessDeniedException"));
    await expect(edit()).rejects.toThrow("AccessDeniedException");

    expect(await edit({ patch: otherPatch })).toMatchObject({
      outcome: "started",
      audit: `s3://${BUCKET}/respool/edits/orders/order-1/1-2.json`,
    });
    expect(audit("orders/order-1/1.json")).toMatchObject({ edited: { order: "mended" } });
    expect(inputOf(FIRST)).toBe('{"order":"other"}');
  });

  it("may follow when the edited work failed again", async () => {
    const { edit, park, stepFunctions } = setUp();
    park(recordBody("order-1"));
    await edit();
    park(recordBody(FIRST, { input: { order: "mended" } }));

    expect(await edit({ patch: otherPatch })).toMatchObject({
      outcome: "started",
      generation: 2,
      original: '{"order":"mended"}',
    });
    expect(stepFunctions.redrives()).toHaveLength(2);
  });
});

describe("an edit of an older generation", () => {
  it("asked for again, is a conflict with the newest one", async () => {
    const { edit, park } = setUp();
    park(recordBody("order-1"));
    await edit();
    park(recordBody(FIRST, { input: { order: "mended" } }));
    const { execution } = await edit({ patch: otherPatch });

    expect(await edit()).toMatchObject({ outcome: "conflict", generation: 2, execution });
  });
});

describe("a crash or a lost reply", () => {
  it.each(["ReceiveMessage", "CreateObject", "StartExecution", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"])(
    "after %s took effect: the same edit again comes to one start of the edited input",
    async (call) => {
      const { edit, park, calls, stepFunctions, inputOf, sqs, audits } = setUp();
      park(recordBody("order-1"));
      park(recordBody("order-2"));
      calls.failAfter(call, awsError("TimeoutError"), 10);
      await edit().catch(() => undefined);
      calls.recover();
      vi.advanceTimersByTime(400_000);
      for (let time = 0; time < 12; time++) await edit().catch(() => undefined);
      vi.advanceTimersByTime(400_000);

      expect((await edit()).outcome).toMatch(/^(started|alreadyStarted)$/);
      expect(stepFunctions.redrives()).toEqual([FIRST]);
      expect(inputOf(FIRST)).toBe('{"order":"mended"}');
      expect(audits()).toEqual(["orders/order-1/1.json"]);
      vi.advanceTimersByTime(400_000);
      expect(sqs.visible(SPOOL).map(({ body }) => JSON.parse(body).name)).toEqual(["order-2"]);
    },
  );

  it("anywhere: the same edit again comes to one start, and loses nothing", async () => {
    for (let after = 0; after < 25; after++) {
      const { handler, edit, park, calls, stepFunctions, inputOf, sqs } = setUp();
      park(recordBody("order-1"));
      park(recordBody("order-2"));
      calls.crashAfter(after);
      void handler({ id: "order-1", patch }, secondsLeft(300));
      await vi.advanceTimersByTimeAsync(400_000);
      calls.recover();

      expect((await edit()).outcome).toMatch(/^(started|alreadyStarted)$/);
      expect(stepFunctions.redrives()).toEqual([FIRST]);
      expect(inputOf(FIRST)).toBe('{"order":"mended"}');
      vi.advanceTimersByTime(400_000);
      expect(sqs.visible(SPOOL).map(({ body }) => JSON.parse(body).name)).toEqual(["order-2"]);
    }
  });

  it("of one of several receives gives back at once what the others received", async () => {
    const { edit, park, calls, sqs } = setUp();
    for (let order = 1; order <= 30; order++) park(recordBody(`order-${order}`));
    calls.failBefore("ReceiveMessage", awsError("InternalError"));
    await expect(edit()).rejects.toThrow("InternalError");
    expect(sqs.visible(SPOOL)).toHaveLength(30);
  });

  it("is made up for while AWS throttles", async () => {
    const { edit, park, calls } = setUp();
    park(recordBody("order-1"));
    for (const call of ["DescribeExecution", "CreateObject", "StartExecution"])
      calls.failBefore(call, awsError("ThrottlingException"), 2);
    expect(await edit()).toMatchObject({ outcome: "started" });
  });
});

describe("the poison queue", () => {
  it("is left alone unless it is asked for", async () => {
    const { edit, park, sqs } = setUp();
    park(recordBody(`order-1-redrive-3-${BORN}`), POISON);
    expect(await edit()).toMatchObject({ outcome: "notFound" });
    expect(await edit({ poison: true })).toMatchObject({ outcome: "started", generation: 4 });
    expect(sqs.in(POISON)).toEqual([]);
  });

  it("keeps its message on a conflict", async () => {
    const { edit, park, sqs, stepFunctions } = setUp();
    park(recordBody("order-1"), POISON);
    stepFunctions.executions.set(executionOf(FIRST), { startDate: new Date(EARLIER), input: "{}" });
    expect(await edit({ poison: true })).toMatchObject({ outcome: "conflict" });
    expect(sqs.visible(POISON)).toHaveLength(1);
  });
});

describe("what an edit is asked", () => {
  it.each<{ event: unknown; message: string }>([
    { event: undefined, message: "the input must be an object, got nothing" },
    { event: { patch }, message: "[id] must be a text of 1 to 1000 characters, got nothing" },
    {
      event: { id: "o", patch, max: 1 },
      message:
        "the input may have id, source, patch, jsonata, by, reason, poison, includeAborted, includeRejected, dryRun, got max",
    },
    { event: { id: "o" }, message: "the input must have one of [patch] and [jsonata], got none" },
    { event: { id: "o", patch, jsonata: "$" }, message: "the input must have one of [patch] and [jsonata], got both" },
    {
      event: { id: "o", patch, source: "nobody" },
      message: '[source] must be among the declared sources (orders, parcels), got "nobody"',
    },
    { event: { id: "o", patch, by: 7 }, message: "[by] must be a text of 1 to 1000 characters, got 7" },
    { event: { id: "o", patch, poison: "yes" }, message: '[poison] must be true or false, got "yes"' },
    { event: { id: "o", patch: [] }, message: "[patch] must be a list of one or more operations, got []" },
    { event: { id: "o", jsonata: " " }, message: '[jsonata] must be a JSONata expression, got " "' },
    {
      event: { id: "o", jsonata: "(" },
      message: '[jsonata] must be a JSONata expression, got "(": Expected ")" before end of expression',
    },
    {
      event: { id: "o", patch: [{ op: "add", path: "/n", value: 2 ** 60 }] },
      message:
        "[patch] must be given as a text to hold the number 1152921504606847000, which Lambda has rounded already",
    },
  ])("$message", async ({ event, message }) => {
    const { handler, calls } = setUp();
    await expect(handler(event, secondsLeft(300))).rejects.toThrow(new Error(message));
    expect(calls.made).toEqual([]);
  });
});
