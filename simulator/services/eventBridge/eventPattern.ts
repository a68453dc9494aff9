// Event patterns: compiled once, matched against events.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html

import type { JsonObject } from "../../json";
import { compileList } from "./matchExpression";
import { type FlatEvent, flatten, matchesRule, type PatternRule } from "./patternMatching";
import { PatternReader } from "./patternReader";
import type { ValueMatcher } from "./valueMatcher";

export interface EventPattern {
  matches(event: FlatEvent): boolean;
}

export { type FlatEvent, flatten };

const or = "$or";
/** Names that a field inside $or cannot have, since they would read as match expressions. */
const reservedInsideOr: ReadonlySet<string> = new Set([
  "exactly",
  "prefix",
  "suffix",
  "numeric",
  "anything-but",
  "exists",
  "cidr",
  "equals-ignore-case",
  "wildcard",
]);

interface Place {
  readonly path: readonly string[];
  readonly insideOr: boolean;
}

/** Adds a field's list to every alternative. */
function addField(rules: readonly PatternRule[], path: string, matchers: readonly ValueMatcher[]): PatternRule[] {
  return rules.map((fields) => ({ ...fields, [path]: matchers }));
}

/** Reads the alternatives of $or: each takes over all that was read before. */
function compileOr(reader: PatternReader, place: Place, rules: readonly PatternRule[]): PatternRule[] {
  if (reader.next().kind !== "[") reader.fail(`It must be an Array followed with ${or}.`);
  const alternatives: PatternRule[] = [];
  let count = 0;
  for (let token = reader.next(); token.kind !== "]"; token = reader.next()) {
    if (token.kind !== "{") reader.fail(`Only JSON object is allowed in array of ${or} relationship.`);
    alternatives.push(...compileObject(reader, { ...place, insideOr: true }, rules));
    count += 1;
  }
  if (count < 2) reader.fail(`There must have at least 2 Objects in ${or} relationship.`);
  return alternatives;
}

function compileObject(reader: PatternReader, place: Place, before: readonly PatternRule[]): PatternRule[] {
  let rules = [...before];
  let fields = 0;
  for (let name = reader.next(); name.kind !== "}"; name = reader.next()) {
    if (name.kind !== "name") return reader.fail("Field name not found");
    fields += 1;
    if (name.text === or) {
      rules = compileOr(reader, place, rules);
      continue;
    }
    if (place.insideOr && reservedInsideOr.has(name.text)) {
      reader.fail(`${name.text} is Ruler reserved fieldName which cannot be used inside ${or}.`);
    }
    const path = [...place.path, name.text];
    const { kind } = reader.next();
    if (kind === "{") rules = compileObject(reader, { ...place, path }, rules);
    else if (kind === "[") rules = addField(rules, path.join("."), compileList(reader));
    else reader.fail(`"${name.text}" must be an object or an array`);
  }
  if (fields === 0) reader.fail("Empty objects are not allowed");
  return rules;
}

/** @throws AwsError InvalidEventPatternException, in EventBridge's words */
export function compilePattern(text: string): EventPattern {
  const reader = new PatternReader(text);
  if (reader.next().kind !== "{") reader.fail("Filter is not an object");
  const rules = compileObject(reader, { path: [], insideOr: false }, [{}]);
  return { matches: (event) => rules.some((rule) => matchesRule(rule, event)) };
}

/** Whether a pattern matches an event; for a single question. */
export function testPattern(pattern: string, event: JsonObject): boolean {
  return compilePattern(pattern).matches(flatten(event));
}
