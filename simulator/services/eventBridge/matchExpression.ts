// What a pattern's list may hold: plain values and match expressions such as {"prefix": "x"}.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html

import { compileAnythingBut } from "./anythingBut";
import { compileAddress, compileCidr } from "./ipAddress";
import { compileNumeric } from "./numericMatch";
import type { PatternReader, Token } from "./patternReader";
import { endObject, onStrings, readString, textOf, type ValueMatcher } from "./valueMatcher";
import { compileEventWildcard } from "./wildcardMatch";

function compilePlain(reader: PatternReader, token: Token): ValueMatcher {
  switch (token.kind) {
    case "string": {
      reader.useText();
      const address = compileAddress(token.text);
      return onStrings(address ?? ((text) => text === token.text));
    }
    case "number":
      return { matches: (value) => value === token.value };
    case "true":
    case "false":
    case "null": {
      const expected = { true: true, false: false, null: null }[token.kind];
      return { matches: (value) => value === expected };
    }
    default:
      return reader.fail("Match value must be String, number, true, false, or null");
  }
}

/** "prefix" and "suffix" take a string, or {"equals-ignore-case": string}. */
function compileAffix(reader: PatternReader, name: "prefix" | "suffix"): ValueMatcher {
  const token = reader.next();
  const test = (text: string, affix: string) => (name === "prefix" ? text.startsWith(affix) : text.endsWith(affix));
  if (token.kind !== "{") {
    const affix = textOf(reader, token, `${name} match pattern must be a string`);
    endObject(reader);
    return onStrings((text) => test(text, affix));
  }
  const operator = reader.next();
  if (operator.kind !== "name" || operator.text !== "equals-ignore-case") {
    reader.fail(`Unsupported ${name} pattern: ${operator.kind === "name" ? operator.text : operator.kind}`);
  }
  const affix = readString(reader, "equals-ignore-case match pattern must be a string").toLowerCase();
  endObject(reader);
  endObject(reader);
  return onStrings((text) => test(text.toLowerCase(), affix));
}

function compileExists(reader: PatternReader): ValueMatcher {
  const { kind } = reader.next();
  if (kind !== "true" && kind !== "false") reader.fail("exists match pattern must be either true or false.");
  endObject(reader);
  return kind === "true" ? { matches: () => true } : { absent: true };
}

function compileOnText(reader: PatternReader, reason: string, compile: (text: string) => (text: string) => boolean) {
  const test = compile(readString(reader, reason));
  endObject(reader);
  return onStrings(test);
}

const expressions: Readonly<Record<string, (reader: PatternReader) => ValueMatcher>> = {
  prefix: (reader) => compileAffix(reader, "prefix"),
  suffix: (reader) => compileAffix(reader, "suffix"),
  numeric: compileNumeric,
  "anything-but": compileAnythingBut,
  exists: compileExists,
  cidr: (reader) => compileOnText(reader, "prefix match pattern must be a string", compileCidr),
  "equals-ignore-case": (reader) =>
    compileOnText(reader, "equals-ignore-case match pattern must be a string", (given) => {
      const lower = given.toLowerCase();
      return (text) => text.toLowerCase() === lower;
    }),
  wildcard: (reader) => compileOnText(reader, "wildcard match pattern must be a string", compileEventWildcard),
};

function compileExpression(reader: PatternReader): ValueMatcher {
  const name = reader.next();
  if (name.kind !== "name") return reader.fail("Match expression name not found");
  const compile = Object.hasOwn(expressions, name.text) ? expressions[name.text] : undefined;
  return compile === undefined ? reader.fail(`Unrecognized match type ${name.text}`) : compile(reader);
}

/** Reads the rest of a field's list, whose "[" was read; one entry that matches is enough. */
export function compileList(reader: PatternReader): ValueMatcher[] {
  const matchers: ValueMatcher[] = [];
  for (let token = reader.next(); token.kind !== "]"; token = reader.next()) {
    matchers.push(token.kind === "{" ? compileExpression(reader) : compilePlain(reader, token));
  }
  if (matchers.length === 0) reader.fail("Empty arrays are not allowed");
  return matchers;
}
