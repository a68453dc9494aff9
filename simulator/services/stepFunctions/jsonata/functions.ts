// The functions that Step Functions adds to JSONata (Developer Guide: "Transforming data with JSONata in Step Functions").
import { createHash } from "node:crypto";
import type jsonata from "jsonata";
import { Random } from "../../../random";

/** Where time and randomness come from. */
export interface HostFunctions {
  /** Milliseconds since the epoch. */
  now(): number;
  /** From 0 (included) to 1 (excluded). */
  random(): number;
  uuid(): string;
}

const hashAlgorithms: Readonly<Record<string, string>> = {
  MD5: "md5",
  "SHA-1": "sha1",
  "SHA-256": "sha256",
  "SHA-384": "sha384",
  "SHA-512": "sha512",
};

/** Items that `$range` makes at most, so that a mistake does not eat the host's memory. */
const rangeLimit = 100_000;

function partition(array: readonly unknown[] | undefined, size: number | undefined): unknown[][] | undefined {
  if (array === undefined || size === undefined) return undefined;
  const step = Math.round(size);
  if (step < 1) throw new Error(`the chunk size of $partition must be at least 1, got ${size}`);
  const chunks: unknown[][] = [];
  for (let index = 0; index < array.length; index += step) chunks.push(array.slice(index, index + step));
  return chunks;
}

function range(start?: number, end?: number, step?: number): number | number[] | undefined {
  if (start === undefined || end === undefined || step === undefined) return undefined;
  const [first, last, delta] = [Math.trunc(start), Math.trunc(end), Math.trunc(step)];
  if (delta === 0 || (delta > 0 ? first > last : first < last)) return undefined;
  const count = Math.floor((last - first) / delta) + 1;
  if (count > rangeLimit) throw new Error(`$range makes at most ${rangeLimit} items, got ${count}`);
  // A sequence of one is that one, as everywhere in JSONata.
  return count === 1 ? first : Array.from({ length: count }, (_, index) => first + index * delta);
}

function hash(data: unknown, algorithm: string | undefined): string | undefined {
  if (data === undefined || algorithm === undefined) return undefined;
  const name = hashAlgorithms[algorithm];
  if (name === undefined) {
    throw new Error(
      `the algorithm of $hash must be one of ${Object.keys(hashAlgorithms).join(", ")}, got ${algorithm}`,
    );
  }
  return createHash(name)
    .update(typeof data === "string" ? data : JSON.stringify(data))
    .digest("hex");
}

function parse(text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    throw new Error("the argument of $parse must be valid JSON");
  }
}

/** Adds AWS's functions to an expression, and takes `$eval` away. */
export function registerAwsFunctions(expression: jsonata.Expression, host: HostFunctions): void {
  const random = (seed?: number) => (seed === undefined ? host.random() : new Random(Math.trunc(seed)).fraction());
  expression.registerFunction("partition", partition, "<a?n?:a>");
  expression.registerFunction("range", range, "<n?n?n?:x>");
  expression.registerFunction("hash", hash, "<x?s?:s>");
  expression.registerFunction("random", random, "<n?:n>");
  expression.registerFunction("uuid", () => host.uuid(), "<:s>");
  expression.registerFunction("parse", parse, "<s?:x>");
  expression.assign("eval", undefined);
}
