import { describe, expect, it } from "vitest";
import { rateOf, scheduleExpression } from "../../../components/schedule";

describe("a rate", () => {
  it.each([
    [60, "rate(1 minute)"],
    [21_600, "rate(6 hours)"],
    [86_400, "rate(1 day)"],
    [5_400, "rate(90 minutes)"],
  ])("of %d seconds is %s", (seconds, expression) => {
    expect(rateOf("every", seconds)).toBe(expression);
  });

  it("has whole minutes", () => {
    expect(() => rateOf("every", 90)).toThrow(new Error(`[every] must be a whole number of minutes, got "90 seconds"`));
  });
});

describe("a schedule", () => {
  it.each(["rate(1 hour)", "rate(15 minutes)", "cron(0 6 * * ? *)"])("may be %s", (value) => {
    expect(scheduleExpression("schedule", value)).toBe(value);
  });

  it.each(["rate(1 hours)", "rate(2 hour)", "rate(0 minutes)", "cron(0 6 * * *)", "1 hour", ""])(
    "may not be %j",
    (value) => {
      expect(() => scheduleExpression("schedule", value)).toThrow(
        new Error(
          `[schedule] must be an EventBridge schedule such as "rate(1 hour)" or "cron(0 6 * * ? *)", got ${JSON.stringify(value)}`,
        ),
      );
    },
  );
});
