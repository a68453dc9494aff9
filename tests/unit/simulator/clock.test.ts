import { describe, expect, it } from "vitest";
import { Clock } from "../../../simulator/clock";

describe("Clock", () => {
  it("takes events in order of time, then of scheduling", () => {
    const clock = new Clock(1000);
    const seen: string[] = [];
    clock.after(20, () => seen.push("late"));
    clock.after(10, () => seen.push("first"));
    clock.after(10, () => seen.push("second"));
    while (clock.step());
    expect(seen).toEqual(["first", "second", "late"]);
    expect(clock.now).toBe(1020);
  });

  it("keeps the order of many events", () => {
    const clock = new Clock(0);
    const seen: number[] = [];
    for (let index = 0; index < 500; index += 1) clock.at((index * 7919) % 1000, () => seen.push(clock.now));
    while (clock.step());
    expect(seen).toEqual([...seen].sort((left, right) => left - right));
    expect(seen).toHaveLength(500);
  });

  it("does not run what was cancelled, and is not busy with it", () => {
    const clock = new Clock(0);
    const timer = clock.after(10, () => expect.unreachable());
    expect(clock.busy).toBe(true);
    timer.cancel();
    timer.cancel();
    expect(clock.busy).toBe(false);
    expect(clock.step()).toBe(false);
  });

  it("is not busy with background events", () => {
    const clock = new Clock(0);
    clock.after(10, () => undefined, { background: true });
    expect(clock.busy).toBe(false);
    expect(clock.nextAt).toBe(10);
  });

  it("stops before events beyond the limit", () => {
    const clock = new Clock(0);
    clock.after(10, () => undefined);
    expect(clock.step(9)).toBe(false);
    expect(clock.step(10)).toBe(true);
  });

  it("never goes back: a time in the past means now", () => {
    const clock = new Clock(100);
    let at = 0;
    clock.at(50, () => {
      at = clock.now;
    });
    clock.step();
    expect(at).toBe(100);
  });

  it("refuses a time that is no number", () => {
    expect(() => new Clock(0).at(Number.NaN, () => undefined)).toThrow(
      "[time] must be a finite number of milliseconds, got NaN",
    );
  });
});
