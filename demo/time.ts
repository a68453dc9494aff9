// Simulated time as the story, the chart and the report show it: elapsed since the shop opened.

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Distances between two ticks of a time axis that a reader can add up. */
const TICK_STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((minutes) => minutes * MINUTE),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR),
  ...[1, 2, 5, 10, 20, 50, 100, 200].map((days) => days * DAY),
];

/** Elapsed time, such as `0:36:12`, or `3d 04:00:00` from the first day on. */
export function formatElapsed(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / SECOND);
  const [hours, minutes, rest] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const tail = `${twoDigits(minutes)}:${twoDigits(rest)}`;
  return hours < 24 ? `${hours}:${tail}` : `${Math.floor(hours / 24)}d ${twoDigits(hours % 24)}:${tail}`;
}

/** A tick's label: elapsed time without the seconds, which are always zero there. */
export function formatTick(milliseconds: number): string {
  return formatElapsed(milliseconds).replace(/:\d\d$/, "");
}

/** The smallest round distance, in milliseconds, that cuts `duration` into at most `most` parts. */
export function roundStep(duration: number, most: number): number {
  return TICK_STEPS.find((each) => duration / each <= most) ?? (TICK_STEPS.at(-1) as number);
}

/**
 * Round moments from 0 to `duration`, for a time axis.
 *
 * @param duration milliseconds
 * @param most how many parts they cut it into at most
 */
export function timeTicks(duration: number, most: number): readonly number[] {
  const step = roundStep(duration, most);
  return Array.from({ length: Math.floor(duration / step) + 1 }, (_, index) => index * step);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}
