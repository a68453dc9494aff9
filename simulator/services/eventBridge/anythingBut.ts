// {"anything-but": ...}: a value that is there and is none of those given.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-anything-but

import { AwsError } from "../../service";
import { invalidPattern } from "./invalidPattern";
import type { PatternReader, Token } from "./patternReader";
import { endObject, type Leaf, textOf, type ValueMatcher } from "./valueMatcher";
import { compileEventWildcard } from "./wildcardMatch";

type Exclusion = (value: Leaf) => boolean;

const valueReason = "Value of anything-but must be an array or single string/number value.";
const affixReason = "prefix/suffix match pattern must be a string";

function excludesText(test: (text: string) => boolean): Exclusion {
  return (value) => typeof value === "string" && test(value);
}

function readAffix(reader: PatternReader, token: Token): string {
  const affix = textOf(reader, token, affixReason);
  return affix === "" ? reader.fail("Null prefix/suffix not allowed") : affix;
}

/** By operator: how one value excludes. */
const operators: Readonly<Record<string, (reader: PatternReader, token: Token) => Exclusion>> = {
  prefix: (reader, token) => {
    const affix = readAffix(reader, token);
    return excludesText((text) => text.startsWith(affix));
  },
  suffix: (reader, token) => {
    const affix = readAffix(reader, token);
    return excludesText((text) => text.endsWith(affix));
  },
  "equals-ignore-case": (reader, token) => {
    const reason = "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.";
    const lower = textOf(reader, token, reason).toLowerCase();
    return excludesText((text) => text.toLowerCase() === lower);
  },
  wildcard: (reader, token) =>
    excludesText(compileEventWildcard(textOf(reader, token, "wildcard match pattern must be a string"))),
};

function compilePlain(reader: PatternReader, token: Token): Exclusion {
  if (token.kind !== "string" && token.kind !== "number") {
    return reader.fail("Inside anything but list, start|null|boolean is not supported.");
  }
  if (token.kind === "number") return (value) => value === token.value;
  reader.useText();
  return (value) => value === token.text;
}

/** EventBridge names the place twice for an error inside a list. */
function readList<Entry>(reader: PatternReader, readEntry: (token: Token) => Entry): Entry[] {
  const entries: Entry[] = [];
  try {
    for (let token = reader.next(); token.kind !== "]"; token = reader.next()) entries.push(readEntry(token));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const [, reason = error.message] = /Reason: ([\s\S]*)$/.exec(error.message) ?? [];
    throw invalidPattern(reader.describe(reason));
  }
  return entries;
}

function compileOperator(reader: PatternReader): Exclusion[] {
  const name = reader.next();
  if (name.kind !== "name") return reader.fail("Anything-But expression name not found");
  const operator = Object.hasOwn(operators, name.text) ? operators[name.text] : undefined;
  if (operator === undefined) return reader.fail(`Unsupported anything-but pattern: ${name.text}`);
  const token = reader.next();
  if (token.kind === "{") reader.fail(valueReason);
  const exclusions =
    token.kind === "[" ? readList(reader, (entry) => operator(reader, entry)) : [operator(reader, token)];
  endObject(reader);
  return exclusions;
}

function compileValues(reader: PatternReader, token: Token): Exclusion[] {
  if (token.kind !== "[") {
    if (token.kind !== "string" && token.kind !== "number") reader.fail(valueReason);
    return [compilePlain(reader, token)];
  }
  const kinds = new Set<string>();
  const exclusions = readList(reader, (entry) => {
    kinds.add(entry.kind);
    return compilePlain(reader, entry);
  });
  if (kinds.size !== 1) {
    reader.fail("Inside anything but list, either all values are number or string, mixed type is not supported");
  }
  return exclusions;
}

export function compileAnythingBut(reader: PatternReader): ValueMatcher {
  const token = reader.next();
  const exclusions = token.kind === "{" ? compileOperator(reader) : compileValues(reader, token);
  endObject(reader, "Too many elements in numeric expression");
  return { matches: (value) => !exclusions.some((excludes) => excludes(value)) };
}
