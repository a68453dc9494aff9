// What an intrinsic function is, and how its arguments are looked at.
import type { Json, JsonObject } from "../../../json";
import type { HostFunctions } from "../jsonata/functions";

/** The arguments do not fit. The message completes "The function '...' had the following error: ...". */
export class IntrinsicError extends Error {}

export interface Intrinsic {
  /** How many arguments it takes: at least, at most. */
  readonly arity: readonly [number, number];
  /** @param raw the first argument with its escapes, when it was written as a literal */
  run(args: readonly Json[], host: HostFunctions, raw: string | undefined): Json;
}

function refuse(position: string, expected: string, value: Json | undefined): IntrinsicError {
  return new IntrinsicError(`The ${position} argument must be ${expected}, but was: ${JSON.stringify(value)}`);
}

const positions = ["first", "second", "third"];

function position(index: number): string {
  return positions[index] ?? `${index + 1}th`;
}

export function stringAt(args: readonly Json[], index: number): string {
  const value = args[index];
  if (typeof value === "string") return value;
  throw refuse(position(index), "a string", value);
}

export function arrayAt(args: readonly Json[], index: number): readonly Json[] {
  const value = args[index];
  if (Array.isArray(value)) return value;
  throw refuse(position(index), "an array", value);
}

export function objectAt(args: readonly Json[], index: number): JsonObject {
  const value = args[index];
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw refuse(position(index), "an object", value);
}

/** Fractions are rounded half up, as Java rounds (recorded: -1.5 becomes -1). */
export function integerAt(args: readonly Json[], index: number): number {
  const value = args[index];
  if (typeof value !== "number") throw refuse(position(index), "a number", value);
  // Without the sum, Math.round gives -0.
  return Math.round(value) + 0;
}

/** States.Hash and the Base64 functions take so many characters at most. */
const longestText = 10_000;

export function shortStringAt(args: readonly Json[], index: number): string {
  const value = stringAt(args, index);
  if (value.length <= longestText) return value;
  throw new IntrinsicError(`The ${position(index)} argument has more than ${longestText} characters`);
}
