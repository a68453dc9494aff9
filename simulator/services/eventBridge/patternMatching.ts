// Matches one alternative of a pattern against an event.

import type { Json, JsonObject } from "../../json";
import type { Leaf, ValueMatcher } from "./valueMatcher";

/** For each field's path, joined by dots, what its value may be. */
export type PatternRule = Readonly<Record<string, readonly ValueMatcher[]>>;

interface FlatValue {
  readonly value: Leaf;
  /** Which element of which array the value stands in. */
  readonly elements: ReadonlyMap<number, number>;
}

/** An event's plain values by path; arrays add no step to the path, so a path can have many values. */
export type FlatEvent = ReadonlyMap<string, readonly FlatValue[]>;

export function flatten(event: JsonObject): FlatEvent {
  const values = new Map<string, FlatValue[]>();
  let arrays = 0;
  const visit = (value: Json | undefined, path: string, elements: ReadonlyMap<number, number>): void => {
    if (value === undefined) return;
    if (Array.isArray(value)) {
      const array = arrays++;
      for (const [index, element] of value.entries()) visit(element, path, new Map(elements).set(array, index));
    } else if (typeof value === "object" && value !== null) {
      for (const [name, member] of Object.entries(value))
        visit(member, path === "" ? name : `${path}.${name}`, elements);
    } else {
      const found = values.get(path);
      const flat = { value: value as Leaf, elements };
      if (found === undefined) values.set(path, [flat]);
      else found.push(flat);
    }
  };
  visit(event, "", new Map());
  return values;
}

/** Two values go together unless they stand in different elements of one array. */
function goesTogether(chosen: ReadonlyMap<number, number>, value: FlatValue): boolean {
  for (const [array, index] of value.elements) {
    const other = chosen.get(array);
    if (other !== undefined && other !== index) return false;
  }
  return true;
}

function search(fields: readonly (readonly FlatValue[])[], from: number, chosen: ReadonlyMap<number, number>): boolean {
  const candidates = fields[from];
  if (candidates === undefined) return true;
  return candidates.some(
    (candidate) =>
      goesTogether(chosen, candidate) && search(fields, from + 1, new Map([...chosen, ...candidate.elements])),
  );
}

/**
 * Every field needs a value that one of its matchers takes, and all of these values must be consistent: of an array of
 * objects, one element has to satisfy all fields.
 *
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns-arrays.html
 */
export function matchesRule(rule: PatternRule, event: FlatEvent): boolean {
  const fields: FlatValue[][] = [];
  for (const [path, matchers] of Object.entries(rule)) {
    const values = event.get(path) ?? [];
    if (values.length === 0) {
      if (!matchers.some((matcher) => "absent" in matcher)) return false;
      continue;
    }
    const fitting = values.filter(({ value }) =>
      matchers.some((matcher) => "matches" in matcher && matcher.matches(value)),
    );
    if (fitting.length === 0) return false;
    fields.push(fitting);
  }
  return search(fields, 0, new Map());
}
