// Durations as readers write them ("30 seconds"), checked by the compiler and again when the program runs.

/**
 * A length of time such as `"30 seconds"`, `"1 minute"`, `"12 hours"` or `"14 days"`. It must come to a whole number of
 * seconds, since that is what AWS takes.
 */
export type Duration = `${number} ${"second" | "seconds" | "minute" | "minutes" | "hour" | "hours" | "day" | "days"}`;

/** What a duration may be, in seconds, both ends included. */
export interface DurationRange {
  /** Seconds. @default 0 */
  readonly minimum?: number;
  /** Seconds. @default unlimited */
  readonly maximum?: number;
}

const secondsIn: Readonly<Record<string, number>> = { second: 1, minute: 60, hour: 3_600, day: 86_400 };

/**
 * The whole seconds in a duration.
 *
 * @param argument the name that the error gives, as the caller of the component knows it
 * @param range what is allowed, in seconds
 * @throws when it is no duration, comes to a fraction of a second or is out of range
 */
export function toSeconds(argument: string, value: Duration, range: DurationRange = {}): number {
  const written: unknown = value;
  const match = typeof written === "string" ? /^(\d+(?:\.\d+)?) (second|minute|hour|day)s?$/.exec(written) : null;
  if (match === null) {
    throw new Error(
      `[${argument}] must be a duration such as "30 seconds", "5 minutes", "12 hours" or "14 days", got ${JSON.stringify(written)}`,
    );
  }
  const seconds = Number(match[1]) * (secondsIn[match[2] ?? ""] ?? Number.NaN);
  if (!Number.isSafeInteger(seconds)) {
    throw new Error(`[${argument}] must be a whole number of seconds, got "${value}"`);
  }
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = range;
  if (seconds < minimum || seconds > maximum) {
    throw new Error(`[${argument}] must be ${rangeInWords(minimum, maximum)}, got "${value}"`);
  }
  return seconds;
}

/** A number of whole seconds as the shortest duration: 86400 is `"1 day"`, 90 is `"90 seconds"`. */
export function durationOf(seconds: number): Duration {
  for (const unit of ["day", "hour", "minute"] as const) {
    const size = secondsIn[unit] ?? 1;
    if (seconds > 0 && seconds % size === 0) {
      return seconds === size ? `1 ${unit}` : `${seconds / size} ${unit}s`;
    }
  }
  return seconds === 1 ? "1 second" : `${seconds} seconds`;
}

function rangeInWords(minimum: number, maximum: number): string {
  return maximum === Number.POSITIVE_INFINITY
    ? `at least "${durationOf(minimum)}"`
    : `from "${durationOf(minimum)}" to "${durationOf(maximum)}"`;
}
