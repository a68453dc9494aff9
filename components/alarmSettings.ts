// When a component's alarms go off, as programs say it: a number, a length of time, or false for no such alarm.
import { type Duration, type DurationRange, toSeconds } from "./duration";
import { wholeNumber } from "./validate";

/** @returns undefined where there is to be no such alarm */
export function alarmCount(argument: string, value: number | false | undefined, usual: number): number | undefined {
  return value === false ? undefined : wholeNumber(argument, value ?? usual, { minimum: 1, maximum: 1_000_000_000 });
}

/** @returns seconds; undefined where there is to be no such alarm */
export function alarmSeconds(
  argument: string,
  value: Duration | false | undefined,
  usual: Duration,
  range: DurationRange = { minimum: 60, maximum: 365 * 86_400 },
): number | undefined {
  return value === false ? undefined : toSeconds(argument, value ?? usual, range);
}
