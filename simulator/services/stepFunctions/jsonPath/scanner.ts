// Reads JSONPath and intrinsic functions from left to right.

/** The text does not follow the grammar. */
export class SyntaxFailure extends Error {}

const identifierStart = /[A-Za-z_]/;
const identifierPart = /[A-Za-z0-9_]/;
/** What ends a name after a dot: Jayway takes everything else, such as hyphens. */
const nameEnd = /[.[\]()\s,'"=<>!&|?@*]/;

export class Scanner {
  position = 0;

  constructor(readonly text: string) {}

  peek(): string {
    return this.text.charAt(this.position);
  }

  get atEnd(): boolean {
    return this.position >= this.text.length;
  }

  /** Moves over the token when it comes next. */
  take(token: string): boolean {
    if (!this.text.startsWith(token, this.position)) return false;
    this.position += token.length;
    return true;
  }

  takeAfterSpace(token: string): boolean {
    this.skipSpace();
    const taken = this.take(token);
    if (taken) this.skipSpace();
    return taken;
  }

  expect(token: string): void {
    if (!this.take(token)) throw new SyntaxFailure(`'${token}' was expected at ${this.position} in ${this.text}`);
  }

  expectEnd(): void {
    if (!this.atEnd) throw new SyntaxFailure(`the end was expected at ${this.position} in ${this.text}`);
  }

  skipSpace(): void {
    while (/\s/.test(this.peek())) this.position += 1;
  }

  atIdentifier(): boolean {
    return identifierStart.test(this.peek());
  }

  identifier(): string {
    return this.while(identifierPart);
  }

  name(): string {
    const start = this.position;
    while (!this.atEnd && !nameEnd.test(this.peek())) this.position += 1;
    if (this.position === start) throw new SyntaxFailure(`a name was expected at ${start} in ${this.text}`);
    return this.text.slice(start, this.position);
  }

  /** A string in quotes; a backslash escapes the quote and itself, and stays before anything else (recorded). */
  quoted(): string {
    const quote = this.peek();
    if (quote !== "'" && quote !== '"') throw new SyntaxFailure(`a string was expected in ${this.text}`);
    this.position += 1;
    let value = "";
    while (!this.atEnd) {
      const character = this.peek();
      this.position += 1;
      if (character === quote) return value;
      if (character === "\\" && (this.peek() === quote || this.peek() === "\\")) {
        value += this.peek();
        this.position += 1;
      } else value += character;
    }
    throw new SyntaxFailure(`a string has no end in ${this.text}`);
  }

  optionalInteger(): number | undefined {
    this.skipSpace();
    return /[-0-9]/.test(this.peek()) ? this.integer() : undefined;
  }

  integer(): number {
    const digits = /^-?\d+/.exec(this.text.slice(this.position))?.[0];
    if (digits === undefined) throw new SyntaxFailure(`a whole number was expected in ${this.text}`);
    this.position += digits.length;
    return Number(digits);
  }

  /** A JSON number, or undefined when none comes next. */
  number(): number | undefined {
    const digits = /^-?\d+(\.\d+)?([eE][-+]?\d+)?/.exec(this.text.slice(this.position))?.[0];
    if (digits === undefined) return undefined;
    this.position += digits.length;
    return Number(digits);
  }

  /** The text up to the first of these characters, which stays. */
  upTo(end: RegExp): string {
    const start = this.position;
    while (!this.atEnd && !end.test(this.peek())) this.position += 1;
    return this.text.slice(start, this.position);
  }

  private while(part: RegExp): string {
    const start = this.position;
    while (!this.atEnd && part.test(this.peek())) this.position += 1;
    return this.text.slice(start, this.position);
  }
}
