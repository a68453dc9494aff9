// ResultPath: puts a value into a copy of a document (Amazon States Language, "Reference Paths" and ResultPath).
import type { Json, JsonObject } from "../../../json";
import type { Step } from "./path";

/** The document has something else where the path needs an object or an array. */
export class PathMismatch extends Error {}

function withMember(document: Json | undefined, name: string, rest: readonly Step[], value: Json): Json {
  const object = document ?? {};
  if (typeof object !== "object" || object === null || Array.isArray(object)) throw new PathMismatch();
  const members = object as JsonObject;
  const below = Object.hasOwn(members, name) ? members[name] : undefined;
  return { ...members, [name]: withValue(below, rest, value) };
}

function withItem(document: Json | undefined, index: number, rest: readonly Step[], value: Json): Json {
  const items = document ?? [];
  if (!Array.isArray(items) || index > items.length) throw new PathMismatch();
  const copy: Json[] = [...items];
  copy[index] = withValue(items[index], rest, value);
  return copy;
}

/**
 * A copy of the document with the value where the Reference Path leads; what is missing on the way is created.
 * Throws PathMismatch.
 */
export function withValue(document: Json | undefined, steps: readonly Step[], value: Json): Json {
  const [step, ...rest] = steps;
  if (step === undefined) return value;
  if (step.kind === "members") return withMember(document, step.names[0] as string, rest, value);
  if (step.kind === "indexes") return withItem(document, step.indexes[0] as number, rest, value);
  throw new PathMismatch();
}
