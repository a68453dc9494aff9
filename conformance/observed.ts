// What a replayed execution came to, rewritten as the recorder rewrote what AWS answered.
import type { Json, JsonObject } from "../simulator/json";

export interface Observed {
  readonly status: string;
  readonly output?: Json;
  readonly error?: string;
  readonly cause?: Json;
  /** Why CreateStateMachine was refused. */
  readonly exception?: { readonly code: string; readonly message: string };
  /** What DescribeExecution answered. */
  readonly response?: JsonObject;
  readonly history: readonly JsonObject[];
}

/** A text that stands for another. */
export interface Rewrite {
  readonly text: string;
  readonly to: string;
}

/** The recorder parsed each string that begins with "{", once: strings inside of it stay strings. */
export function parsedOnce(value: Json): Json {
  if (typeof value === "string") {
    if (!value.startsWith("{")) return value;
    try {
      return JSON.parse(value) as Json;
    } catch {
      return value;
    }
  }
  if (Array.isArray(value)) return value.map((element) => parsedOnce(element as Json));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => [key, parsedOnce(member ?? null)]),
  );
}

/** Texts inside a string of JSON are escaped there. */
function escaped(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function rewriteText(text: string, rewrites: readonly Rewrite[]): string {
  let result = text;
  for (const rewrite of rewrites) {
    result = result.replaceAll(rewrite.text, rewrite.to);
    const inner = escaped(rewrite.text);
    if (inner !== rewrite.text) result = result.replaceAll(inner, escaped(rewrite.to));
  }
  return result;
}

/** Applies the rewrites of the case to every string. */
export function rewritten(value: Json, rewrites: readonly Rewrite[]): Json {
  if (typeof value === "string") return rewriteText(value, rewrites);
  if (Array.isArray(value)) return value.map((element) => rewritten(element as Json, rewrites));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([key, member]) => [
      rewriteText(key, rewrites),
      rewritten(member ?? null, rewrites),
    ]),
  );
}
