// {"numeric": [">", 0, "<=", 5]}
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#filtering-numeric-matching

import type { PatternReader } from "./patternReader";
import type { Leaf, ValueMatcher } from "./valueMatcher";

type Test = (value: number) => boolean;

const limit = 5_000_000_000;

const comparisons: Readonly<Record<string, (bound: number) => Test>> = {
  "=": (bound) => (value) => value === bound,
  ">": (bound) => (value) => value > bound,
  ">=": (bound) => (value) => value >= bound,
  "<": (bound) => (value) => value < bound,
  "<=": (bound) => (value) => value <= bound,
};

function readBound(reader: PatternReader, operator: string): number {
  const token = reader.next();
  if (token.kind !== "number") return reader.fail(`Value of ${operator === "=" ? "equals" : operator} must be numeric`);
  if (Math.abs(token.value) > limit) reader.fail(`Value must be between ${-limit} and ${limit}, inclusive`);
  return token.value;
}

/** The second half of a range, after a lower bound. */
function readUpperBound(reader: PatternReader): Test | undefined {
  const token = reader.next();
  if (token.kind === "]") return undefined;
  if (token.kind !== "string")
    return reader.fail(`Bad value in numeric range: ${"value" in token ? token.value : token.kind}`);
  reader.useText();
  const operator = token.text;
  if (operator !== "<" && operator !== "<=") return reader.fail(`Bad numeric range operator: ${operator}`);
  const test = comparisons[operator]?.(readBound(reader, operator));
  if (reader.next().kind !== "]") reader.fail("Too many terms in numeric range expression");
  return test;
}

export function compileNumeric(reader: PatternReader): ValueMatcher {
  const tooMany = "Too many elements in numeric expression";
  if (reader.next().kind !== "[") reader.fail("Value of numeric must be an array.");
  const token = reader.next();
  if (token.kind !== "string")
    return reader.fail(`Invalid member in numeric match: ${"value" in token ? token.value : token.kind}`);
  reader.useText();
  const comparison = Object.hasOwn(comparisons, token.text) ? comparisons[token.text] : undefined;
  if (comparison === undefined) return reader.fail(`Unrecognized numeric range operator: ${token.text}`);
  const lower = comparison(readBound(reader, token.text));
  let upper: Test | undefined;
  if (token.text.startsWith(">")) upper = readUpperBound(reader);
  else if (reader.next().kind !== "]") reader.fail(tooMany);
  if (reader.next().kind !== "}") reader.fail(tooMany);
  return { matches: (value: Leaf) => typeof value === "number" && lower(value) && (upper?.(value) ?? true) };
}
