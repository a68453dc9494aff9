// What the calls around a command's status are refused with. The names are what callers tell them apart by: a class of its own would lose
// its name in a closure that is serialized, and `sendCommand` is captured by closures.

/** An attempt whose command went on without it: another one has begun, or it has ended. Nothing was written. */
export function attemptLost(id: string, state: string | undefined): Error {
  return named("AttemptLost", `the command ${id} went on without this attempt: it is ${state ?? "not known any more"}`);
}

/**
 * A condition of the handler's own writes did not hold: nothing was written, and the command has not succeeded.
 *
 * @param index which of the writes, counted from 0
 */
export function effectRefused(index: number): Error & { readonly index: number } {
  const message = `the condition of the effect's write ${index} (counted from 0) did not hold`;
  return Object.assign(named("EffectRefused", message), { index });
}

/**
 * The key of a command that was accepted with other data.
 *
 * @param id the command that has the key
 */
export function commandKeyReused(id: string): Error & { readonly id: string } {
  return Object.assign(named("CommandKeyReused", `the command ${id} was accepted under the same key with other data`), {
    id,
  });
}

/** Data that neither SQS nor the status item has room for. */
export function commandTooLarge(
  bytes: number,
  limit: number,
): Error & { readonly bytes: number; readonly limit: number } {
  const message = `[data] must be at most ${limit} bytes of JSON, got ${bytes}`;
  return Object.assign(named("CommandTooLarge", message), { bytes, limit });
}

function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
