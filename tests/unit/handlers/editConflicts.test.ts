// An edit beside others: whoever else redrives, edits the same record, or fails in between, one input runs.
import { describe, expect, it, vi } from "vitest";
import { awsError } from "../../support/awsFakes";
import { BUCKET, FIRST, otherPatch, patch, setUp } from "../../support/editRun";
import { EARLIER, fixedTime } from "../../support/fixedTime";
import { finish, SPOOL, secondsLeft } from "../../support/handlerRun";
import { executionOf, recordBody, statusChangeEvent } from "../../support/records";

fixedTime();

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
