// How simulated time is written.
import { describe, expect, it } from "vitest";
import { formatElapsed, formatTick, roundStep, timeTicks } from "../../../demo/time";

const MINUTE = 60_000;

describe("formatElapsed", () => {
  it.each([
    [0, "0:00:00"],
    [59_999, "0:00:59"],
    [36 * MINUTE + 12_000, "0:36:12"],
    [24 * 60 * MINUTE - 1, "23:59:59"],
    [(3 * 24 + 4) * 60 * MINUTE, "3d 04:00:00"],
  ])("writes %i ms as %s", (milliseconds, text) => expect(formatElapsed(milliseconds)).toBe(text));
});

describe("timeTicks", () => {
  it("picks round distances", () => {
    expect(timeTicks(135 * MINUTE, 5).map(formatTick)).toEqual(["0:00", "0:30", "1:00", "1:30", "2:00"]);
    expect(timeTicks(10 * 24 * 60 * MINUTE, 5).map(formatTick)).toEqual([
      "0:00",
      "2d 00:00",
      "4d 00:00",
      "6d 00:00",
      "8d 00:00",
      "10d 00:00",
    ]);
  });

  it("has its first tick at 0, however short the time", () => expect(timeTicks(0, 4)).toEqual([0]));
});

describe("roundStep", () => {
  it("gives the smallest step that makes few enough parts", () => {
    expect(roundStep(80 * MINUTE, 80)).toBe(MINUTE);
    expect(roundStep(81 * MINUTE, 80)).toBe(2 * MINUTE);
  });
});
