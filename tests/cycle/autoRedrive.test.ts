// Automatic redrives on the simulator: how they ramp up, and why they stop.
import { describe, expect, it } from "vitest";
import { autoRedriveWorld } from "../support/autoRedriveWorld";

describe("the ramp", () => {
  it("redrives all that waits, each once, with a window that doubles", async () => {
    const world = await autoRedriveWorld();
    await world.fail(300);
    await world.start("run-1", { by: "ada", reason: "provider is back" });
    const windows = new Set<string>();
    for (let second = 0; second < 120; second++) {
      world.simulation.runFor(1_000);
      windows.add(world.progress().window ?? "");
    }

    const report = await world.report("run-1");

    expect(report).toMatchObject({ started: 300, succeeded: 300, failedAgain: 0, stoppedBecause: "empty", by: "ada" });
    expect(report).toMatchObject({ reason: "provider is back", undecided: 0, remaining: 0, errors: {} });
    expect([...windows].slice(0, 6)).toEqual(["5", "10", "20", "40", "80", "160"]);
    expect([...world.provider.charged].sort()).toEqual(Array.from({ length: 300 }, (_, at) => `order-${at}`).sort());
    expect(world.progress()).toMatchObject({ state: "ended", startedBy: "ada", succeeded: "300", undecided: "0" });
  });

  it("keeps the slots of a slow dependency busy", async () => {
    const world = await autoRedriveWorld({ slots: 5, seconds: 3 });
    await world.fail(400);
    const from = world.simulation.clock.now;
    await world.start("run-1");

    expect(await world.report("run-1")).toMatchObject({ succeeded: 400 });

    const [run] = await world.runs();
    const shortest = (400 / 5) * 3_000;
    expect((run?.stoppedAt ?? Number.POSITIVE_INFINITY) - from).toBeLessThan(shortest * 1.15);
    expect(world.provider.mostAtOnce).toBe(5);
  });

  it("attempts no more than the first step's count where that fails again, and says why it stopped", async () => {
    const world = await autoRedriveWorld();
    await world.fail(40);
    world.provider.status = 503;
    await world.start("run-1");

    const report = await world.report("run-1");

    expect(report).toMatchObject({
      started: 5,
      succeeded: 0,
      failedAgain: 5,
      undecided: 0,
      stoppedBecause: "failureLimit",
    });
    expect(report.errors).toEqual({ ProviderError: { count: 5, ids: expect.any(Array) } });
    expect(world.provider.calls.size).toBe(5);
    expect(await world.spooled()).toBe(40);
    world.simulation.runFor(600_000);
    expect(world.backend.control.alarmState("recover-stopped")).toBe("ALARM");
  });

  it("attempts one first where a circuit breaker stands before the work, and no more than the first step's count", async () => {
    const world = await autoRedriveWorld();
    await world.fail(10);
    world.provider.status = 503;
    await world.start("run-1", {}, "guardedMachine");
    while (world.provider.calls.size === 0) world.simulation.runFor(1_000);
    expect(world.provider.calls.size).toBe(1);

    expect(await world.report("run-1", "guardedMachine")).toMatchObject({ started: 5, stoppedBecause: "failureLimit" });
    expect(world.provider.calls.size).toBe(5);
  });

  it("is not kept from the rest by one record that fails for good", async () => {
    const world = await autoRedriveWorld();
    await world.fail(30);
    world.provider.statusOf.set("order-0", 503);
    await world.start("run-1", {}, "guardedMachine");
    expect(await world.report("run-1", "guardedMachine")).toMatchObject({ succeeded: 29, failedAgain: 1 });
  });

  it("goes on while the share of failures is within the limit, and does not redrive what failed again", async () => {
    const world = await autoRedriveWorld();
    await world.fail(60);
    for (const at of [3, 23, 43]) world.provider.statusOf.set(`order-${at}`, 503);
    await world.start("run-1", { failureLimit: 0.5 });

    const report = await world.report("run-1");

    expect(report).toMatchObject({ started: 60, succeeded: 57, failedAgain: 3, remaining: 3, stoppedBecause: "empty" });
    expect(report.errors).toEqual({
      ProviderError: { count: 3, ids: expect.arrayContaining(["order-3", "order-23"]) },
    });
    expect(world.provider.calls.get("order-3")).toBe(1);
  });

  it("starts as many as it was asked for", async () => {
    const world = await autoRedriveWorld();
    await world.fail(30);
    await world.start("run-1", { max: 12 });

    expect(await world.report("run-1")).toMatchObject({
      started: 12,
      succeeded: 12,
      stoppedBecause: "max",
      remaining: 18,
    });
  });

  it("ends where there is nothing to do", async () => {
    const world = await autoRedriveWorld();
    await world.start("run-1");
    expect(await world.report("run-1")).toMatchObject({ started: 0, remaining: 0, stoppedBecause: "empty" });
  });

  it("redrives nothing while the probe fails", async () => {
    const world = await autoRedriveWorld();
    await world.fail(3);
    world.provider.status = 503;
    await world.start("run-1", {}, "probedMachine");
    const report = await world.report("run-1", "probedMachine");
    expect(report).toMatchObject({ started: 0, stoppedBecause: "probeFailed", error: expect.stringContaining("503") });
    expect([...world.provider.calls.keys()]).toEqual(["probe"]);

    world.provider.status = 200;
    await world.start("run-2", {}, "probedMachine");
    expect(await world.report("run-2", "probedMachine")).toMatchObject({ started: 3, succeeded: 3 });
  });
});

describe("who starts it", () => {
  it("knows a schedule's event", async () => {
    const world = await autoRedriveWorld();
    await world.fail(3);
    world.simulation.runFor(20 * 86_400_000);
    await world.backend.quiet();

    const [run] = await world.runs();

    expect(run).toMatchObject({ status: "SUCCEEDED", output: { succeeded: 3, stoppedBecause: "empty" } });
    expect(run?.output?.by).toMatch(/^schedule arn:aws:events:.*recover-schedule/);
  });

  it("refuses what it does not understand, in words", async () => {
    const world = await autoRedriveWorld();
    await world.start("run-1", { failureLimit: 20 });
    await world.start("run-2", { limit: 5 });
    await world.backend.quiet();
    expect(await world.runs()).toMatchObject([
      { status: "FAILED", error: "Respool.InvalidInput", cause: "[failureLimit] must be a number from 0 to 1, got 20" },
      { status: "FAILED", cause: "the input may have by, reason, filter, rate, first, failureLimit, max, got limit" },
    ]);
  });

  it("ends a second run at once, and names the first", async () => {
    const world = await autoRedriveWorld();
    await world.fail(20);
    await world.start("run-1", { by: "ada" });
    world.simulation.runFor(3_000);
    await world.start("run-2", { by: "bob" });

    const second = await world.report("run-2");

    expect(second).toEqual({ stopped: "anotherRun", by: "ada", since: expect.stringMatching(/^2026-/) });
    expect(await world.report("run-1")).toMatchObject({ succeeded: 20 });
  });

  it("can be stopped: the reprocess function ends at its next batch, and another run goes on", async () => {
    const world = await autoRedriveWorld({ seconds: 0 });
    await world.fail(200);
    await world.start("run-1", { rate: 1 });
    const startedBySpool = async () => 200 - (await world.spooled());
    while ((await startedBySpool()) < 40) world.simulation.runFor(1_000);
    await world.backend.stop(world.output("recoverMachine"), "run-1");
    const atStop = await startedBySpool();
    world.simulation.runFor(60_000);

    // What the batch held was still started; a batch is ten.
    expect((await startedBySpool()) - atStop).toBeLessThanOrEqual(10);
    expect(await startedBySpool()).toBeLessThan(60);

    await world.start("run-2");
    expect(await world.report("run-2")).toMatchObject({ stoppedBecause: "empty", failedAgain: 0 });
    expect(new Set(world.provider.charged).size).toBe(200);
  });

  it("goes on as another execution before its history is full, and keeps its lease", async () => {
    const world = await autoRedriveWorld({ rounds: 1 });
    await world.fail(60);
    await world.start("run-1", { by: "ada" });
    world.simulation.runFor(20_000);
    await world.start("run-2");
    await world.backend.quiet();

    const runs = await world.runs();

    expect(runs.length).toBeGreaterThan(4);
    const parts = runs.filter(({ name }) => name !== "run-2");
    expect(parts.map(({ name }) => name)).toEqual(parts.map((_, at) => (at === 0 ? "run-1" : `run-1-${at}`)));
    expect(parts.slice(0, -1).every(({ output }) => typeof output?.continuedAs === "string")).toBe(true);
    expect(parts.at(-1)?.output).toMatchObject({ started: 60, succeeded: 60, by: "ada", stoppedBecause: "empty" });
    expect(runs.find(({ name }) => name === "run-2")?.output).toMatchObject({ stopped: "anotherRun", by: "ada" });
  });
});

describe("with a circuit breaker", () => {
  it("waits for an open one, redrives one record as the probe, and ramps up when it is closed", async () => {
    const world = await autoRedriveWorld();
    await world.fail(50);
    world.provider.status = 503;
    world.breaker("open", 60);
    await world.breakerEvent("open");
    const attempts = () => [...world.provider.calls.values()].reduce((sum, count) => sum + count, 0);
    for (let minute = 0, seen = 0; minute < 10; minute++) {
      for (let second = 0; second < 60; second++) {
        world.simulation.runFor(1_000);
        if (attempts() > seen) {
          seen = attempts();
          world.breaker("open", 60);
        }
      }
      expect(attempts()).toBeLessThanOrEqual(minute + 1);
    }
    expect(attempts()).toBeGreaterThan(6);

    world.provider.status = 200;
    while (world.provider.charged.length === 0) world.simulation.runFor(1_000);
    expect(world.provider.charged).toHaveLength(1);
    world.breaker("closed");
    await world.breakerEvent("closed");
    await world.backend.quiet();

    const runs = await world.runs("guardedMachine");
    expect(runs.map(({ output }) => output?.stoppedBecause ?? output?.stopped)).toEqual(["empty", "anotherRun"]);
    expect(runs[0]?.output).toMatchObject({ succeeded: 50, by: "circuit breaker payments: open", reason: "failures" });
    expect(new Set(world.provider.charged).size).toBe(50);
    expect(await world.spooled()).toBe(0);
  });

  it("begins when one has closed", async () => {
    const world = await autoRedriveWorld();
    await world.fail(8);
    await world.breakerEvent("closed");
    await world.backend.quiet();
    expect(await world.runs("guardedMachine")).toMatchObject([{ output: { succeeded: 8, stoppedBecause: "empty" } }]);
  });
});
