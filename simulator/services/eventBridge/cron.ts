// Cron expressions of six fields, in UTC, to the minute.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-cron-expressions

import type { Schedule } from "./scheduleExpression";

interface Day {
  readonly year: number;
  /** From 1. */
  readonly month: number;
  readonly date: number;
  /** 1 is Sunday. */
  readonly weekday: number;
  readonly lastDate: number;
}

type DayTest = (day: Day) => boolean;

interface Range {
  readonly low: number;
  readonly high: number;
  readonly names?: readonly string[];
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const weekdays = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];
const minuteRange: Range = { low: 0, high: 59 };
const hourRange: Range = { low: 0, high: 23 };
const dateRange: Range = { low: 1, high: 31 };
const monthRange: Range = { low: 1, high: 12, names: months };
const weekdayRange: Range = { low: 1, high: 7, names: weekdays };
const yearRange: Range = { low: 1970, high: 2199 };
const dayMilliseconds = 86_400_000;

function parseValue(text: string, { low, high, names = [] }: Range): number | undefined {
  const named = names.indexOf(text.toUpperCase());
  if (named >= 0) return low + named;
  if (!/^\d+$/.test(text)) return undefined;
  const value = Number(text);
  return value >= low && value <= high ? value : undefined;
}

/** The values of "*", "5", "1-5", "22-2", "0/15" or "1-30/2"; a range that ends before it begins goes on from the lowest. */
function parsePart(part: string, range: Range): number[] | undefined {
  const [base = "", step, ...rest] = part.split("/");
  if (rest.length > 0 || (step !== undefined && !/^[1-9]\d*$/.test(step))) return undefined;
  const [first = "", last, ...more] = base.split("-");
  const from = base === "*" ? range.low : parseValue(first, range);
  const open = base === "*" || (step !== undefined && last === undefined);
  const to = open ? range.high : last === undefined ? from : parseValue(last, range);
  if (more.length > 0 || from === undefined || to === undefined) return undefined;
  const size = range.high - range.low + 1;
  const length = (to - from + size) % size;
  const values: number[] = [];
  for (let offset = 0; offset <= length; offset += Number(step ?? 1)) {
    values.push(range.low + ((from - range.low + offset) % size));
  }
  return values;
}

function parseField(field: string, range: Range): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    const parsed = parsePart(part, range);
    if (parsed === undefined) return undefined;
    for (const value of parsed) values.add(value);
  }
  return values;
}

/** The weekday nearest to a date, within the month. */
function nearestWeekday(date: number, day: Day): number {
  const weekday = (((day.weekday - 1 + date - day.date) % 7) + 7) % 7;
  if (weekday === 6) return date === 1 ? 3 : date - 1;
  if (weekday === 0) return date === day.lastDate ? date - 2 : date + 1;
  return date;
}

function parseDate(field: string): DayTest | undefined {
  if (field === "L") return (day) => day.date === day.lastDate;
  if (field === "LW") return (day) => day.date === nearestWeekday(day.lastDate, day);
  const nearest = /^(\d+)W$/.exec(field)?.[1];
  if (nearest !== undefined) {
    const date = parseValue(nearest, dateRange);
    return date === undefined ? undefined : (day) => date <= day.lastDate && day.date === nearestWeekday(date, day);
  }
  const dates = parseField(field, dateRange);
  return dates === undefined ? undefined : (day) => dates.has(day.date);
}

function parseWeekday(field: string): DayTest | undefined {
  if (field === "L") return (day) => day.weekday === 7;
  const [, name = "", last, occurrence] = /^(\w+?)(?:(L)|#([1-5]))$/.exec(field) ?? [];
  if (last !== undefined || occurrence !== undefined) {
    const weekday = parseValue(name, weekdayRange);
    if (weekday === undefined) return undefined;
    if (last !== undefined) return (day) => day.weekday === weekday && day.date > day.lastDate - 7;
    return (day) => day.weekday === weekday && Math.ceil(day.date / 7) === Number(occurrence);
  }
  const values = parseField(field, weekdayRange);
  return values === undefined ? undefined : (day) => values.has(day.weekday);
}

/** One of the two day fields must be "?", the other not. */
function parseDay(date: string, weekday: string): DayTest | undefined {
  if ((date === "?") === (weekday === "?")) return undefined;
  return weekday === "?" ? parseDate(date) : parseWeekday(weekday);
}

function dayOf(time: number): Day {
  const at = new Date(time);
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth() + 1];
  const lastDate = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return { year, month, date: at.getUTCDate(), weekday: at.getUTCDay() + 1, lastDate };
}

/** The fields inside the parentheses; undefined when they are not valid. */
export function parseCron(fields: string): Schedule | undefined {
  const [minute, hour, date, month, weekday, year, ...rest] = fields.split(/\s+/);
  if (minute === undefined || hour === undefined || date === undefined || rest.length > 0) return undefined;
  if (month === undefined || weekday === undefined || year === undefined) return undefined;
  const minutes = parseField(minute, minuteRange);
  const hours = parseField(hour, hourRange);
  const inMonths = parseField(month, monthRange);
  const inYears = parseField(year, yearRange);
  const matchesDay = parseDay(date, weekday);
  if (!minutes || !hours || !inMonths || !inYears || !matchesDay) return undefined;
  const timesOfDay = [...hours].flatMap((h) => [...minutes].map((m) => (h * 60 + m) * 60_000)).sort((a, b) => a - b);
  const end = Date.UTC(Math.max(...inYears) + 1, 0, 1);

  const nextAfter = (time: number): number | undefined => {
    let midnight = Math.floor(time / dayMilliseconds) * dayMilliseconds;
    while (midnight < end) {
      const day = dayOf(midnight);
      if (!inYears.has(day.year)) midnight = Date.UTC(day.year + 1, 0, 1);
      else if (!inMonths.has(day.month)) midnight = Date.UTC(day.year, day.month, 1);
      else {
        const start = midnight;
        const at = matchesDay(day) ? timesOfDay.find((ofDay) => start + ofDay > time) : undefined;
        if (at !== undefined) return start + at;
        midnight += dayMilliseconds;
      }
    }
    return undefined;
  };
  return { nextAfter };
}
