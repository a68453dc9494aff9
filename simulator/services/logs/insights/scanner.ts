// Cuts a Logs Insights query into tokens.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax.html
import { malformedQuery, type Place } from "./malformedQuery";

export type TokenKind = "name" | "number" | "period" | "text" | "symbol" | "end";

export interface Token extends Place {
  readonly kind: TokenKind;
  /** A name without its backticks, a text without its quotes. */
  readonly text: string;
}

export interface Pattern extends Place {
  readonly pattern: RegExp;
}

const space = /(?:\s+|#[^\n]*)*/y;

/** A field may have any character inside backticks; outside them "@", ".", letters, digits and "_" (AWS: "fields"). */
const name = /(?:[A-Za-z_@][\w@]*|`[^`]+`)(?:\.(?:[\w@]+|`[^`]+`))*/y;
const period = /\d+[a-z]+\b/y;
const number = /\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/y;
const text = /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/sy;
const symbol = /!=|<=|>=|=~|[|,()[\]=<>+\-*/^%]/y;
const regex = /\/((?:[^/\\\n]|\\.)+)\//y;

function match(pattern: RegExp, query: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(query);
}

/** Reads on demand: only the parser knows where a "/" begins a regular expression. */
export class Scanner {
  private at = 0;
  private next: Token | undefined;
  /** Where the last taken token ended. */
  lastEnd = 0;

  constructor(readonly query: string) {}

  peek(): Token {
    this.next ??= this.read();
    return this.next;
  }

  take(): Token {
    const token = this.peek();
    this.next = undefined;
    this.at = token.end;
    this.lastEnd = token.end;
    return token;
  }

  isSymbol(...symbols: readonly string[]): boolean {
    const { kind, text: found } = this.peek();
    return kind === "symbol" && symbols.includes(found);
  }

  isWord(...words: readonly string[]): boolean {
    const { kind, text: found } = this.peek();
    return kind === "name" && words.includes(found);
  }

  /** Takes the symbol if it comes next. */
  skipSymbol(wanted: string): boolean {
    if (!this.isSymbol(wanted)) return false;
    this.take();
    return true;
  }

  skipWord(wanted: string): boolean {
    if (!this.isWord(wanted)) return false;
    this.take();
    return true;
  }

  expectSymbol(wanted: string): void {
    if (!this.skipSymbol(wanted)) throw this.unexpected(`"${wanted}"`);
  }

  /** A regular expression between slashes, if one comes next. `(?i)` anywhere makes all of it ignore case. */
  pattern(): Pattern | undefined {
    if (!this.isSymbol("/")) return undefined;
    const { start } = this.peek();
    const found = match(regex, this.query, start);
    if (found === null) throw malformedQuery("a regular expression must end with /", { start, end: start + 1 });
    const end = start + found[0].length;
    this.next = undefined;
    this.at = end;
    this.lastEnd = end;
    const source = found[1] ?? "";
    try {
      return { pattern: new RegExp(source.replaceAll("(?i)", ""), source.includes("(?i)") ? "i" : ""), start, end };
    } catch (error) {
      throw malformedQuery(`${found[0]} is no regular expression: ${String(error)}`, { start, end });
    }
  }

  unexpected(wanted: string): Error {
    const token = this.peek();
    const got = token.kind === "end" ? "the end of the query" : this.query.slice(token.start, token.end);
    return malformedQuery(`expected ${wanted}, got ${got}`, token);
  }

  private read(): Token {
    const { query } = this;
    const start = this.at + (match(space, query, this.at)?.[0].length ?? 0);
    if (start >= query.length) return { kind: "end", text: "", start: query.length, end: query.length };
    const found = (kind: TokenKind, part: RegExpExecArray, value: string): Token => ({
      kind,
      text: value,
      start,
      end: start + part[0].length,
    });
    const named = match(name, query, start);
    if (named !== null) return found("name", named, named[0].replaceAll("`", ""));
    const numeric = match(number, query, start);
    if (numeric !== null) return found("number", numeric, numeric[0]);
    const span = match(period, query, start);
    if (span !== null) return found("period", span, span[0]);
    const quoted = match(text, query, start);
    if (quoted !== null) return found("text", quoted, (quoted[1] ?? quoted[2] ?? "").replaceAll(/\\(["'\\])/g, "$1"));
    const sign = match(symbol, query, start);
    if (sign !== null) return found("symbol", sign, sign[0]);
    throw malformedQuery(`unexpected character ${query[start]}`, { start, end: start + 1 });
  }
}
