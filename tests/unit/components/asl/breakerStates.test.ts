// A circuit breaker's fragments around a step: what it costs, whom it lets through, when it opens and closes.
import aslValidator from "asl-validator";
import { describe, expect, it } from "vitest";
import { breakerFailed } from "../../../../components/asl/breakerFailed";
import { breakerCheck } from "../../../../components/asl/breakerStates";
import { breakerSucceeded } from "../../../../components/asl/breakerSucceeded";
import { breakerWorld, controlDefinition, outputOf, protectedDefinition, statesOf, use } from "./breakerWorld";

const threshold = use.failureThreshold;

/** A world whose circuit breaker has just opened. */
function opened() {
  const world = breakerWorld();
  world.behave("fails");
  world.work(threshold);
  return world;
}

/** A world whose circuit breaker is due for a probe. */
function due() {
  const world = opened();
  world.seconds(use.openSeconds + 1);
  return world;
}

describe("the definitions", () => {
  it.each([
    ["of protected work", protectedDefinition()],
    ["of work without answers", protectedDefinition({ ...use, answers: [] })],
    ["of the control", controlDefinition()],
  ])("%s are valid Amazon States Language", (_, definition) => {
    expect(aslValidator(JSON.parse(JSON.stringify(definition))).errors).toEqual([]);
  });

  it("have names of the step's own", () => {
    const names = (state: string) => `Charge: ${state}`;
    const fragments = [
      breakerCheck({ names, use, passed: "Charge", held: "Charge: Spool" }),
      breakerSucceeded({ names, use, next: { End: true } }),
      breakerFailed({ names, use, next: "Charge: Spool" }),
    ];
    const all = fragments.flatMap(({ states }) => Object.keys(states));
    expect(all.filter((name) => !name.startsWith("Charge: Breaker"))).toEqual([]);
    expect(new Set(all).size).toBe(all.length);
    expect(fragments.map(({ startAt }) => startAt)).toEqual([
      "Charge: Breaker",
      "Charge: BreakerSucceeded",
      "Charge: BreakerOutcome",
    ]);
    expect(breakerFailed({ names, use: { ...use, answers: [] }, next: "x" }).startAt).toBe("Charge: BreakerFailed");
  });
});

describe("while it is closed", () => {
  it("costs two transitions: the check and the report", () => {
    const { work } = breakerWorld();
    const done = work();
    expect(done).toMatchObject({ status: "SUCCEEDED", output: '"done"', stateTransitions: 1 + 2 });
  });

  it("costs as little when the work succeeds after failures, and begins to count anew", () => {
    const { work, behave, item } = breakerWorld();
    behave("fails");
    work(threshold - 1);
    behave("works");
    expect(work().stateTransitions).toBe(1 + 2);
    behave("fails");
    work(threshold - 1);
    expect(item()).toMatchObject({ failures: { N: String(threshold - 1) } });
    expect(item()).not.toHaveProperty("phase");
  });

  it("counts a failure with one transition, after the choice that knows answers, and keeps the step's input", () => {
    const { work, behave } = breakerWorld();
    behave("fails");
    const done = work();
    expect(statesOf(done)).toEqual(["Breaker", "Work", "BreakerOutcome", "BreakerFailed", "Failed"]);
    expect(outputOf(done)).toMatchObject({ failed: { Error: "ServiceUnavailable" }, input: { order: "order-1" } });
  });

  it("takes an error that is an answer for a success", () => {
    const { work, behave, item } = breakerWorld();
    behave("fails");
    work(threshold - 1);
    behave("declines");
    const done = work();
    expect(statesOf(done)).toEqual(["Breaker", "Work", "BreakerOutcome", "BreakerAnswerSucceeded", "Failed"]);
    expect(outputOf(done)).toMatchObject({ failed: { Error: "CardDeclinedError" } });
    expect(item()).toMatchObject({ failures: { N: "0" } });
  });
});

describe("opening", () => {
  it("takes as many failures in a row as its threshold, and is published once", () => {
    const { item, events, world } = opened();
    expect(item()).toMatchObject({ phase: { S: "open" }, epoch: { N: "1" }, reason: { S: "ServiceUnavailable" } });
    expect(Number(item().retryAt && (item().retryAt as { N: string }).N) * 1000).toBeGreaterThan(
      world.clock.now + 58_000,
    );
    expect(events).toEqual([
      {
        Source: "respool.breaker",
        DetailType: "Circuit Breaker State Change",
        Detail: {
          breaker: "payments",
          table: "payments",
          phase: "open",
          epoch: 1,
          reason: "ServiceUnavailable",
          at: expect.stringMatching(/^2026-01-01T00:/),
        },
      },
    ]);
  });

  it.each([threshold, 10])("happens once when %i fail at the same instant", (count) => {
    const { start, behave, world, item, events } = breakerWorld();
    behave("fails", 5);
    for (let order = 0; order < count; order++) start();
    world.runUntilQuiet();
    expect(item()).toMatchObject({ phase: { S: "open" }, epoch: { N: "1" } });
    expect(events).toHaveLength(1);
  });

  it("happens with the first failure where the threshold is 1", () => {
    const world = breakerWorld({ ...use, failureThreshold: 1, successThreshold: 1 });
    world.behave("fails");
    world.work();
    expect(world.item()).toMatchObject({ phase: { S: "open" } });
    world.behave("works");
    world.seconds(61);
    world.work();
    expect(world.item()).toMatchObject({ phase: { S: "closed" }, epoch: { N: "3" } });
  });
});

describe("while it is open", () => {
  it("holds work without an attempt, in three transitions, and says until when and why", () => {
    const { work, attempts, item } = opened();
    const before = attempts.length;
    const done = work();
    expect(statesOf(done)).toEqual(["Breaker", "BreakerLook", "BreakerPhase", "Held"]);
    expect(attempts).toHaveLength(before);
    const retryAt = new Date(Number((item().retryAt as { N: string }).N) * 1000).toISOString();
    expect(outputOf(done)).toEqual({
      held: {
        Error: "Respool.Held",
        Cause: `the circuit breaker payments is open until ${retryAt}: ServiceUnavailable`,
        Held: true,
      },
      input: { order: `order-${threshold + 1}` },
    });
  });

  it("lets one probe through when its time is up, whoever else comes at the same instant", () => {
    const { start, attempts, behave, world, item } = due();
    const before = attempts.length;
    behave("fails", 10);
    for (let order = 0; order < 20; order++) start();
    world.runUntilQuiet();
    expect(attempts).toHaveLength(before + 1);
    expect(item()).toMatchObject({ phase: { S: "open" }, epoch: { N: "3" } });
  });

  it("opens again when the probe fails, for as long as before", () => {
    const { work, behave, world, item, attempts, events } = due();
    behave("fails");
    const before = attempts.length;
    const done = work();
    expect(statesOf(done).slice(-4)).toEqual(["BreakerFailedPhase", "BreakerOpen", "BreakerOpened", "Failed"]);
    const retryAt = Number((item().retryAt as { N: string }).N) * 1000;
    expect(retryAt - world.clock.now).toBeGreaterThan(58_000);
    work();
    expect(attempts).toHaveLength(before + 1);
    expect(events.map(({ Detail }) => (Detail as { epoch: number }).epoch)).toEqual([1, 3]);
  });

  it("takes a probe's answer for a success", () => {
    const { work, behave, item } = due();
    behave("declines");
    work(2);
    expect(item()).toMatchObject({ phase: { S: "closed" } });
  });
});

describe("while it is half-open", () => {
  it("lets more through only after success, and closes after as many as its threshold, published once", () => {
    const { start, behave, world, item, attempts, events, work } = due();
    behave("works", 10);
    const before = attempts.length;
    for (let order = 0; order < 5; order++) start();
    world.run(5_000);
    expect(attempts).toHaveLength(before + 1);
    world.runUntilQuiet();
    expect(item()).toMatchObject({ phase: { S: "halfOpen" }, successes: { N: "1" }, allowed: { N: "2" } });
    for (let order = 0; order < 5; order++) start();
    world.run(5_000);
    expect(attempts).toHaveLength(before + 3);
    world.runUntilQuiet();
    expect(item()).toEqual({
      key: { S: "breaker" },
      phase: { S: "closed" },
      epoch: { N: "3" },
      failures: { N: "0" },
      changedBy: expect.anything(),
      lastFailure: expect.anything(),
    });
    const closed = events.filter(({ Detail }) => (Detail as { phase: string }).phase === "closed");
    expect(closed).toHaveLength(1);
    expect(closed[0]).toMatchObject({ Detail: { epoch: 3, reason: "the dependency answers" } });
    expect(work().stateTransitions).toBe(1 + 2);
  });

  it("says of work that is held that others are being tried", () => {
    const { start, behave, seconds, work } = due();
    behave("works", 10);
    start();
    seconds(2);
    expect(outputOf(work())).toMatchObject({
      held: {
        Cause: "the circuit breaker payments is half-open: as many are being tried as may be: ServiceUnavailable",
      },
    });
  });

  it("gives the permit of a probe that was stopped to the next, when it has expired", () => {
    const { start, work, behave, seconds, world, attempts, item } = due();
    behave("works", 30);
    const probe = start();
    seconds(5);
    world.call("states", "StopExecution", { executionArn: probe });
    behave("works");
    const before = attempts.length;
    seconds(use.permitSeconds - 10);
    work();
    expect(attempts).toHaveLength(before);
    seconds(100);
    work();
    expect(attempts).toHaveLength(before + 1);
    expect(item()).toMatchObject({ phase: { S: "halfOpen" }, successes: { N: "1" } });
  });
});

describe("an outcome of an older epoch", () => {
  it.each(["works", "fails"] as const)("changes nothing: a call that began before the outage, and %s", (mood) => {
    const { start, work, behave, world, item, events, seconds } = breakerWorld();
    behave(mood, 80);
    const slow = start();
    seconds(1);
    behave("fails");
    work(threshold);
    seconds(70);
    // It is half-open now, with a permit of somebody else.
    behave("works", 60);
    start();
    seconds(2);
    const before = item();
    expect(before).toMatchObject({ phase: { S: "halfOpen" } });
    seconds(20);
    expect(item()).toEqual(before);
    expect(events).toHaveLength(1);
    world.runUntilQuiet();
    expect(item()).toMatchObject({ successes: { N: "1" } });
    void slow;
  });

  it.each(["works", "fails"] as const)("changes nothing when it is closed again: a call that %s", (mood) => {
    const { start, work, behave, item, events, seconds, control } = breakerWorld();
    behave(mood, 80);
    start();
    seconds(1);
    control("open");
    control("close");
    behave("fails");
    work(1);
    const before = item();
    expect(before).toMatchObject({ phase: { S: "closed" }, failures: { N: "1" } });
    seconds(100);
    expect(item()).toEqual(before);
    expect(events).toHaveLength(2);
  });
});
