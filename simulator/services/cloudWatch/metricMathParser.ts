// Reads metric math. AWS: "Using math expressions with CloudWatch metrics", syntax and functions.
import { AwsError } from "../../service";

export type BinaryOperator = "+" | "-" | "*" | "/" | "^" | "==" | "!=" | "<" | "<=" | ">" | ">=" | "AND" | "OR";

export type Expression =
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "reference"; readonly id: string }
  | { readonly kind: "negate"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | { readonly kind: "list"; readonly items: readonly Expression[] }
  | { readonly kind: "call"; readonly name: string; readonly operands: readonly Expression[] };

/** Weakest first; an operator binds to its left, except ^. */
const levels: readonly (readonly BinaryOperator[])[] = [
  ["OR"],
  ["AND"],
  ["==", "!=", "<", "<=", ">", ">="],
  ["+", "-"],
  ["*", "/"],
];

const spellings: Readonly<Record<string, BinaryOperator>> = { "&&": "AND", "||": "OR" };
const tokenPattern = /\s*(?:(\d+(?:\.\d+)?|\.\d+)|([A-Za-z][A-Za-z0-9_]*)|(&&|\|\||==|!=|<=|>=|[-+*/^<>(),[\]]))/y;

interface Token {
  readonly kind: "number" | "name" | "symbol" | "end";
  readonly text: string;
}

function syntaxError(text: string, reason: string): AwsError {
  return new AwsError("ValidationError", `Error in expression '${text}': ${reason}`);
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  tokenPattern.lastIndex = 0;
  let at = 0;
  while (text.slice(at).trim() !== "") {
    const match = tokenPattern.exec(text);
    if (match === null) throw syntaxError(text, `unexpected '${text.slice(at).trim().charAt(0)}'`);
    at = tokenPattern.lastIndex;
    const [, number, name, symbol] = match;
    if (number !== undefined) tokens.push({ kind: "number", text: number });
    else if (name === "AND" || name === "OR") tokens.push({ kind: "symbol", text: name });
    else if (name !== undefined) tokens.push({ kind: "name", text: name });
    else tokens.push({ kind: "symbol", text: spellings[symbol as string] ?? (symbol as string) });
  }
  return tokens;
}

class Parser {
  private readonly tokens: readonly Token[];
  private position = 0;

  constructor(private readonly text: string) {
    this.tokens = tokenize(text);
  }

  parse(): Expression {
    const expression = this.level(0);
    if (this.peek().kind !== "end") throw this.unexpected();
    return expression;
  }

  private level(index: number): Expression {
    const operators = levels[index];
    if (operators === undefined) return this.unary();
    let left = this.level(index + 1);
    for (;;) {
      const operator = operators.find((candidate) => this.accept(candidate));
      if (operator === undefined) return left;
      left = { kind: "binary", operator, left, right: this.level(index + 1) };
    }
  }

  private unary(): Expression {
    if (this.accept("-")) return { kind: "negate", operand: this.unary() };
    const base = this.primary();
    return this.accept("^") ? { kind: "binary", operator: "^", left: base, right: this.unary() } : base;
  }

  private primary(): Expression {
    const token = this.peek();
    if (token.kind === "number") {
      this.position += 1;
      return { kind: "number", value: Number(token.text) };
    }
    if (token.kind === "name") {
      this.position += 1;
      if (this.accept("(")) return { kind: "call", name: token.text.toUpperCase(), operands: this.items(")") };
      return { kind: "reference", id: token.text };
    }
    if (this.accept("[")) return { kind: "list", items: this.items("]") };
    if (!this.accept("(")) throw this.unexpected();
    const inner = this.level(0);
    if (!this.accept(")")) throw this.unexpected();
    return inner;
  }

  private items(close: string): Expression[] {
    const items: Expression[] = [];
    if (this.accept(close)) return items;
    do items.push(this.level(0));
    while (this.accept(","));
    if (!this.accept(close)) throw this.unexpected();
    return items;
  }

  private peek(): Token {
    return this.tokens[this.position] ?? { kind: "end", text: "the end" };
  }

  private accept(symbol: string): boolean {
    const token = this.peek();
    if (token.kind !== "symbol" || token.text !== symbol) return false;
    this.position += 1;
    return true;
  }

  private unexpected(): AwsError {
    return syntaxError(this.text, `unexpected '${this.peek().text}'`);
  }
}

/** Throws AwsError ValidationError when the text is not an expression. */
export function parseMetricMath(text: string): Expression {
  return new Parser(text).parse();
}

/** The ids of metrics and expressions that an expression refers to. */
export function referencesOf(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case "number":
      return [];
    case "reference":
      return [expression.id];
    case "negate":
      return referencesOf(expression.operand);
    case "binary":
      return [...referencesOf(expression.left), ...referencesOf(expression.right)];
    case "list":
      return expression.items.flatMap(referencesOf);
    case "call":
      return expression.operands.flatMap(referencesOf);
  }
}
