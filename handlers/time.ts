// Waiting, and how long a handler may work.

/** What the handlers use of Lambda's context. */
export interface RemainingTime {
  getRemainingTimeInMillis(): number;
}

export function sleep(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * When a handler stops taking on work, in milliseconds since 1970: 5 seconds before Lambda would end it, to give messages back and to
 * report; for a function with a short timeout, a quarter of the time that it has.
 */
export function deadlineOf(context: RemainingTime): number {
  const remaining = context.getRemainingTimeInMillis();
  return Date.now() + remaining - Math.min(5_000, remaining / 4);
}
