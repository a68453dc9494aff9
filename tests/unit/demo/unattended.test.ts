// What is told of a circuit breaker and of redrives that begin by themselves.
import { describe, expect, it } from "vitest";
import { GentleNarrator } from "../../../demo/gentleNarrator";
import { CLEAN_OUTAGE, planScenario } from "../../../demo/plan";
import type { BreakerPhase, RedriveProgress, StageEvent } from "../../../demo/stage";
import { Story } from "../../../demo/story";
import { UnattendedRedrive } from "../../../demo/unattendedRedrive";
import { OPENS_AT, orders } from "./builders";
import { FakeStage } from "./fakeStage";

const HOUR = 3_600_000;

function listen() {
  const stage = new FakeStage();
  const listeners: ((event: StageEvent) => void)[] = [];
  stage.onEvent = (listener) => void listeners.push(listener);
  const story = new Story(
    () => 0,
    () => undefined,
  );
  const narrator = new GentleNarrator(stage, story, 10);
  const plan = planScenario(orders(51, 600), OPENS_AT, CLEAN_OUTAGE);
  let runs = 0;
  const onRun = () => {
    runs += 1;
  };
  const redriver = new UnattendedRedrive({ stage, plan, story, orderCount: 0, onRun });
  redriver.begin();
  const hear = (event: StageEvent) => {
    for (const listener of listeners) listener(event);
  };
  return {
    stage,
    narrator,
    redriver,
    plan,
    runs: () => runs,
    told: () => story.lines.map(({ text }) => text),
    fail: (...ids: number[]) => {
      for (const id of ids) hear({ kind: "attemptFailed", at: 0, orderId: `order-${id}`, error: "503" });
    },
    breaker: (...phases: BreakerPhase[]) => {
      for (const phase of phases) hear({ kind: "breaker", at: 0, phase });
    },
    redrive: (changes: Partial<RedriveProgress>) =>
      hear({
        ...{ kind: "redrive", at: 0, state: "ramp", window: 5, started: 0, succeeded: 0, failedAgain: 0 },
        stoppedBecause: undefined,
        ...changes,
      }),
  };
}

describe("GentleNarrator", () => {
  it("tells of the calls that open the circuit breaker, of the first probe, and of every fifteenth", () => {
    const { narrator, fail, breaker, told } = listen();
    narrator.maintenanceBegins();
    fail(1, 2);
    breaker("open");
    for (let probe = 0; probe < 16; probe += 1) {
      breaker("halfOpen");
      fail(3);
      breaker("open");
    }
    narrator.maintenanceEnds();
    breaker("halfOpen", "closed");
    expect(told()).toEqual([
      "the provider goes into maintenance: every call gets a 503",
      "order-1: 503",
      "order-2: 503",
      "the circuit breaker opens after 2 failed calls: orders are held, without a call",
      "a minute later one order probes the provider, and fails: the circuit breaker stays open",
      "15 probes failed, one a minute; 0 orders wait",
      "the provider is back; 0 orders wait, and the next probe will find out",
      "probes succeed, after 16 probes that failed: the circuit breaker closes; 0 orders wait",
    ]);
  });
});

describe("UnattendedRedrive", () => {
  it("tells how the window opens once the circuit breaker is closed, and what came of it", () => {
    const { breaker, redrive, told, runs } = listen();
    breaker("open");
    redrive({ window: 5 });
    redrive({ state: "drain" });
    breaker("closed");
    redrive({ window: 5, succeeded: 3 });
    redrive({ window: 5, succeeded: 4 });
    redrive({ window: 10, succeeded: 8 });
    const end = { state: "ended", started: 12, succeeded: 11, failedAgain: 1, stoppedBecause: "empty" };
    redrive(end);
    redrive(end);
    expect(told().filter((text) => text.startsWith("the redrive"))).toEqual([
      "the redrive has 5 under way at most; 3 have succeeded",
      "the redrive has 10 under way at most; 8 have succeeded",
      "the redrive ends: 12 started, 11 succeeded, 1 failed again (empty)",
    ]);
    expect(runs()).toBe(2);
  });

  it("waits for the end of the run, and for all orders", () => {
    const { stage, plan, redrive, redriver, told } = listen();
    redrive({ state: "drain" });
    stage.runUntil(plan.maintenanceUntil + HOUR);
    expect(redriver.isFinished).toBe(false);
    redrive({ state: "ended" });
    stage.runUntil(plan.maintenanceUntil + 2 * HOUR);
    expect(redriver.isFinished).toBe(true);
    expect(told().at(-1)).toBe("the spool is empty and every order has its result; nobody had to do anything");
  });

  it("gives up after a day", () => {
    const { stage, plan, redrive, redriver, told } = listen();
    redrive({ state: "drain" });
    stage.runUntil(plan.maintenanceUntil + 23 * HOUR);
    expect(redriver.isFinished).toBe(false);
    stage.runUntil(plan.maintenanceUntil + 26 * HOUR);
    expect(redriver.isFinished).toBe(true);
    expect(told().at(-1)).toBe("some orders are not done, and nothing happens any more");
  });
});
