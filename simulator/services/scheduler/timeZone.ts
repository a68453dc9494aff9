// Wall clocks of time zones: what they show at a moment, and when they show something.

const day = 86_400_000;

/** A time zone by its name in the IANA database. */
export class TimeZone {
  private readonly format: Intl.DateTimeFormat;

  /** @throws RangeError for a name that is none */
  constructor(readonly name: string) {
    this.format = new Intl.DateTimeFormat("en-US", {
      timeZone: name,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
  }

  /** What the wall clock shows, as if it were UTC; both in milliseconds since the epoch. */
  wallClock(time: number): number {
    const found: Record<string, number> = {};
    for (const { type, value } of this.format.formatToParts(time)) found[type] = Number(value);
    const { year = 0, month = 1, day: date = 1, hour = 0, minute = 0, second = 0 } = found;
    return Date.UTC(year, month - 1, date, hour, minute, second) + (((time % 1_000) + 1_000) % 1_000);
  }

  /** When the wall clock shows a time for the first time; undefined when it leaps over it. */
  moment(wallClock: number): number | undefined {
    const offsets = [wallClock - day, wallClock + day].map((near) => this.wallClock(near) - near);
    const moments = offsets.map((offset) => wallClock - offset).filter((at) => this.wallClock(at) === wallClock);
    return moments.length === 0 ? undefined : Math.min(...moments);
  }
}
