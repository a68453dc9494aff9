// Follows the steps of a JSONPath through a document.
import type { Json, JsonObject } from "../../../json";
import type { Step } from "./path";

/** What a path leads to. */
export interface Found {
  readonly values: readonly Json[];
  /** The first step of a definite path that led nowhere. */
  readonly missing?: number;
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function member(value: Json, name: string): readonly Json[] {
  if (!isObject(value) || !Object.hasOwn(value, name)) return [];
  return [value[name] as Json];
}

function members(value: Json, names: readonly string[], isLast: boolean): readonly Json[] {
  if (names.length === 1) return member(value, names[0] as string);
  if (!isLast) return names.flatMap((name) => member(value, name));
  if (!isObject(value)) return [];
  const picked = names.filter((name) => Object.hasOwn(value, name)).map((name) => [name, value[name]]);
  return [Object.fromEntries(picked) as JsonObject];
}

function at(array: readonly Json[], index: number): readonly Json[] {
  const position = index < 0 ? array.length + index : index;
  return position >= 0 && position < array.length ? [array[position] as Json] : [];
}

function below(value: Json): readonly Json[] {
  if (Array.isArray(value)) return value;
  return isObject(value) ? (Object.values(value) as Json[]) : [];
}

function descendants(value: Json): readonly Json[] {
  return [value, ...below(value).flatMap(descendants)];
}

function follow(value: Json, step: Step, isLast: boolean, root: Json): readonly Json[] {
  switch (step.kind) {
    case "members":
      return members(value, step.names, isLast);
    case "indexes":
      return Array.isArray(value) ? step.indexes.flatMap((index) => at(value, index)) : [];
    case "slice":
      return Array.isArray(value) ? value.slice(step.from, step.to) : [];
    case "wildcard":
      return below(value);
    case "descend":
      return descendants(value);
    case "filter":
      // On an object, Jayway tests the object itself.
      return (Array.isArray(value) ? value : [value]).filter((item: Json) => step.predicate(item, root));
  }
}

/** @param root what `$` means inside filters */
export function select(start: Json, steps: readonly Step[], root: Json): Found {
  let values: readonly Json[] = [start];
  for (const [index, step] of steps.entries()) {
    const isLast = index === steps.length - 1;
    const only = values.length === 1 ? follow(values[0] as Json, step, isLast, root) : undefined;
    values = only ?? values.flatMap((value) => follow(value, step, isLast, root));
    if (values.length === 0) return { values, missing: index };
  }
  return { values };
}
