// Values that Pulumi's serializer copies without an error, but into something that does not work in Lambda.
import * as pulumi from "@pulumi/pulumi";

/** What is wrong with a captured value. */
export interface Uncapturable {
  /** To be read after the variable's name and a comma. */
  readonly what: string;
  /** What to do, where making it in Lambda is not the answer. */
  readonly instead?: string;
}

/**
 * What is wrong with capturing a value; undefined if nothing is.
 *
 * The serializer copies properties and prototypes. The inner state of a Map or a Date is neither, so that the copy throws when
 * it is used; a class becomes a plain function, so that one that extends Error makes objects without a message.
 */
export function uncapturable(value: unknown): Uncapturable | undefined {
  if (typeof value === "function") {
    return extendsError(value)
      ? { what: "a class that extends Error, which would lose its message and name" }
      : undefined;
  }
  if (typeof value !== "object" || value === null || isPrototype(value)) {
    return undefined;
  }
  if (value instanceof pulumi.Config) {
    return {
      what: "a pulumi.Config, which would bring all of the stack's configuration into the code",
      instead: "Read the value outside the closure and capture that.",
    };
  }
  const builtin = builtinOf(value);
  return builtin === undefined
    ? undefined
    : { what: `${article(builtin)} ${builtin}, which would arrive without its contents` };
}

const copied = new Set(["Object", "Array", "Function", "RegExp", "Promise", "Boolean", "Number", "String", "Symbol"]);

/** The name of the built-in class, such as Map, that a value is an instance of. */
function builtinOf(value: object): string | undefined {
  for (let prototype: unknown = Object.getPrototypeOf(value); prototype !== null; ) {
    const made = classOf(prototype as object);
    if (made !== undefined && !copied.has(made.name) && Reflect.get(globalThis, made.name) === made) {
      return made.name;
    }
    prototype = Object.getPrototypeOf(prototype);
  }
  return undefined;
}

function isPrototype(value: object): boolean {
  return classOf(value)?.prototype === value;
}

function classOf(prototype: object): { readonly name: string; readonly prototype: unknown } | undefined {
  const found: unknown = Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
  return typeof found === "function" ? (found as { name: string; prototype: unknown } & typeof found) : undefined;
}

function extendsError(value: object): boolean {
  return /^class\b/.test(Function.prototype.toString.call(value)) && Reflect.get(value, "prototype") instanceof Error;
}

function article(noun: string): string {
  return /^[AEIOU]/i.test(noun) && noun !== "URL" && noun !== "URLSearchParams" ? "an" : "a";
}
