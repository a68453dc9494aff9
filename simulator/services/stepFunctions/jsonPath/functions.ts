// The functions at the end of a path, as Jayway has them: `$.items.length()`, `$.prices.sum()`.
import type { Json } from "../../../json";

function numbers(value: Json): readonly number[] {
  return (Array.isArray(value) ? value : [value]).filter((item: Json): item is number => typeof item === "number");
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function deviation(values: readonly number[]): number {
  const mean = sum(values) / values.length;
  return Math.sqrt(sum(values.map((value) => (value - mean) ** 2)) / values.length);
}

function length(value: Json): Json | undefined {
  if (Array.isArray(value) || typeof value === "string") return value.length;
  return typeof value === "object" && value !== null ? Object.keys(value).length : undefined;
}

/** Over the numbers of an array; nothing without any. */
function aggregate(run: (values: readonly number[]) => number): (value: Json) => Json | undefined {
  return (value) => {
    const values = numbers(value);
    return values.length === 0 ? undefined : run(values);
  };
}

/** By name; undefined is no result. */
export const pathFunctions: ReadonlyMap<string, (value: Json) => Json | undefined> = new Map([
  ["length", length],
  ["sum", aggregate(sum)],
  ["min", aggregate((values) => Math.min(...values))],
  ["max", aggregate((values) => Math.max(...values))],
  ["avg", aggregate((values) => sum(values) / values.length)],
  ["stddev", aggregate(deviation)],
  ["first", (value: Json) => (Array.isArray(value) ? (value[0] as Json | undefined) : undefined)],
  ["last", (value: Json) => (Array.isArray(value) ? (value.at(-1) as Json | undefined) : undefined)],
  [
    "keys",
    (value: Json) =>
      typeof value === "object" && value !== null && !Array.isArray(value) ? Object.keys(value) : undefined,
  ],
]);
