// What a run does next, for each of the situations that it may be in.
import { describe, expect, it } from "vitest";
import type { BreakerView } from "../../../../handlers/autoRedrive/breaker";
import { beginRamp, decide, type RampRules, type Turn } from "../../../../handlers/autoRedrive/ramp";
import type { Pending, RunState } from "../../../../handlers/autoRedrive/runState";

const NOW = 1_770_000_000_000;
const rules: RampRules = { window: 500, drains: false, probe: false, patience: 3_600_000 };
const drains: RampRules = { ...rules, drains: true };

function pendingOf(count: number): Pending[] {
  return Array.from({ length: count }, (_, at) => ({
    execution: `execution-${at}`,
    id: `order-${at}`,
    generation: 0,
    mode: "restart",
  }));
}

function stateOf(changes: Partial<RunState> = {}): RunState {
  const state: RunState = {
    run: "run-1",
    by: "ada",
    startedAt: NOW,
    settings: { rate: 100, first: 5, failureLimit: 0.2 },
    phase: "ramp",
    parkedBefore: NOW,
    window: 5,
    good: 0,
    counts: { started: 0, succeeded: 0, failedAgain: 0, held: 0, lost: 0, poisoned: 0 },
    judged: { succeeded: 0, failed: 0, held: 0, failedInARow: 0 },
    failedAgain: {},
    pending: [],
    progressAt: NOW,
    probed: false,
    asked: 0,
    waited: 0,
    refused: 0,
    restarts: 0,
    rounds: 0,
    execution: 0,
  };
  return { ...state, ...changes };
}

function judged(succeeded: number, failed: number, held = 0, failedInARow = 0) {
  return { succeeded, failed, held, failedInARow };
}

const at = (breaker?: BreakerView, now = NOW) => ({ now, breaker });
const because = (turn: Turn) => turn.state.stop?.because;

describe("the ramp", () => {
  it("begins with one where a circuit breaker stands before the work, else with the first step", () => {
    expect(decide(beginRamp(stateOf(), NOW, true), at(), rules)).toMatchObject({ next: "redrive", max: 1 });
    expect(decide(beginRamp(stateOf(), NOW, false), at(), rules)).toMatchObject({ next: "redrive", max: 5 });
  });

  it("starts nothing more before all outcomes of the step are known", () => {
    const step = { size: 5, started: 5 };
    const state = stateOf({ step, pending: pendingOf(1), judged: judged(4, 0) });
    expect(decide(state, at(), rules)).toMatchObject({ next: "wait" });
  });

  it("goes from the probe to the first step, and then opens the window, doubled", () => {
    const probed = decide(stateOf({ step: { size: 1, started: 1 }, judged: judged(1, 0) }), at(), rules);
    expect(probed).toMatchObject({ next: "redrive", max: 5 });
    const stepped = decide(stateOf({ step: { size: 5, started: 5 }, judged: judged(5, 0) }), at(), rules);
    expect(stepped).toMatchObject({ next: "redrive", max: 10, state: { window: 10, step: undefined } });
  });

  it("goes on after a probe that failed with as few as are missing of the first step", () => {
    const probed = decide(stateOf({ step: { size: 1, started: 1 }, judged: judged(0, 1) }), at(), rules);
    expect(probed).toMatchObject({ next: "redrive", max: 4 });
    const stepped = decide(stateOf({ step: { size: 4, started: 4 }, judged: judged(4, 1) }), at(), rules);
    expect(stepped).toMatchObject({ next: "redrive", max: 10 });
  });

  it("fills the window while earlier ones still run, and doubles it with as many good outcomes", () => {
    const open = { window: 40, judged: judged(60, 0) };
    expect(decide(stateOf({ ...open, good: 39, pending: pendingOf(30) }), at(), rules)).toMatchObject({ max: 10 });
    expect(decide(stateOf({ ...open, good: 40, pending: pendingOf(30) }), at(), rules)).toMatchObject({
      max: 50,
      state: { window: 80, good: 0 },
    });
    expect(decide(stateOf({ ...open, window: 400, good: 400 }), at(), rules)).toMatchObject({ state: { window: 500 } });
  });

  it("asks for as many as half a minute of the rate allows, and not for single ones", () => {
    const open = { window: 400, judged: judged(60, 0) };
    const settings = { rate: 2, first: 5, failureLimit: 0.2 };
    expect(decide(stateOf({ ...open, settings }), at(), rules)).toMatchObject({ next: "redrive", max: 60 });
    expect(decide(stateOf({ ...open, pending: pendingOf(390) }), at(), rules)).toMatchObject({ next: "wait" });
  });

  it("waits longer and longer while nothing is decided", () => {
    const seconds: number[] = [];
    let state = stateOf({ step: { size: 5, started: 5 }, pending: pendingOf(5) });
    for (let round = 0; round < 8; round++) {
      const turn = decide(state, at(), rules);
      if (turn.next === "wait") seconds.push(turn.seconds);
      state = turn.state;
    }
    expect(seconds).toEqual([1, 2, 3, 5, 8, 10, 10, 10]);
  });

  it("looks once more before it calls the spool empty", () => {
    const open = { window: 40, judged: judged(60, 0) };
    const more = stateOf({ ...open, exhausted: { started: 3 } });
    expect(decide({ ...more, pending: pendingOf(2) }, at(), rules)).toMatchObject({ next: "wait" });
    expect(decide(more, at(), rules)).toMatchObject({ next: "redrive", max: 40 });
    const turn = decide({ ...more, exhausted: { started: 0 } }, at(), rules);
    expect([turn.next, because(turn)]).toEqual(["end", "empty"]);
  });

  it("calls the probe before anything else", () => {
    const state = beginRamp(stateOf(), NOW, false);
    expect(decide(state, at(), { ...rules, probe: true })).toMatchObject({ next: "probe" });
    expect(decide({ ...state, probed: true }, at(), { ...rules, probe: true })).toMatchObject({ next: "redrive" });
  });
});

describe("the limits", () => {
  it.each<[string, Partial<RunState>, string | undefined]>([
    ["a probe that failed", { step: { size: 1, started: 1 }, judged: judged(0, 1, 0, 1) }, undefined],
    [
      "a probe and another one",
      { step: { size: 4, started: 4 }, judged: judged(0, 2), pending: pendingOf(3) },
      "failureLimit",
    ],
    [
      "all that there was",
      { step: { size: 1, started: 1 }, judged: judged(0, 1), exhausted: { started: 1 } },
      "failureLimit",
    ],
    [
      "one of the first five",
      { step: { size: 5, started: 5 }, judged: judged(0, 1, 0, 1), pending: pendingOf(4) },
      undefined,
    ],
    [
      "two of the first five",
      { step: { size: 5, started: 5 }, judged: judged(0, 2, 0, 2), pending: pendingOf(3) },
      "failureLimit",
    ],
    [
      "two of three in all",
      { step: { size: 5, started: 3 }, judged: judged(1, 2), exhausted: { started: 3 } },
      "failureLimit",
    ],
    ["a fifth of many", { window: 40, judged: judged(80, 20) }, undefined],
    ["more than a fifth of many", { window: 40, judged: judged(79, 20) }, "failureLimit"],
    ["ten in a row, of very many", { window: 40, judged: judged(9_000, 10, 0, 10) }, "failureLimit"],
    ["held work", { step: { size: 5, started: 5 }, judged: judged(3, 0, 2) }, "held"],
    [
      "as many as were asked for",
      {
        settings: { rate: 1, first: 5, failureLimit: 0, max: 7 },
        counts: { ...stateOf().counts, started: 5, lost: 2 },
      },
      "max",
    ],
    ["no outcome for an hour", { pending: pendingOf(5), progressAt: NOW - 3_600_001 }, "noOutcomes"],
  ])("%s", (_name, changes, expected) => {
    expect(because(decide(stateOf(changes), at(), rules))).toBe(expected);
  });

  it("waits for the outcomes of what it started, for two minutes each, before it ends", () => {
    const stop = { because: "failureLimit" } as const;
    const state = stateOf({ stop, pending: pendingOf(3) });
    expect(decide(state, at(), rules)).toMatchObject({ next: "wait", state: { phase: "settle" } });
    expect(decide({ ...state, pending: [] }, at(), rules).next).toBe("end");
    expect(decide(state, at(undefined, NOW + 120_001), rules).next).toBe("end");
  });
});

describe("with a circuit breaker", () => {
  const open: BreakerView = { phase: "open", retryAt: NOW + 42_000 };

  it("ends where nobody waits for it", () => {
    expect(because(decide(stateOf(), at(open), rules))).toBe("breakerOpen");
    expect(because(decide(stateOf(), at({ phase: "held" }), rules))).toBe("breakerOpen");
  });

  it("waits until it may be probed, and probes it with one record", () => {
    expect(decide(stateOf(), at(open), drains)).toMatchObject({
      next: "wait",
      seconds: 42,
      state: { phase: "drain", drainsSince: NOW },
    });
    expect(decide(stateOf(), at({ phase: "held" }), drains)).toMatchObject({ next: "wait", seconds: 300 });
    expect(decide(stateOf({ phase: "drain" }), at(open, NOW + 42_000), drains)).toMatchObject({
      next: "redrive",
      max: 1,
      state: { parkedBefore: NOW + 42_000 },
    });
    expect(decide(stateOf({ phase: "drain" }), at({ phase: "halfOpen" }), drains)).toMatchObject({
      next: "redrive",
      max: 1,
    });
  });

  it("probes it once at a time, and not again within a minute unless it says so", () => {
    const draining = stateOf({ phase: "drain" });
    expect(decide({ ...draining, pending: pendingOf(1) }, at({ phase: "halfOpen" }), drains).next).toBe("wait");
    const failed = { ...draining, probeAgainAt: NOW + 60_000 };
    expect(decide(failed, at({ phase: "halfOpen" }), drains)).toMatchObject({ next: "wait", seconds: 60 });
    expect(decide(failed, at({ phase: "open", retryAt: NOW - 60_000 }), drains)).toMatchObject({ seconds: 60 });
    expect(decide(failed, at({ phase: "open", retryAt: NOW + 10_000 }), drains)).toMatchObject({ seconds: 10 });
    // A hundredth of the five hours since which it waits, counted from the probe that failed.
    const forHours = { ...failed, drainsSince: NOW - 5 * 3_600_000 };
    expect(decide(forHours, at({ phase: "open", retryAt: NOW + 10_000 }), drains)).toMatchObject({ seconds: 180 });
    expect(decide(forHours, at({ phase: "halfOpen" }, NOW + 179_000), drains)).toMatchObject({ seconds: 1 });
  });

  it("ramps up when it is closed, with what was parked meanwhile", () => {
    const turn = decide(stateOf({ phase: "drain", judged: judged(0, 9) }), at({ phase: "closed" }, NOW + 7), drains);
    expect(turn).toMatchObject({ next: "redrive", max: 5, state: { phase: "ramp", parkedBefore: NOW + 7 } });
  });

  it("begins again where work was held by one that has closed since, and not for ever", () => {
    const held = stateOf({ step: { size: 5, started: 5 }, judged: judged(3, 0, 2) });
    expect(decide(held, at({ phase: "closed" }), drains)).toMatchObject({
      next: "redrive",
      max: 5,
      state: { restarts: 1 },
    });
    expect(because(decide({ ...held, restarts: 10 }, at({ phase: "closed" }), drains))).toBe("held");
  });
});
