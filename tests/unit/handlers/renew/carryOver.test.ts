// The renewer and work whose execution goes on: what it carries over, what it settles, what it leaves and tells of.
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import type { DescribeExecutionCommandOutput } from "@aws-sdk/client-sfn";
import { describe, expect, it, vi } from "vitest";
import { createRenew } from "../../../../handlers/renew";
import type { DeclaredSources } from "../../../../records/record";
import { awsError } from "../../../support/awsFakes";
import { redriving, resumes } from "../../../support/continuedRecords";
import { fixedTime } from "../../../support/fixedTime";
import { crash, finish, POISON, SPOOL, secondsLeft } from "../../../support/handlerRun";
import { executionOf, recordBody, recordByReference } from "../../../support/records";

const DAY = 86_400_000;
const NOW = Date.parse("2026-03-20T12:00:00.000Z");
const resumable = { mode: "resume", generation: 0, attempts: 1 };
const parked = { mode: "park", generation: 0, attempts: 1, taskToken: "token" };
const withBreaker: DeclaredSources = { orders: { ...resumes.orders, breaker: { tableName: "payments" } } };

type Item = Record<string, AttributeValue>;
const open: Item = { phase: { S: "open" }, retryAt: { N: "0" } };

interface World {
  readonly sources?: DeclaredSources;
  readonly breaker?: Item;
}

function setUp({ sources = withBreaker, breaker = open }: World = {}) {
  const made = redriving();
  made.dynamoDb.items.set("payments", breaker);
  const times = { retentionSeconds: 14 * 86_400, renewBeforeSeconds: 5 * 86_400 };
  const handler = createRenew({ spoolUrl: SPOOL, poisonUrl: POISON, sources, ...times }, made);
  return {
    ...made,
    run: async () => (await finish(handler({}, secondsLeft(300)))).spool,
    /** Work that failed so many days ago, and whose record was sent, or renewed, so many days ago. */
    put: (
      changes: object,
      failedDays: number,
      sentDays = failedDays,
      execution?: Partial<DescribeExecutionCommandOutput>,
    ) => {
      const stopDate = new Date(NOW - failedDays * DAY);
      made.failed("order-1", { stopDate, ...execution });
      const body = recordBody("order-1", { failedAt: stopDate.toISOString(), ...changes });
      return made.sqs.put(SPOOL, JSON.stringify(body), { sentAt: NOW - sentDays * DAY });
    },
    messages: () => made.lines.map(({ message }) => message),
    tellsWhy: () => made.lines.find(({ message }) => message === "resumable work cannot be carried over")?.details,
  };
}

fixedTime(NOW);

describe("resumable work that failed more than eight days ago", () => {
  it.each<[string, Item]>([
    ["open", open],
    ["half open", { phase: { S: "halfOpen" } }],
    ["held", { hold: { M: {} } }],
  ])("is redriven while its breaker is %s, and its record goes", async (_what, breaker) => {
    const { run, put, stepFunctions, sqs, calls } = setUp({ breaker });
    put(resumable, 8.1);
    expect(await run()).toMatchObject({ settled: 1, renewed: 0, failed: 0 });
    expect(stepFunctions.redriven).toEqual(["order-1 order-1-redrive-1"]);
    expect(sqs.in(SPOOL)).toEqual([]);
    expect(calls.made.indexOf("RedriveExecution")).toBeLessThan(calls.made.indexOf("DeleteMessageBatch"));
  });

  it("is redriven though its record was renewed two days ago, and is one of a few", async () => {
    const { run, put, stepFunctions } = setUp();
    put(resumable, 12.1, 2);
    expect(await run()).toMatchObject({ seen: 1, settled: 1 });
    expect(stepFunctions.redriven).toHaveLength(1);
  });

  it("counts from its failure, not from when the reconciler found it", async () => {
    const { run, put } = setUp();
    put({ ...resumable, failedAt: "no time" }, 20, 7);
    expect(await run()).toMatchObject({ settled: 0, oldestResumableSeconds: 7 * 86_400 });
    put(resumable, 12.5, 7);
    expect(await run()).toMatchObject({ settled: 1 });
  });

  it.each<[string, World, object, object, string]>([
    [
      "its breaker is closed",
      { breaker: {} },
      {},
      {},
      "its circuit breaker is closed, so that a redrive would attempt it",
    ],
    ["it has no breaker", { sources: resumes }, {}, {}, "its source has no circuit breaker that would hold it back"],
    [
      "it timed out",
      {},
      {},
      { status: "TIMED_OUT" },
      "its execution did not end at a gate, so that a redrive would attempt it",
    ],
    [
      "it failed elsewhere",
      {},
      { attempts: undefined },
      {},
      "its execution did not end at a gate, so that a redrive would attempt it",
    ],
    [
      "somebody stopped it",
      {},
      { kind: "aborted" },
      {},
      "its execution did not end at a gate, so that a redrive would attempt it",
    ],
    [
      "it cannot be redriven",
      {},
      {},
      { redriveStatus: "NOT_REDRIVABLE", redriveStatusReason: "Execution history event limit exceeded" },
      "its execution cannot be resumed: Execution history event limit exceeded",
    ],
  ])("stays where %s, and the log names it", async (_what, world, changes, execution, reason) => {
    const { run, put, stepFunctions, sqs, tellsWhy, calls } = setUp(world);
    put({ ...resumable, ...changes }, 12.1, 2, execution);
    expect(await run()).toMatchObject({ settled: 0, failed: 0 });
    expect(stepFunctions.redriven).toEqual([]);
    expect(calls.made).not.toContain("StartExecution");
    expect(sqs.visible(SPOOL)).toHaveLength(1);
    expect(tellsWhy()).toMatchObject({ id: "order-1", source: "orders", execution: executionOf("order-1"), reason });
  });

  it("is told of with the moment from which on it is lost to resuming", async () => {
    const { run, put, tellsWhy } = setUp({ breaker: {} });
    put(resumable, 12);
    await run();
    expect(tellsWhy()?.redrivableUntil).toBe(new Date(NOW + 2 * DAY).toISOString());
  });

  it("has nothing to be done when it was redriven meanwhile", async () => {
    const { run, put, stepFunctions } = setUp();
    put(resumable, 12.1, 2, { status: "FAILED", redriveCount: 1 });
    expect(await run()).toMatchObject({ settled: 1 });
    expect(stepFunctions.redriven).toEqual([]);
  });

  it("is redriven once although the reply is lost", async () => {
    const { run, put, calls, stepFunctions } = setUp();
    put(resumable, 12.1);
    calls.failAfter("RedriveExecution", awsError("TimeoutError"));
    expect(await run()).toMatchObject({ settled: 1 });
    expect(stepFunctions.redriven).toHaveLength(1);
  });

  it.each(["DescribeExecution", "GetItem", "RedriveExecution"])("stays when %s fails", async (call) => {
    const { run, put, calls, sqs, messages } = setUp();
    put(resumable, 12.1, 2);
    calls.failBefore(call, awsError("AccessDeniedException"));
    expect(await run()).toMatchObject({ settled: 0 });
    expect(sqs.visible(SPOOL)).toHaveLength(1);
    expect(messages()).toContain("resumable work could not be carried over");
    expect(await run()).toMatchObject({ settled: 1 });
  });
});

describe("resumable work that need not, or must not, be carried over", () => {
  it("is not redriven, and not asked about, before eight days are over", async () => {
    const { run, put, calls } = setUp();
    put(resumable, 7.9);
    expect(await run()).toMatchObject({ settled: 0, oldestResumableSeconds: 7.9 * 86_400 });
    expect(calls.made).not.toContain("DescribeExecution");
  });

  it("near the end of its message's retention is copied, unless it was redriven", async () => {
    const { run, put, sqs } = setUp({ breaker: { phase: { S: "closed" } } });
    put(resumable, 10);
    expect(await run()).toMatchObject({ renewed: 1, settled: 0 });
    expect(sqs.in(SPOOL).map(({ sentAt }) => sentAt)).toEqual([NOW]);
    const other = setUp();
    other.put(resumable, 10, 10, { status: "SUCCEEDED", redriveCount: 1 });
    expect(await other.run()).toMatchObject({ renewed: 0, settled: 1 });
  });

  it("that runs at the generation of its record is copied", async () => {
    const { run, put } = setUp();
    put(resumable, 10, 10, { status: "RUNNING" });
    expect(await run()).toMatchObject({ renewed: 1, settled: 0 });
  });
});

describe("parked work near the end of its message's retention", () => {
  it("is copied while its token is waited for", async () => {
    const { run, put, stepFunctions } = setUp();
    put(parked, 10, 10, { status: "RUNNING" });
    stepFunctions.tasks.set("token", { closed: false });
    expect(await run()).toMatchObject({ renewed: 1, settled: 0 });
    expect(stepFunctions.tasks.get("token")).toEqual({ closed: false });
  });

  it("is deleted when its token was answered, or has expired: it has parked anew", async () => {
    const { run, put, stepFunctions, sqs } = setUp();
    put(parked, 10);
    stepFunctions.tasks.set("token", { closed: true });
    expect(await run()).toMatchObject({ renewed: 0, settled: 1 });
    expect(sqs.in(SPOOL)).toEqual([]);
  });

  it("is copied when nobody can tell", async () => {
    const { run, put } = setUp();
    put(parked, 10);
    expect(await run()).toMatchObject({ renewed: 1, settled: 0 });
  });

  it("is copied without its execution's input: that of its step is another", async () => {
    const { run, put, sqs, stepFunctions } = setUp();
    put(parked, 1);
    sqs.queues.clear();
    stepFunctions.tasks.set("token", { closed: false });
    stepFunctions.executions.set(executionOf("order-1"), { startDate: new Date(0), status: "RUNNING", input: "{}" });
    const body = JSON.stringify(recordByReference("order-1", parked));
    sqs.put(SPOOL, body, { sentAt: NOW - 10 * DAY });
    expect(await run()).toMatchObject({ renewed: 1 });
    expect(sqs.in(SPOOL)[0]?.body).toBe(body);
  });
});

describe("the metric ResumableAge", () => {
  it("is the time since the oldest resumable work failed", async () => {
    const { run, put, reported } = setUp();
    put(resumable, 3);
    put({ ...resumable, generation: 1 }, 7, 1);
    await run();
    expect(reported.at(-1)).toMatchObject({ queueUrl: SPOOL, unit: "Seconds", ResumableAge: 7 * 86_400 });
    expect(reported[0]).not.toHaveProperty("ResumableAge");
  });

  it("is 0 without such work, and is not there without sources that resume", async () => {
    const { run, put, reported } = setUp();
    put(parked, 3);
    await run();
    expect(reported.at(-1)).toMatchObject({ ResumableAge: 0 });
    const { resumes: _, ...plain } = resumes.orders;
    const other = setUp({ sources: { orders: plain } });
    await other.run();
    expect(other.reported.at(-1)).not.toHaveProperty("ResumableAge");
  });
});

describe("a crash after any call", () => {
  async function renewUntilCall(crashAfter: number) {
    const { run, put, calls, stepFunctions, sqs } = setUp();
    // The machine itself writes what comes of the redrive.
    stepFunctions.onRedrive = (execution) => {
      Object.assign(execution, { status: "FAILED", redriveStatus: "REDRIVABLE", stopDate: new Date() });
      const failedAt = new Date().toISOString();
      sqs.put(SPOOL, JSON.stringify(recordBody("order-1", { ...resumable, kind: "held", generation: 1, failedAt })));
    };
    put(resumable, 12.1);
    const callsMade = await crash(run, calls, crashAfter);
    await run();
    const generations = sqs.in(SPOOL).map(({ body }) => JSON.parse(body).generation);
    return { callsMade, redriven: stepFunctions.redriven, generations };
  }

  it("leaves one record of the work, the new one, after one redrive", async () => {
    const { callsMade: callsOfARun } = await renewUntilCall(1000);
    expect(callsOfARun).toBeGreaterThan(6);
    for (let call = 0; call < callsOfARun; call++) {
      vi.setSystemTime(NOW);
      const { callsMade: _, ...after } = await renewUntilCall(call);
      expect({ call, ...after }).toEqual({ call, redriven: ["order-1 order-1-redrive-1"], generations: [1] });
    }
  });
});
