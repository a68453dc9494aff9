// What a field of a pattern may be, and how the parts of a match expression are read.
import type { PatternReader, Token } from "./patternReader";

/** A value of an event that is neither an object nor an array. */
export type Leaf = string | number | boolean | null;

/** One entry of a field's list: it matches a value, or says that the field must not be there. */
export type ValueMatcher = { readonly matches: (value: Leaf) => boolean } | { readonly absent: true };

const isString = (value: Leaf): value is string => typeof value === "string";

export function onStrings(test: (text: string) => boolean): ValueMatcher {
  return { matches: (value) => isString(value) && test(value) };
}

/** Closes an expression's object; a second key is an error. */
export function endObject(reader: PatternReader, reason = "Only one key allowed in match expression"): void {
  if (reader.next().kind !== "}") reader.fail(reason);
}

/** The next token's text; anything but a string is an error. */
export function readString(reader: PatternReader, reason: string): string {
  return textOf(reader, reader.next(), reason);
}

/** The text of a token that was read. */
export function textOf(reader: PatternReader, token: Token, reason: string): string {
  if (token.kind !== "string") return reader.fail(reason);
  reader.useText();
  return token.text;
}
