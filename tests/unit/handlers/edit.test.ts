// An edit: what it starts, what it records, what it deletes and what it leaves.
import { describe, expect, it } from "vitest";
import type { EditConfig } from "../../../handlers/config";
import { BUCKET, FIRST, patch, setUp } from "../../support/editRun";
import { EARLIER, fixedTime } from "../../support/fixedTime";
import { POISON, SPOOL, secondsLeft } from "../../support/handlerRun";
import { BORN, declared, executionOf, recordBody, recordByReference, statusChangeEvent } from "../../support/records";

fixedTime();

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
