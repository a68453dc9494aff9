import { describe, expect, it } from "vitest";
import { parseOccurrences } from "../../../../../simulator/services/scheduler/occurrences";

const at = (text: string) => Date.parse(text);
const created = at("2026-01-01T10:00:30Z");

/** The first times after a moment. */
function times(
  expression: string,
  zone: string,
  from: string,
  count: number,
  dates: { start?: string; end?: string } = {},
) {
  const [start, end] = [dates.start, dates.end].map((text) => (text === undefined ? undefined : at(text)));
  const occurrences = parseOccurrences(expression, zone, { createdAt: created, start, end });
  const found: string[] = [];
  let time: number | undefined = at(from);
  for (let index = 0; index < count; index += 1) {
    time = occurrences.nextAfter(time);
    if (time === undefined) break;
    found.push(new Date(time).toISOString().slice(0, 19));
  }
  return found;
}

describe("parseOccurrences", () => {
  it("begins a rate when the schedule is made, or at its start date, and ends it", () => {
    expect(times("rate(5 minutes)", "UTC", "2026-01-01T10:00:29Z", 2)).toEqual([
      "2026-01-01T10:00:30",
      "2026-01-01T10:05:30",
    ]);
    expect(
      times("rate(1 hours)", "UTC", "2026-01-01T10:00:30Z", 3, {
        start: "2026-01-01T12:15:00Z",
        end: "2026-01-01T13:15:00Z",
      }),
    ).toEqual(["2026-01-01T12:15:00", "2026-01-01T13:15:00"]);
  });

  it("reads cron by the wall clock of its time zone, in winter and in summer", () => {
    expect(times("cron(30 8 ? * MON *)", "Europe/Berlin", "2026-03-23T00:00:00Z", 2)).toEqual([
      "2026-03-23T07:30:00",
      "2026-03-30T06:30:00",
    ]);
    expect(times("cron(0 9 * * ? *)", "Asia/Kolkata", "2026-01-01T00:00:00Z", 1)).toEqual(["2026-01-01T03:30:00"]);
  });

  it("leaves out a time that the clock leaps over, and does not repeat one that it shows twice", () => {
    expect(times("cron(30 2 * * ? *)", "Europe/Berlin", "2026-03-28T00:00:00Z", 2)).toEqual([
      "2026-03-28T01:30:00",
      "2026-03-30T00:30:00",
    ]);
    expect(times("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-24T12:00:00Z", 2)).toEqual([
      "2026-10-25T00:30:00",
      "2026-10-26T01:30:00",
    ]);
    expect(times("cron(30 2 * * ? *)", "Europe/Berlin", "2026-10-25T01:10:00Z", 1)).toEqual(["2026-10-26T01:30:00"]);
  });

  it("keeps to start and end dates", () => {
    const dates = { start: "2026-01-03T09:00:00Z", end: "2026-01-04T09:00:00Z" };
    expect(times("cron(0 9 * * ? *)", "UTC", "2026-01-01T10:00:30Z", 9, dates)).toEqual([
      "2026-01-03T09:00:00",
      "2026-01-04T09:00:00",
    ]);
  });

  it("reads one time, in a time zone, and takes no dates for it", () => {
    expect(
      times("at(2026-07-01T12:00:00)", "America/New_York", "2026-01-01T00:00:00Z", 3, {
        start: "2027-01-01T00:00:00Z",
      }),
    ).toEqual(["2026-07-01T16:00:00"]);
    expect(times("at(2025-07-01T12:00:00)", "UTC", "2026-01-01T00:00:00Z", 3)).toEqual([]);
  });

  it("refuses what is none", () => {
    for (const expression of [
      "rate(0 minutes)",
      "rate(5 seconds)",
      "cron(0 9 * * *)",
      "at(2026-01-01)",
      "at(2026-13-01T00:00:00)",
      "daily",
    ]) {
      expect(() => times(expression, "UTC", "2026-01-01T00:00:00Z", 1)).toThrow(
        `Invalid Schedule Expression ${expression}.`,
      );
    }
    expect(() => times("rate(5 minutes)", "Mars/Olympus", "2026-01-01T00:00:00Z", 1)).toThrow(
      "Invalid Schedule Expression Timezone Mars/Olympus.",
    );
  });
});
