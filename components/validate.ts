// Checks of component arguments: each returns the value, or throws an error that names the argument, what it got and what is allowed.
import * as pulumi from "@pulumi/pulumi";

/** Both ends are allowed. */
export interface WholeNumberRange {
  readonly minimum: number;
  readonly maximum: number;
}

/** @throws `[maxRedrives] must be a whole number from 0 to 1000, got -1` */
export function wholeNumber(argument: string, value: number, range: WholeNumberRange): number {
  if (!Number.isSafeInteger(value) || value < range.minimum || value > range.maximum) {
    throw new Error(
      `[${argument}] must be a whole number from ${range.minimum} to ${range.maximum}, got ${inWords(value)}`,
    );
  }
  return value;
}

/** @throws `[outcome] must be "succeed" or "fail", got "explode"` */
export function oneOf<const T extends string | number>(argument: string, value: T, allowed: readonly T[]): T {
  if (!allowed.includes(value)) {
    throw new Error(`[${argument}] must be ${choiceOf(allowed)}, got ${inWords(value)}`);
  }
  return value;
}

/** @throws `[source] must be a non-empty string, got ""` */
export function nonEmpty(argument: string, value: string): string {
  if (typeof value !== "string" || value === "") {
    throw new Error(`[${argument}] must be a non-empty string, got ${inWords(value)}`);
  }
  return value;
}

/** @throws `[source] must be 1 to 40 characters of a-z, 0-9 and "-", got "a b"` where `allowed` is the text after "must be" */
export function matching(argument: string, value: string, pattern: RegExp, allowed: string): string {
  if (typeof value !== "string" || !pattern.test(value)) {
    throw new Error(`[${argument}] must be ${allowed}, got ${inWords(value)}`);
  }
  return value;
}

/**
 * Checks a plain value at once, so that the error's stack leads to the program's own line, and an Output or a promise inside
 * `apply`, when its value is known.
 *
 * @param check returns what to use from then on (the value itself, or what it was turned into), or throws
 */
export function validated<T, U>(
  input: pulumi.Input<T>,
  check: (value: pulumi.Unwrap<T>) => U,
): pulumi.Input<pulumi.Unwrap<U>> {
  if (pulumi.Output.isInstance(input) || input instanceof Promise) {
    return pulumi.output(input as pulumi.Input<T>).apply((value) => check(value)) as pulumi.Input<pulumi.Unwrap<U>>;
  }
  return check(input as pulumi.Unwrap<T>) as pulumi.Unwrap<U>;
}

/**
 * TypeScript programs cannot leave out a component's arguments; those in JavaScript can.
 *
 * @param required what the component cannot do without
 * @throws `[args] must be an object with [spool] and [task], got undefined`
 */
export function checkArgs(args: unknown, ...required: readonly string[]): void {
  if (typeof args !== "object" || args === null || Array.isArray(args)) {
    const members = required.map((name) => `[${name}]`).join(" and ");
    throw new Error(`[args] must be an object with ${members}, got ${inWords(args)}`);
  }
}

/** A value as an error shows it: JSON, and what JSON does not have by its name. */
export function inWords(value: unknown): string {
  if (typeof value === "number" || typeof value === "bigint" || value === undefined) {
    return String(value);
  }
  if (typeof value === "function") {
    return "a function";
  }
  if (typeof value === "object" && value !== null && !hasJson(value)) {
    return pulumi.Output.isInstance(value) ? "an Output" : `an object of the class ${value.constructor.name}`;
  }
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === "object" && member !== null && !hasJson(member) ? inWords(member) : member,
  );
}

/** Whether it is a list or a plain object. Those of classes, Pulumi's above all, refer to one another in circles. */
function hasJson(value: object): boolean {
  return ["Object", "Array", undefined].includes(value.constructor?.name);
}

function choiceOf(allowed: readonly (string | number)[]): string {
  const named = allowed.map(inWords);
  const last = named.pop() ?? "nothing";
  return named.length === 0 ? last : `${named.join(", ")} or ${last}`;
}
