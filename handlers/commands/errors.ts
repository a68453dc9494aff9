// What the calls around a command's status are refused with. The names are what callers tell them apart by.

/** An attempt whose command went on without it: another one has begun, or it has ended. Nothing was written. */
export class AttemptLost extends Error {
  override readonly name = "AttemptLost";

  constructor(id: string, state: string | undefined) {
    super(`the command ${id} went on without this attempt: it is ${state ?? "not known any more"}`);
  }
}

/** A condition of the handler's own writes did not hold: nothing was written, and the command has not succeeded. */
export class EffectRefused extends Error {
  override readonly name = "EffectRefused";

  /** @param index which of the writes, counted from 0 */
  constructor(readonly index: number) {
    super(`the condition of the effect's write ${index} (counted from 0) did not hold`);
  }
}

/** The key of a command that was accepted with other data. */
export class CommandKeyReused extends Error {
  override readonly name = "CommandKeyReused";

  /** @param id the command that has the key */
  constructor(readonly id: string) {
    super(`the command ${id} was accepted under the same key with other data`);
  }
}

/** Data that neither SQS nor the status item has room for. */
export class CommandTooLarge extends Error {
  override readonly name = "CommandTooLarge";

  constructor(
    readonly bytes: number,
    readonly limit: number,
  ) {
    super(`[data] must be at most ${limit} bytes of JSON, got ${bytes}`);
  }
}
