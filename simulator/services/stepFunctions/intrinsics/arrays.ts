// Intrinsic functions for arrays.
import { isDeepStrictEqual } from "node:util";
import type { Json } from "../../../json";
import { arrayAt, type Intrinsic, IntrinsicError, integerAt } from "./intrinsic";

/** States.ArrayRange makes so many items at most. */
const longestRange = 1000;

function partition(items: readonly Json[], size: number): Json {
  if (size < 1) throw new IntrinsicError(`The second argument must be a positive number, but was: ${size}`);
  const chunks: Json[] = [];
  for (let index = 0; index < items.length; index += size) chunks.push(items.slice(index, index + size));
  return chunks;
}

function range(first: number, last: number, step: number): Json {
  if (step === 0) throw new IntrinsicError("The third argument must not be 0");
  const count = Math.max(0, Math.floor((last - first) / step) + 1);
  if (count > longestRange) throw new IntrinsicError(`The range must not have more than ${longestRange} items`);
  return Array.from({ length: count }, (_, index) => first + index * step);
}

function item(items: readonly Json[], index: number): Json {
  if (index >= 0 && index < items.length) return items[index] as Json;
  throw new IntrinsicError(`The index ${index} is out of bounds for an array of length ${items.length}`);
}

function contains(items: readonly Json[], value: Json): boolean {
  return items.some((candidate) => isDeepStrictEqual(candidate, value));
}

function unique(items: readonly Json[]): Json {
  const kept: Json[] = [];
  for (const candidate of items) if (!contains(kept, candidate)) kept.push(candidate);
  return kept;
}

export const arrayIntrinsics: Readonly<Record<string, Intrinsic>> = {
  "States.Array": { arity: [0, Number.POSITIVE_INFINITY], run: (args) => [...args] },
  "States.ArrayPartition": { arity: [2, 2], run: (args) => partition(arrayAt(args, 0), integerAt(args, 1)) },
  "States.ArrayContains": { arity: [2, 2], run: (args) => contains(arrayAt(args, 0), args[1] as Json) },
  "States.ArrayRange": {
    arity: [3, 3],
    run: (args) => range(integerAt(args, 0), integerAt(args, 1), integerAt(args, 2)),
  },
  "States.ArrayGetItem": { arity: [2, 2], run: (args) => item(arrayAt(args, 0), integerAt(args, 1)) },
  "States.ArrayLength": { arity: [1, 1], run: (args) => arrayAt(args, 0).length },
  "States.ArrayUnique": { arity: [1, 1], run: (args) => unique(arrayAt(args, 0)) },
};
