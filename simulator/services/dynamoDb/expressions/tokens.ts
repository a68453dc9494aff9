// The tokens of DynamoDB's expressions. (Developer Guide: "Using expressions in DynamoDB".)
import { validation } from "../errors";

export interface Token {
  readonly kind: "name" | "placeholder" | "value" | "index" | "symbol" | "end";
  readonly text: string;
  readonly at: number;
}

const pattern = /\s*(?:([A-Za-z_][\w-]*)|(#[\w-]+)|(:[\w-]+)|(\d+)|(<>|<=|>=|[=<>()[\],.+-]))/y;
const kinds = ["name", "placeholder", "value", "index", "symbol"] as const;

/** Walks through one expression. @param title such as "UpdateExpression", for messages */
export class Tokens {
  private readonly all: readonly Token[];
  private position = 0;

  constructor(
    readonly title: string,
    private readonly text: string,
  ) {
    if (text.trim() === "") throw validation(`Invalid ${title}: The expression can not be empty;`);
    this.all = this.read();
  }

  get next(): Token {
    return this.all[this.position] as Token;
  }

  take(): Token {
    const token = this.next;
    if (token.kind !== "end") this.position += 1;
    return token;
  }

  /** Takes the next token when it is that symbol. */
  takeSymbol(symbol: string): boolean {
    if (this.next.kind !== "symbol" || this.next.text !== symbol) return false;
    this.position += 1;
    return true;
  }

  /** Takes the next token when it is that word, in any case. */
  takeWord(word: string): boolean {
    if (!this.isWord(word)) return false;
    this.position += 1;
    return true;
  }

  isWord(word: string): boolean {
    return this.next.kind === "name" && this.next.text.toUpperCase() === word;
  }

  /** Whether a function's name and its parenthesis come next. */
  isCall(): boolean {
    const after = this.all[this.position + 1];
    return this.next.kind === "name" && after?.kind === "symbol" && after.text === "(";
  }

  expect(symbol: string): void {
    if (!this.takeSymbol(symbol)) this.fail();
  }

  fail(): never {
    const { text, at, kind } = this.next;
    const near = this.text.slice(Math.max(0, this.all[this.position - 1]?.at ?? at), at + text.length + 6).trim();
    const token = kind === "end" ? "<EOF>" : text;
    throw validation(`Invalid ${this.title}: Syntax error; token: "${token}", near: "${near}"`);
  }

  private read(): Token[] {
    const found: Token[] = [];
    const { text } = this;
    let at = 0;
    while (text.slice(at).trim() !== "") {
      pattern.lastIndex = at;
      const match = pattern.exec(text);
      if (match === null) {
        const rest = text.slice(at).trim();
        throw validation(
          `Invalid ${this.title}: Syntax error; token: "${rest.charAt(0)}", near: "${rest.slice(0, 6)}"`,
        );
      }
      const group = kinds.findIndex((_kind, index) => match[index + 1] !== undefined);
      const value = match[group + 1] as string;
      found.push({ kind: kinds[group] as Token["kind"], text: value, at: pattern.lastIndex - value.length });
      at = pattern.lastIndex;
    }
    found.push({ kind: "end", text: "", at: text.length });
    return found;
  }
}
