// Whether a provider was spared, counted from its calls.
import { describe, expect, it } from "vitest";
import { brokenPromises, type Gentleness, measureGentleness } from "../../../demo/gentleness";
import type { LedgerEntry, ProviderCall } from "../../../demo/stage";

const MINUTE = 60_000;
const maintenanceUntil = 60 * MINUTE;

function call(at: number, changes: Partial<ProviderCall> = {}): ProviderCall {
  return { orderId: `order-${at}`, at, inFlight: 1, accepted: at >= maintenanceUntil, ...changes };
}

function charge(at: number): LedgerEntry {
  return { orderId: `order-${at}`, idempotencyKey: `order-${at}`, at, kind: "charge" };
}

describe("measureGentleness", () => {
  it("counts the most in flight, refused calls included", () => {
    const calls = [call(0, { inFlight: 5 }), call(1, { inFlight: 6, accepted: false }), call(2)];
    const { mostInFlight } = measureGentleness({ calls, ledger: [], maintenanceUntil, openedAt: 0 });
    expect(mostInFlight).toBe(6);
  });

  it("counts calls within any minute of the outage, from the circuit breaker's opening on", () => {
    const count = (times: readonly number[], openedAt: number | undefined) =>
      measureGentleness({ calls: times.map((at) => call(at)), ledger: [], maintenanceUntil, openedAt }).probesPerMinute;
    expect(count([1, 2, 3, 3 + MINUTE, 3 + 2 * MINUTE], 3)).toBe(1);
    expect(count([1, 2, 3 + MINUTE, 2 + 2 * MINUTE], 2)).toBe(2);
    expect(count([maintenanceUntil, maintenanceUntil + 1], 2)).toBe(0);
    expect(count([1, 2, 3], undefined)).toBe(3);
  });

  it("compares the redrive with the shortest possible time for as much", () => {
    const back = maintenanceUntil + 40_000;
    const waited = Array.from({ length: 100 }, (_, index) => charge(back + 3000 + index * 680));
    const measured = measureGentleness({
      calls: [call(0, { accepted: true }), call(MINUTE), call(back), call(back + 1000)],
      ledger: [charge(3000), ...waited],
      maintenanceUntil,
      openedAt: 10,
    });
    expect(measured).toMatchObject({ redriveSeconds: 70.32, shortestSeconds: 60, ratio: 1.172 });
  });

  it("has nothing to compare when no probe succeeded", () => {
    const measured = measureGentleness({ calls: [call(0)], ledger: [], maintenanceUntil, openedAt: 0 });
    expect(measured).toMatchObject({ redriveSeconds: 0, shortestSeconds: 0, ratio: 0 });
  });
});

describe("brokenPromises", () => {
  const kept: Gentleness = {
    mostInFlight: 5,
    probesPerMinute: 1,
    redriveSeconds: 1440,
    shortestSeconds: 1200,
    ratio: 1.2,
  };

  it("finds none in what was promised", () => expect(brokenPromises(kept)).toEqual([]));

  it.each<[string, Partial<Gentleness>]>([
    ["6 calls were in flight at once", { mostInFlight: 6 }],
    ["2 calls came within a minute of the outage", { probesPerMinute: 2 }],
    ["the redrive took 1441 seconds instead of 1200", { redriveSeconds: 1441 }],
    ["the redrive took 121 seconds instead of 60", { redriveSeconds: 121, shortestSeconds: 60 }],
  ])("says that %s", (text, changes) => expect(brokenPromises({ ...kept, ...changes })).toEqual([text]));

  it("allows the first careful steps where few wait", () =>
    expect(brokenPromises({ ...kept, redriveSeconds: 120, shortestSeconds: 60 })).toEqual([]));
});
