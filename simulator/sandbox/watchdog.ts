// Names a function that loops without yielding, instead of hanging the simulation for ever.
import { Script } from "node:vm";

const slot = Symbol.for("respool.simulator.slice");
const slice = new Script(`globalThis[Symbol.for("respool.simulator.slice")]()`);
const scope = globalThis as unknown as Record<symbol, (() => void) | undefined>;

let inside: string | undefined;
let depth = 0;

/** Marks that code of this function runs. */
export function enterSandbox(name: string, run: () => void): void {
  const outer = inside;
  inside = name;
  run();
  inside = outer;
}

/**
 * Runs part of a simulation. When code of a function does not come back for `limit` milliseconds of real time, throws an
 * error that names the function. One limit covers the whole part, so keep parts short against the limit.
 */
export function watched(limit: number, run: () => void): void {
  if (depth > 0) {
    run();
    return;
  }
  depth += 1;
  scope[slot] = run;
  inside = undefined;
  try {
    slice.runInThisContext({ timeout: limit });
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_SCRIPT_EXECUTION_TIMEOUT") throw error;
    throw new Error(
      inside === undefined
        ? `the simulation itself did not come back within ${limit} ms of real time`
        : `function ${inside} ran for more than ${limit} ms of real time without yielding: it loops, or computes for very long`,
    );
  } finally {
    depth -= 1;
    scope[slot] = undefined;
  }
}
