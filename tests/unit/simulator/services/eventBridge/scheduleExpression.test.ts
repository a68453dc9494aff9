// When scheduled rules run.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedule } from "../../../../../simulator/services/eventBridge/scheduleExpression";

const start = Date.UTC(2026, 0, 1, 10, 30, 20);

/** The first runs after Thursday, 1 January 2026, 10:30:20. */
function runs(expression: string, count = 3): string[] {
  const schedule = parseSchedule(expression);
  const found: string[] = [];
  for (let time = start; found.length < count; ) {
    const next = schedule.nextAfter(time, start);
    if (next === undefined) break;
    found.push(new Date(next).toISOString().slice(0, 16));
    time = next;
  }
  return found;
}

describe("rate", () => {
  it("counts from the rule's creation, the first run one period later", () => {
    const schedule = parseSchedule("rate(5 minutes)");
    expect(schedule.nextAfter(start, start)).toBe(start + 300_000);
    expect(schedule.nextAfter(start + 300_000, start)).toBe(start + 600_000);
    expect(schedule.nextAfter(start + 299_999, start)).toBe(start + 300_000);
    expect(parseSchedule("rate(1 day)").nextAfter(start, start)).toBe(start + 86_400_000);
  });
});

describe("cron", () => {
  it.each([
    ["cron(0 10 * * ? *)", ["2026-01-02T10:00", "2026-01-03T10:00", "2026-01-04T10:00"]],
    ["cron(0/15 * * * ? *)", ["2026-01-01T10:45", "2026-01-01T11:00", "2026-01-01T11:15"]],
    ["cron(5,35 14 * * ? *)", ["2026-01-01T14:05", "2026-01-01T14:35", "2026-01-02T14:05"]],
    ["cron(0 18 ? * MON-FRI *)", ["2026-01-01T18:00", "2026-01-02T18:00", "2026-01-05T18:00"]],
    ["cron(0 18 ? * 2-6 *)", ["2026-01-01T18:00", "2026-01-02T18:00", "2026-01-05T18:00"]],
    ["cron(0/30 23-0 ? * MON *)", ["2026-01-05T00:00", "2026-01-05T00:30", "2026-01-05T23:00"]],
    ["cron(0 8 1 * ? *)", ["2026-02-01T08:00", "2026-03-01T08:00", "2026-04-01T08:00"]],
    ["cron(0 8 L * ? *)", ["2026-01-31T08:00", "2026-02-28T08:00", "2026-03-31T08:00"]],
    ["cron(0 8 31 * ? *)", ["2026-01-31T08:00", "2026-03-31T08:00", "2026-05-31T08:00"]],
    ["cron(0 8 3W * ? *)", ["2026-01-02T08:00", "2026-02-03T08:00", "2026-03-03T08:00"]],
    ["cron(0 8 1W AUG,NOV ? *)", ["2026-08-03T08:00", "2026-11-02T08:00", "2027-08-02T08:00"]],
    ["cron(0 8 31W * ? *)", ["2026-01-30T08:00", "2026-03-31T08:00", "2026-05-29T08:00"]],
    ["cron(0 8 LW * ? *)", ["2026-01-30T08:00", "2026-02-27T08:00", "2026-03-31T08:00"]],
    ["cron(15 10 ? * 6L *)", ["2026-01-30T10:15", "2026-02-27T10:15", "2026-03-27T10:15"]],
    ["cron(0 2 ? * SAT#3 *)", ["2026-01-17T02:00", "2026-02-21T02:00", "2026-03-21T02:00"]],
    ["cron(0 2 ? * 3#5 *)", ["2026-03-31T02:00", "2026-06-30T02:00", "2026-09-29T02:00"]],
    ["cron(0 2 ? * L *)", ["2026-01-03T02:00", "2026-01-10T02:00", "2026-01-17T02:00"]],
    ["cron(0 0 29 FEB ? *)", ["2028-02-29T00:00", "2032-02-29T00:00", "2036-02-29T00:00"]],
    ["cron(0 0 1 1 ? 2027-2028)", ["2027-01-01T00:00", "2028-01-01T00:00"]],
    ["cron(0 0 30 FEB ? *)", []],
    ["cron(15 10 ? * 6L 2002-2005)", []],
  ])("%s", (expression, expected) => {
    expect(runs(expression)).toEqual(expected);
  });

  it("never runs twice in a minute nor at or before the given time", () => {
    const minute = fc.integer({ min: 0, max: 59 });
    const time = fc.integer({ min: Date.UTC(2026, 0, 1), max: Date.UTC(2030, 0, 1) });
    fc.assert(
      fc.property(minute, fc.integer({ min: 0, max: 23 }), time, (m, h, at) => {
        const next = parseSchedule(`cron(${m} ${h} * * ? *)`).nextAfter(at, 0) as number;
        const date = new Date(next);
        expect(next).toBeGreaterThan(at);
        expect(next - at).toBeLessThanOrEqual(86_400_000);
        expect([date.getUTCHours(), date.getUTCMinutes(), next % 60_000]).toEqual([h, m, 0]);
      }),
    );
  });
});

describe("an expression that is not valid", () => {
  it.each([
    "rate(10 seconds)",
    "rate(1 minutes)",
    "rate(10 minute)",
    "rate(0 minutes)",
    "rate(10 MINUTES)",
    "rate( 10 minutes )",
    " rate(10 minutes)",
    "rate(1.5 hours)",
    "every 5 minutes",
    "cron(0 1 * * * *)",
    "cron(0 1 ? * ? *)",
    "cron(0 1 1 * MON *)",
    "cron(7 20 * * NOT *)",
    "cron(71 8 1 * ? *)",
    "cron(0 8 1 * ?)",
    "cron(0 8 0 * ? *)",
    "cron(0 8 ? * 3#6 *)",
    "cron(0 8 ? * 3#1,6#3 *)",
    "cron(0/0 8 ? * MON *)",
    "cron(0 8 1 * ? 1969)",
  ])("%s", (expression) => {
    expect(() => parseSchedule(expression)).toThrow(
      expect.objectContaining({ code: "ValidationException", message: "Parameter ScheduleExpression is not valid." }),
    );
  });
});
