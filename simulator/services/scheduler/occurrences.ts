// When a schedule is due: rate(...), cron(...) and at(...), in a time zone, between two dates.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
import { AwsError } from "../../service";
import { parseCron } from "../eventBridge/cron";
import { TimeZone } from "./timeZone";

export interface Occurrences {
  readonly kind: "rate" | "cron" | "at";
  /** The first time after a moment; undefined when there is none any more. Milliseconds since the epoch. */
  nextAfter(time: number): number | undefined;
}

export interface Period {
  /** When the schedule was created; a rate without a start date begins at once. */
  readonly createdAt: number;
  readonly start: number | undefined;
  readonly end: number | undefined;
}

const unitMilliseconds: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function invalid(expression: string): AwsError {
  return new AwsError("ValidationException", `Invalid Schedule Expression ${expression}.`);
}

function rate(fields: string, { createdAt, start }: Period): Occurrences["nextAfter"] | undefined {
  const [, count = "", unit = ""] = /^([1-9]\d*) (minute|hour|day)s?$/.exec(fields) ?? [];
  const length = unitMilliseconds[unit];
  if (length === undefined) return undefined;
  const period = Number(count) * length;
  const first = start ?? createdAt;
  return (time) => (time < first ? first : first + (Math.floor((time - first) / period) + 1) * period);
}

/** A time that the wall clock leaps over is left out; one that it shows twice counts once. */
function cron(fields: string, zone: TimeZone, { start }: Period): Occurrences["nextAfter"] | undefined {
  const schedule = parseCron(fields);
  if (schedule === undefined) return undefined;
  return (time) => {
    const from = start === undefined ? time : Math.max(time, start - 1);
    let wallClock: number | undefined = zone.wallClock(from);
    for (;;) {
      wallClock = schedule.nextAfter(wallClock, 0);
      if (wallClock === undefined) return undefined;
      const moment = zone.moment(wallClock);
      if (moment !== undefined && moment > from) return moment;
    }
  };
}

/** Start and end dates do not count for it. */
function once(text: string, zone: TimeZone): Occurrences["nextAfter"] | undefined {
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(text)) return undefined;
  const wallClock = Date.parse(`${text}Z`);
  const moment = Number.isNaN(wallClock) ? undefined : zone.moment(wallClock);
  return moment === undefined ? undefined : (time) => (time < moment ? moment : undefined);
}

/** @throws AwsError ValidationException */
export function parseOccurrences(expression: string, timeZone: string, period: Period): Occurrences {
  let zone: TimeZone;
  try {
    zone = new TimeZone(timeZone);
  } catch {
    throw new AwsError("ValidationException", `Invalid Schedule Expression Timezone ${timeZone}.`);
  }
  const [, kind, fields = ""] = /^(rate|cron|at)\((.*)\)$/s.exec(expression) ?? [];
  if (kind === "at") {
    const next = once(fields, zone);
    if (next === undefined) throw invalid(expression);
    return { kind, nextAfter: next };
  }
  const next = kind === "rate" ? rate(fields, period) : kind === "cron" ? cron(fields, zone, period) : undefined;
  if (next === undefined) throw invalid(expression);
  const { end = Number.POSITIVE_INFINITY } = period;
  return {
    kind: kind === "rate" ? "rate" : "cron",
    nextAfter: (time) => {
      const at = next(time);
      return at === undefined || at > end ? undefined : at;
    },
  };
}
