// Reads a pattern's JSON token by token and knows where it stands, because EventBridge's errors name line and column.

import { invalidPattern } from "./invalidPattern";

export type Token =
  | { readonly kind: "{" | "}" | "[" | "]" | "true" | "false" | "null" | "end" }
  | { readonly kind: "name" | "string"; readonly text: string }
  | { readonly kind: "number"; readonly value: number };

const literal = /[\p{L}\p{N}_$]*/uy;
const number = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const string = /"(?:[^"\\]|\\[\s\S])*"/y;
const quotedCharacters = 500;

/**
 * Its locations are those that EventBridge's own parser (Jackson) gives: after the last token that was read; after the
 * opening quote only of a string whose text nobody has asked for; and a field's name is read together with the start of
 * its value.
 */
export class PatternReader {
  private position = 0;
  /** Where the location is when it lags behind `position`. */
  private lag: number | undefined;
  private ahead: Token | undefined;
  /** The open objects and arrays, and whether one has a member yet. */
  private readonly open: { readonly kind: "{" | "["; empty: boolean }[] = [];

  constructor(private readonly text: string) {}

  /** The next token. A field's name and its value are two tokens. */
  next(): Token {
    const { ahead } = this;
    if (ahead !== undefined) {
      this.ahead = undefined;
      return ahead;
    }
    this.skipSpace();
    const inside = this.open.at(-1);
    if (inside === undefined) return this.value();
    const close = inside.kind === "{" ? "}" : "]";
    if (this.text[this.position] === close) {
      this.open.pop();
      return this.symbol(close);
    }
    if (!inside.empty)
      this.expect(",", `was expecting comma to separate ${inside.kind === "{" ? "Object" : "Array"} entries`);
    inside.empty = false;
    return inside.kind === "{" ? this.name() : this.value();
  }

  /** Says that a string's text was used, which moves the location behind it. */
  useText(): void {
    this.lag = undefined;
  }

  /** The reason with the place where the reader stands. */
  describe(reason: string, position = this.lag ?? this.position): string {
    const { text } = this;
    const before = text.slice(0, position).split("\n");
    const shown =
      text.length <= quotedCharacters
        ? `"${text}"`
        : `"${text.slice(0, quotedCharacters)}"[truncated ${text.length - quotedCharacters} chars]`;
    const column = (before.at(-1) as string).length + 1;
    return `${reason}\n at [Source: (String)${shown}; line: ${before.length}, column: ${column}]`;
  }

  fail(reason: string): never {
    throw invalidPattern(this.describe(reason));
  }

  private value(): Token {
    const { text, position } = this;
    const character = text[position];
    if (character === undefined) return this.open.length === 0 ? { kind: "end" } : this.fail("Unexpected end-of-input");
    if (character === "{" || character === "[") {
      this.open.push({ kind: character, empty: true });
      return this.symbol(character);
    }
    if (character === '"') {
      const token: Token = { kind: "string", text: this.string() };
      this.lag = position + 1;
      return token;
    }
    if (/[-0-9]/.test(character)) {
      const digits = this.match(number);
      if (digits === undefined) return this.fail("Invalid numeric value");
      return { kind: "number", value: Number(digits) };
    }
    return this.literal();
  }

  private literal(): Token {
    const word = this.match(literal);
    if (word === "true" || word === "false" || word === "null") return { kind: word };
    const expected = "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    if (word === undefined || word === "") return this.unexpected(`expected a valid value ${expected.slice(14)}`);
    return this.fail(`Unrecognized token '${word}': ${expected}`);
  }

  private name(): Token {
    this.skipSpace();
    if (this.text[this.position] !== '"') return this.unexpected("was expecting double-quote to start field name");
    const token: Token = { kind: "name", text: this.string() };
    this.skipSpace();
    this.expect(":", "was expecting a colon to separate field name and value");
    this.skipSpace();
    this.ahead = this.value();
    return token;
  }

  private string(): string {
    const quoted = this.match(string);
    if (quoted === undefined)
      return this.fail("Unexpected end-of-input: was expecting closing quote for a string value");
    try {
      return JSON.parse(quoted) as string;
    } catch {
      return this.fail("Illegal character or escape sequence in a string value");
    }
  }

  private symbol(kind: "{" | "}" | "[" | "]"): Token {
    this.position += 1;
    this.lag = undefined;
    return { kind };
  }

  private expect(character: string, expectation: string): void {
    this.skipSpace();
    if (this.text[this.position] !== character) this.unexpected(expectation);
    this.position += 1;
    this.lag = undefined;
    this.skipSpace();
  }

  private unexpected(expectation: string): never {
    const { text, position } = this;
    const character = text[position];
    if (character === undefined) return this.fail("Unexpected end-of-input");
    const reason = `Unexpected character ('${character}' (code ${character.codePointAt(0)})): ${expectation}`;
    throw invalidPattern(this.describe(reason, position));
  }

  private match(expression: RegExp): string | undefined {
    expression.lastIndex = this.position;
    const found = expression.exec(this.text)?.[0];
    if (found === undefined) return undefined;
    this.position += found.length;
    this.lag = undefined;
    return found;
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.position] ?? "")) this.position += 1;
  }
}
