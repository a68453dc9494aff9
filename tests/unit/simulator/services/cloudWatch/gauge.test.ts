// Gauges: functions of time that are sampled once a minute, when somebody asks.
import { describe, expect, it } from "vitest";
import { GaugeHistory, minute } from "../../../../../simulator/services/cloudWatch/gauge";

function gaugeAt(start = 0) {
  const clock = { now: start, changes: 0 };
  const gauge = new GaugeHistory(
    () => clock.now,
    () => {
      clock.changes += 1;
    },
  );
  const at = (time: number) => {
    clock.now = time;
    return gauge;
  };
  return { gauge, clock, at };
}

describe("a gauge", () => {
  it("has no samples before it shows something and after it stops", () => {
    const { gauge, at } = gaugeAt();
    at(2 * minute).set({ value: 5 });
    at(4 * minute).set(undefined);
    expect(gauge.samples(0, 10)).toEqual([5, 5]);
    expect(gauge.summary(0, 2)).toBeUndefined();
    expect(gauge.summary(0, 10)).toEqual({ count: 2, sum: 10, minimum: 5, maximum: 5 });
  });

  it("is sampled at the end of a minute, so that what comes and goes within one is not seen", () => {
    const { gauge, at } = gaugeAt();
    at(0).set({ value: 0 });
    at(10_000).set({ value: 9 });
    at(59_000).set({ value: 1 });
    at(minute).set({ value: 7 });
    at(minute + 1).set({ value: 0 });
    expect(gauge.samples(0, 3)).toEqual([1, 0, 0]);
    expect([...gauge.changes(0)]).toEqual([1, 0]);
  });

  it("can grow with time", () => {
    const { gauge, at } = gaugeAt();
    at(30_000).set({ secondsSince: 30_000 });
    expect(gauge.samples(0, 4)).toEqual([30, 90, 150, 210]);
    expect(gauge.summary(1, 4)).toEqual({ count: 3, sum: 450, minimum: 90, maximum: 210 });
    expect(gauge.growsFrom(100)).toBe(true);
  });

  it("ends by itself at the time given, unless it is set again before", () => {
    const { gauge, at } = gaugeAt();
    at(0).set({ value: 1 }, 3 * minute);
    expect(gauge.samples(0, 6)).toEqual([1, 1, 1]);
    at(2 * minute).set({ value: 1 }, 5 * minute);
    expect(gauge.samples(0, 6)).toEqual([1, 1, 1, 1, 1]);
    at(2 * minute).set({ value: 1 });
    expect(gauge.samples(0, 8)).toHaveLength(8);
  });

  it("tells of a change when it shows something else, or ends earlier than known, and of nothing else", () => {
    const { clock, at } = gaugeAt();
    at(0).set({ value: 1 }, 3 * minute);
    expect(clock.changes).toBe(1);
    at(minute).set({ value: 1 }, 4 * minute);
    at(minute).set({ value: 1 });
    expect(clock.changes).toBe(1);
    at(minute).set({ value: 1 }, 9 * minute);
    expect(clock.changes).toBe(2);
    at(2 * minute).set({ secondsSince: 0 });
    expect(clock.changes).toBe(3);
  });
});
