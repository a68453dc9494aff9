// Durations: what they come to in seconds, and the errors for what is none.
import { describe, expect, it } from "vitest";
import { type Duration, durationOf, toSeconds } from "../../../components/duration";

describe("toSeconds", () => {
  it.each([
    ["1 second", 1],
    ["30 seconds", 30],
    ["1 minute", 60],
    ["1.5 minutes", 90],
    ["12 hours", 43_200],
    ["14 days", 1_209_600],
    ["0 seconds", 0],
  ] as const)("takes %s as %d seconds", (value, seconds) => {
    expect(toSeconds("timeout", value)).toBe(seconds);
  });

  it.each([
    "30",
    "30s",
    "thirty seconds",
    "-1 seconds",
    "1 week",
    " 1 day",
    "1 day ",
    "1  day",
    "1e3 seconds",
    "",
    30,
    null,
  ])("refuses %j", (value) => {
    expect(() => toSeconds("timeout", value as Duration)).toThrow(
      new Error(
        `[timeout] must be a duration such as "30 seconds", "5 minutes", "12 hours" or "14 days", got ${JSON.stringify(value)}`,
      ),
    );
  });

  it("refuses a fraction of a second", () => {
    expect(() => toSeconds("timeout", "1.5 seconds")).toThrow(
      new Error('[timeout] must be a whole number of seconds, got "1.5 seconds"'),
    );
  });

  it("allows both ends of the range", () => {
    const range = { minimum: 60, maximum: 120 };

    expect([toSeconds("period", "1 minute", range), toSeconds("period", "120 seconds", range)]).toEqual([60, 120]);
  });

  it.each(["59 seconds", "121 seconds"] as const)("refuses %s, which is out of range", (value) => {
    expect(() => toSeconds("period", value, { minimum: 60, maximum: 120 })).toThrow(
      new Error(`[period] must be from "1 minute" to "2 minutes", got "${value}"`),
    );
  });

  it("names only the minimum where there is no maximum", () => {
    expect(() => toSeconds("period", "59 seconds", { minimum: 60 })).toThrow(
      new Error('[period] must be at least "1 minute", got "59 seconds"'),
    );
  });
});

describe("durationOf", () => {
  it.each([
    [0, "0 seconds"],
    [1, "1 second"],
    [90, "90 seconds"],
    [60, "1 minute"],
    [900, "15 minutes"],
    [3_600, "1 hour"],
    [86_400, "1 day"],
    [1_209_600, "14 days"],
  ])("writes %d seconds as %s", (seconds, duration) => {
    expect(durationOf(seconds)).toBe(duration);
  });
});
