// The schedule by which a run starts executions: evenly, at most `rate` a second, more slowly while AWS throttles.
import { isThrottling } from "../awsErrors";
import { sleep } from "../time";

const SLOWEST_INTERVAL = 10_000;
const FIRST_BACKOFF = 200;
const LONGEST_BACKOFF = 5_000;

/** Thrown when a run's time is up before a call could be made: the message stays in the spool, and nothing has failed. */
export class OutOfTime extends Error {
  override readonly name = "OutOfTime";
}

/** Hands out moments at which to start something. */
export interface Pace {
  /** Waits for the next moment. @throws OutOfTime when that lies after the deadline */
  next(): Promise<void>;
  /** Waits. @throws OutOfTime when that ends after the deadline */
  pause(milliseconds: number): Promise<void>;
  /** How many moments there are until the deadline. */
  left(): number;
  /**
   * Makes a call, and again while AWS throttles it, waiting longer each time; the whole run slows down with it.
   *
   * @throws OutOfTime when the deadline comes first, else what the call throws
   */
  persist<T>(call: () => Promise<T>): Promise<T>;
}

/** @param rate starts per second; @param deadline milliseconds since 1970 */
export function createPace(rate: number, deadline: number): Pace {
  const interval = 1000 / rate;
  let slowed = interval;
  let upcoming = Date.now();

  const waitUntil = async (moment: number) => {
    if (moment > deadline) throw new OutOfTime("the run's time is up");
    if (moment > Date.now()) await sleep(moment - Date.now());
  };
  const slowDown = () => {
    slowed = Math.min(Math.max(slowed * 2, 20), SLOWEST_INTERVAL);
    upcoming = Math.max(upcoming, Date.now() + slowed);
  };
  return {
    next: async () => {
      const moment = Math.max(upcoming, Date.now());
      upcoming = moment + slowed;
      await waitUntil(moment);
    },
    pause: (milliseconds) => waitUntil(Date.now() + milliseconds),
    left: () => {
      const from = Math.max(upcoming, Date.now());
      return from > deadline ? 0 : Math.floor((deadline - from) / slowed) + 1;
    },
    persist: async (call) => {
      for (let backoff = FIRST_BACKOFF; ; backoff = Math.min(backoff * 2, LONGEST_BACKOFF)) {
        try {
          const result = await call();
          slowed = Math.max(interval, slowed * 0.9);
          return result;
        } catch (error) {
          if (!isThrottling(error)) throw error;
          slowDown();
          // Spread, so that calls which were throttled together do not come back together.
          await waitUntil(Date.now() + backoff * (0.5 + Math.random() / 2));
        }
      }
    },
  };
}
