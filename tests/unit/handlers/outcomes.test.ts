// The function of an AutoRedrive: the lease, the progress, and what it answers the state machine.
import { describe, expect, it, vi } from "vitest";
import { awsError } from "../../support/awsFakes";
import { fixedTime, NOW } from "../../support/fixedTime";
import { SPOOL } from "../../support/handlerRun";
import { config, runOf, setUp, stateOf } from "../../support/outcomesRun";
import { executionOf } from "../../support/records";

fixedTime();

describe("a run", () => {
  it("begins with the first step, and shows who began it", async () => {
    const { begin, item } = setUp();
    const round = await begin("run-1", { by: "ada", reason: "back", filter: { error: "ProviderError" } });
    expect(round).toMatchObject({
      next: "redrive",
      request: {
        max: 5,
        rate: 100,
        filter: { error: "ProviderError" },
        report: true,
        run: runOf("run-1"),
        parkedBefore: NOW,
      },
    });
    expect(item()).toMatchObject({
      run: { S: "run-1" },
      execution: { S: runOf("run-1") },
      startedBy: { S: "ada" },
      reason: { S: "back" },
      startedAt: { S: "2026-03-01T12:00:00.000Z" },
      state: { S: "ramp" },
      window: { N: "5" },
      started: { N: "0" },
      undecided: { N: "0" },
      expiresAt: { N: String(NOW / 1000 + 1_000) },
    });
  });

  it("finds out what became of its redrives, and lets the lease go at its end", async () => {
    const { begin, ask, item, stepFunctions, reported } = setUp();
    const run = stateOf(await begin("run-1"));
    const done = executionOf("order-1-redrive-1-abc");
    stepFunctions.executions.set(done, { startDate: new Date(), status: "SUCCEEDED", output: "{}" });
    const started = [{ execution: done, source: "orders", id: "order-1", generation: 0, mode: "restart" }];
    const result = { success: 1, poisoned: 1, started, remaining: 0, stoppedBecause: "empty" };
    const execution = runOf("run-1");

    const more = await ask({ run, answer: { of: "reprocess", result }, execution });
    expect(more).toMatchObject({ next: "redrive", run: { counts: { started: 1, succeeded: 1, poisoned: 1 } } });
    expect(item()).toMatchObject({ succeeded: { N: "1" }, remaining: { N: "0" } });

    const answer = { of: "reprocess", result: { ...result, started: [], poisoned: 0 } } as const;
    const end = await ask({ run: stateOf(more), answer, execution });
    expect(end).toEqual({
      next: "end",
      report: {
        started: 1,
        succeeded: 1,
        failedAgain: 0,
        held: 0,
        lost: 0,
        poisoned: 1,
        undecided: 0,
        remaining: 0,
        stoppedBecause: "empty",
        errors: {},
        by: "an operator",
        startedAt: "2026-03-01T12:00:00.000Z",
      },
    });
    expect(item()).toMatchObject({ state: { S: "ended" }, stoppedBecause: { S: "empty" } });
    expect(reported).toEqual([{ queueUrl: SPOOL, unit: "Count", AutoRedriveStopped: 0 }]);
    // The same round again, since its answer was lost.
    expect(await ask({ run: stateOf(more), answer, execution })).toEqual(end);
    expect(await begin("run-2")).toMatchObject({ next: "redrive" });
  });

  it("asks at most so many a second, those first that were asked longest ago", async () => {
    const { begin, ask, calls, stepFunctions } = setUp();
    const pending = Array.from({ length: 100 }, (_, at) => ({
      execution: executionOf(`order-${at}`),
      id: `order-${at}`,
      generation: 0,
      mode: "restart" as const,
    }));
    for (const { execution } of pending)
      stepFunctions.executions.set(execution, { startDate: new Date(), status: "RUNNING" });
    const run = { ...stateOf(await begin("run-1")), step: undefined, window: 100, pending };
    const from = Date.now();

    const round = await ask({ run, execution: runOf("run-1") });

    expect(calls.made.filter((call) => call === "DescribeExecution")).toHaveLength(40);
    expect(Date.now() - from).toBeGreaterThanOrEqual(4_800);
    expect(stateOf(round).pending.map(({ id }) => id)).toEqual(
      [...pending.slice(40), ...pending.slice(0, 40)].map(({ id }) => id),
    );
  });

  it("stops where more fails again than it may, and says with which errors, each piece of work once", async () => {
    const { begin, ask, stepFunctions, reported } = setUp({ defaults: { ...config.defaults, first: 3 } });
    const run = stateOf(await begin("run-1"));
    const started = ["a", "b", "a"].map((id, index) => ({
      execution: executionOf(`${id}-${index}`),
      source: "orders",
      id,
      generation: 0,
      mode: "restart",
    }));
    for (const { execution } of started) {
      stepFunctions.executions.set(execution, { startDate: new Date(), status: "FAILED", error: "CardDeclinedError" });
    }
    const result = { success: 3, poisoned: 0, started, remaining: 20, stoppedBecause: "max" };
    const end = await ask({ run, answer: { of: "reprocess", result }, execution: runOf("run-1") });
    expect(end).toMatchObject({
      next: "end",
      report: {
        failedAgain: 3,
        remaining: 20,
        stoppedBecause: "failureLimit",
        errors: { CardDeclinedError: { count: 3, ids: ["a", "b"] } },
      },
    });
    expect(reported).toMatchObject([{ AutoRedriveStopped: 1 }]);
  });

  it("names 20 of the failed for each error, and 20 errors", async () => {
    const { begin, ask, stepFunctions } = setUp({ defaults: { ...config.defaults, failureLimit: 1 } });
    const started = Array.from({ length: 40 }, (_, at) => {
      const execution = executionOf(`order-${at}`);
      const error = at < 25 ? "First" : `Error${at}`;
      stepFunctions.executions.set(execution, { startDate: new Date(), status: "FAILED", error });
      return { execution, source: "orders", id: `order-${at}`, generation: 0, mode: "restart" };
    });
    const run = { ...stateOf(await begin("run-1")), step: undefined, window: 100 };
    const answer = { of: "reprocess", result: { started, remaining: 1, stoppedBecause: "max" } } as const;
    const { failedAgain } = stateOf(await ask({ run, answer, execution: runOf("run-1") }));
    expect(failedAgain.First).toMatchObject({ count: 25 });
    expect(failedAgain.First?.ids).toHaveLength(20);
    expect(Object.keys(failedAgain)).toHaveLength(16);
  });

  it("goes on as another execution after so many rounds", async () => {
    const { begin, ask, item } = setUp({ rounds: 1 });
    const run = stateOf(await begin("run-1", { by: "ada" }));
    const answer = { of: "reprocess", result: { started: [], remaining: 9, stoppedBecause: "deadline" } } as const;
    const over = await ask({ run, answer, execution: runOf("run-1") });
    expect(over).toMatchObject({ next: "continue", name: "run-1-1" });
    const next = await begin("run-1-1", { continued: stateOf(over) });
    expect(next).toMatchObject({
      next: "redrive",
      request: { run: runOf("run-1-1") },
      run: { by: "ada", execution: 1, rounds: 0 },
    });
    expect(item()).toMatchObject({ run: { S: "run-1" }, execution: { S: runOf("run-1-1") } });
  });
});

describe("one run at a time", () => {
  it("a second one ends at once, and names the first", async () => {
    const { begin, stepFunctions } = setUp();
    stepFunctions.executions.set(runOf("run-1"), { startDate: new Date(), status: "RUNNING" });
    await begin("run-1", { by: "ada" });
    expect(await begin("run-2")).toEqual({
      next: "end",
      report: { stopped: "anotherRun", by: "ada", since: "2026-03-01T12:00:00.000Z" },
    });
  });

  it("the same one may begin twice, since an answer was lost", async () => {
    const { begin, calls } = setUp();
    calls.failAfter("UpdateItem", awsError("InternalServerError"));
    await expect(begin("run-1")).rejects.toThrow("InternalServerError");
    expect(await begin("run-1")).toMatchObject({ next: "redrive" });
  });

  it.each(["ABORTED", "FAILED", "TIMED_OUT"] as const)(
    "one whose execution is %s is taken over at once",
    async (status) => {
      const { begin, ask, stepFunctions } = setUp();
      const dead = stateOf(await begin("run-1"));
      stepFunctions.executions.set(runOf("run-1"), { startDate: new Date(), status });
      expect(await begin("run-2")).toMatchObject({ next: "redrive", run: { run: "run-2" } });
      expect(await ask({ run: dead, execution: runOf("run-1") })).toMatchObject({
        report: { stoppedBecause: "leaseLost" },
      });
    },
  );

  it("one that hands over to its next execution is not", async () => {
    const { begin, stepFunctions } = setUp();
    await begin("run-1");
    stepFunctions.executions.set(runOf("run-1"), { startDate: new Date(), status: "SUCCEEDED" });
    expect(await begin("run-2")).toMatchObject({ report: { stopped: "anotherRun" } });
  });

  it("one whose lease has expired is taken over, and ends when it finds out", async () => {
    const { begin, ask, stepFunctions, item } = setUp();
    stepFunctions.executions.set(runOf("run-1"), { startDate: new Date(), status: "RUNNING" });
    const slow = stateOf(await begin("run-1"));
    vi.setSystemTime(NOW + 1_000_000);
    expect(await begin("run-2")).toMatchObject({ report: { stopped: "anotherRun" } });
    vi.setSystemTime(NOW + 1_001_000);
    expect(await begin("run-2")).toMatchObject({ next: "redrive" });
    const end = await ask({ run: slow, execution: runOf("run-1") });
    expect(end).toMatchObject({ next: "end", report: { stoppedBecause: "leaseLost" } });
    expect(item()).toMatchObject({ run: { S: "run-2" }, state: { S: "ramp" } });
    expect(await begin("run-1-1", { continued: slow })).toMatchObject({ report: { stoppedBecause: "leaseLost" } });
  });
});

describe("with a circuit breaker", () => {
  const breaker = { tableName: "breaker", drains: true };

  it("waits for an open one, in its own words", async () => {
    const { begin, breaker: put, item } = setUp({ breaker });
    put({ phase: { S: "open" }, retryAt: { N: String(NOW / 1000 + 42) } });
    expect(await begin("run-1")).toMatchObject({ next: "wait", seconds: 42 });
    expect(item()).toMatchObject({ state: { S: "drain" } });
  });

  it("waits while an operator holds it, whatever its phase", async () => {
    const { begin, breaker: put } = setUp({ breaker });
    put({ phase: { S: "closed" }, hold: { M: { by: { S: "ada" } } } });
    expect(await begin("run-1")).toMatchObject({ next: "wait", seconds: 300 });
  });

  it("begins with one where nobody has touched it yet", async () => {
    expect(await setUp({ breaker }).begin("run-1")).toMatchObject({ next: "redrive", request: { max: 1 } });
  });

  it("has another run wait for one that opened while this run ended", async () => {
    const { begin, ask, breaker: put } = setUp({ breaker });
    const run = { ...stateOf(await begin("run-1")), stop: { because: "failureLimit" } as const };
    put({ phase: { S: "open" }, retryAt: { N: String(NOW / 1000 + 42) } });
    expect(await ask({ run, execution: runOf("run-1") })).toMatchObject({
      next: "end",
      report: { stoppedBecause: "failureLimit" },
      again: { name: expect.stringMatching(/^run-1-[0-9a-f]{12}-again$/), input: { by: "the run run-1" } },
    });
  });
});

describe("256 KiB", () => {
  it("hold the largest window, whatever the names", async () => {
    const { begin, ask, stepFunctions } = setUp();
    const longest = "arn:aws-us-gov:states:us-gov-west-1:123456789012:execution:";
    const started = Array.from({ length: 500 }, (_, at) => {
      const name = `${"x".repeat(48)}-redrive-1000-${String(at).padStart(7, "0")}`;
      const execution = `${longest}${"m".repeat(80)}:${name.padEnd(80, "y")}`;
      stepFunctions.executions.set(execution, { startDate: new Date(), status: "RUNNING" });
      return { execution, source: "s".repeat(64), id: "x".repeat(48), generation: 999, mode: "restart" };
    });
    const names = Array.from({ length: 21 }, (_, at) => `Error${at}`.padEnd(256, "e"));
    const ids = Array.from({ length: 20 }, () => "i".repeat(48));
    const failedAgain = Object.fromEntries(names.map((name) => [name, { count: 1_000_000, ids }]));
    const run = { ...stateOf(await begin("run-1")), step: undefined, window: 500, failedAgain };
    const answer = { of: "reprocess", result: { started, remaining: 1, stoppedBecause: "max" } } as const;
    const request = { run, answer, execution: runOf("run-1") };
    expect(Buffer.byteLength(JSON.stringify(request))).toBeLessThan(262_144);
    const round = await ask(request);
    expect(stateOf(round).pending).toHaveLength(500);
    expect(Buffer.byteLength(JSON.stringify({ continued: stateOf(round) }))).toBeLessThan(262_144);
  });
});
