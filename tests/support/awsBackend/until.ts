// Waits for something that an AWS endpoint does by itself.
import { setTimeout as pause } from "node:timers/promises";

/** Milliseconds between two looks, and until it gives up. */
const interval = 200;
const patience = 60_000;

/**
 * @param what ends the sentence "60000 ms passed before ..."
 * @throws when it does not come true
 */
export async function until(isTrue: () => Promise<boolean>, what: string): Promise<void> {
  const end = Date.now() + patience;
  while (!(await isTrue())) {
    if (Date.now() > end) throw new Error(`${patience} ms passed before ${what}`);
    await pause(interval);
  }
}
