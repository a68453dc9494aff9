// rate(...) and cron(...): when a scheduled rule runs next.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html

import { AwsError } from "../../service";
import { parseCron } from "./cron";

export interface Schedule {
  /**
   * The first run after a moment, or undefined when there is none any more. Milliseconds since the epoch, UTC.
   * @param createdAt when the rule was created: a rate counts from there
   */
  nextAfter(time: number, createdAt: number): number | undefined;
}

const unitMilliseconds: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

function parseRate(fields: string): Schedule | undefined {
  const [, count = "", unit = "", plural = ""] = /^([1-9]\d*) (minute|hour|day)(s?)$/.exec(fields) ?? [];
  const unitLength = unitMilliseconds[unit];
  if (unitLength === undefined || (count === "1") === (plural === "s")) return undefined;
  const period = Number(count) * unitLength;
  return { nextAfter: (time, createdAt) => createdAt + (Math.floor((time - createdAt) / period) + 1) * period };
}

/** @throws AwsError ValidationException, as PutRule answers it */
export function parseSchedule(expression: string): Schedule {
  const [, kind, fields = ""] = /^(rate|cron)\((.*)\)$/s.exec(expression) ?? [];
  const schedule = kind === "rate" ? parseRate(fields) : kind === "cron" ? parseCron(fields) : undefined;
  if (schedule === undefined) throw new AwsError("ValidationException", "Parameter ScheduleExpression is not valid.");
  return schedule;
}
