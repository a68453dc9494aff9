// Member names as Step Functions shows them: every API's begin with a capital there.
import type { Json, JsonObject } from "../../../json";

function renamed(
  value: Json | undefined,
  rename: (name: string) => string,
  verbatim: readonly string[],
): Json | undefined {
  if (Array.isArray(value)) return value.map((element) => renamed(element as Json, rename, verbatim) as Json);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value as JsonObject).map(([name, member]) => {
      const other = rename(name);
      return [other, verbatim.includes(other) || verbatim.includes(name) ? member : renamed(member, rename, verbatim)];
    }),
  );
}

/** @param verbatim members (in Pascal case) whose values are the user's own documents */
export function pascalCase(value: Json, verbatim: readonly string[] = []): Json {
  return renamed(value, (name) => `${name.charAt(0).toUpperCase()}${name.slice(1)}`, verbatim) as Json;
}

/** @param verbatim members (in Pascal case) whose values are the user's own documents */
export function camelCase(value: Json, verbatim: readonly string[] = []): Json {
  return renamed(value, (name) => `${name.charAt(0).toLowerCase()}${name.slice(1)}`, verbatim) as Json;
}
