// Condition, filter and key condition expressions. (Developer Guide: "Condition and filter expressions, operators, and
// functions in DynamoDB".)
import { type AttributeValue, compare, equals, type Item, typeOf } from "../attributeValue";
import { validation } from "../errors";
import { type DocumentPath, parsePath, valueAt } from "./documentPath";
import type { Scope } from "./scope";
import { Tokens } from "./tokens";

export interface Condition {
  holds(item: Item): boolean;
  /** The comparison that it is, for what looks into key conditions; undefined for anything else. */
  readonly comparison?: { readonly path: DocumentPath; readonly operator: string; readonly value: AttributeValue };
  /** The conditions that must all hold, when it is an AND. */
  readonly all?: readonly Condition[];
}

interface Operand {
  value(item: Item): AttributeValue | undefined;
  readonly path?: DocumentPath;
  readonly constant?: AttributeValue;
}

const comparators: Readonly<Record<string, (order: number) => boolean>> = {
  "<": (order) => order < 0,
  "<=": (order) => order <= 0,
  ">": (order) => order > 0,
  ">=": (order) => order >= 0,
};

function compared(operator: string, left: AttributeValue | undefined, right: AttributeValue | undefined): boolean {
  if (operator === "<>") return left === undefined || right === undefined || !equals(left, right);
  if (left === undefined || right === undefined) return false;
  if (operator === "=") return equals(left, right);
  const order = compare(left, right);
  return order !== undefined && (comparators[operator] as (order: number) => boolean)(order);
}

function sizeOf(value: AttributeValue | undefined): AttributeValue | undefined {
  if (value === undefined) return undefined;
  if (value.S !== undefined) return { N: String(value.S.length) };
  if (value.B !== undefined) return { N: String(Buffer.byteLength(value.B, "base64")) };
  const members =
    value.SS ?? value.NS ?? value.BS ?? value.L ?? (value.M === undefined ? undefined : Object.keys(value.M));
  return members === undefined ? undefined : { N: String(members.length) };
}

function contains(value: AttributeValue | undefined, part: AttributeValue | undefined): boolean {
  if (value === undefined || part === undefined) return false;
  if (value.S !== undefined) return part.S !== undefined && value.S.includes(part.S);
  if (value.L !== undefined) return value.L.some((element) => equals(element, part));
  const member = part.S ?? part.N ?? part.B;
  const set = part.S !== undefined ? value.SS : part.N !== undefined ? value.NS : value.BS;
  return member !== undefined && (set?.includes(member) ?? false);
}

function beginsWith(value: AttributeValue | undefined, prefix: AttributeValue | undefined): boolean {
  if (value?.S !== undefined && prefix?.S !== undefined) return value.S.startsWith(prefix.S);
  if (value?.B === undefined || prefix?.B === undefined) return false;
  const bytes = Buffer.from(prefix.B, "base64");
  return Buffer.from(value.B, "base64").subarray(0, bytes.length).equals(bytes);
}

class ConditionParser {
  constructor(
    private readonly tokens: Tokens,
    private readonly scope: Scope,
  ) {}

  or(): Condition {
    const parts = [this.and()];
    while (this.tokens.takeWord("OR")) parts.push(this.and());
    if (parts.length === 1) return parts[0] as Condition;
    return { holds: (item) => parts.some((part) => part.holds(item)) };
  }

  private and(): Condition {
    const parts = [this.not()];
    while (this.tokens.takeWord("AND")) parts.push(this.not());
    if (parts.length === 1) return parts[0] as Condition;
    return { holds: (item) => parts.every((part) => part.holds(item)), all: parts };
  }

  private not(): Condition {
    if (!this.tokens.takeWord("NOT")) return this.primary();
    const part = this.not();
    return { holds: (item) => !part.holds(item) };
  }

  private primary(): Condition {
    const { tokens } = this;
    if (tokens.takeSymbol("(")) {
      const inner = this.or();
      tokens.expect(")");
      return inner;
    }
    if (tokens.isCall() && tokens.next.text !== "size") return this.call();
    const left = this.operand();
    if (tokens.takeWord("BETWEEN")) return this.between(left);
    if (tokens.takeWord("IN")) return this.in(left);
    const operator = tokens.next.text;
    if (tokens.next.kind !== "symbol" || !["=", "<>", ...Object.keys(comparators)].includes(operator)) tokens.fail();
    tokens.take();
    const right = this.operand();
    const { path } = left;
    const { constant } = right;
    return {
      holds: (item) => compared(operator, left.value(item), right.value(item)),
      ...(path === undefined || constant === undefined ? {} : { comparison: { path, operator, value: constant } }),
    };
  }

  private between(operand: Operand): Condition {
    const low = this.operand();
    if (!this.tokens.takeWord("AND")) this.tokens.fail();
    const high = this.operand();
    const { path } = operand;
    return {
      holds: (item) => {
        const value = operand.value(item);
        return compared(">=", value, low.value(item)) && compared("<=", value, high.value(item));
      },
      ...(path === undefined || low.constant === undefined
        ? {}
        : { comparison: { path, operator: "BETWEEN", value: low.constant } }),
    };
  }

  private in(operand: Operand): Condition {
    this.tokens.expect("(");
    const members = [this.operand()];
    while (this.tokens.takeSymbol(",")) members.push(this.operand());
    this.tokens.expect(")");
    return { holds: (item) => members.some((member) => compared("=", operand.value(item), member.value(item))) };
  }

  private operand(): Operand {
    const { tokens, scope } = this;
    if (tokens.next.kind === "value") {
      const constant = scope.value(tokens.take().text, tokens.title);
      return { value: () => constant, constant };
    }
    if (tokens.isCall() && tokens.next.text === "size") {
      tokens.take();
      tokens.expect("(");
      const inner = this.operand();
      tokens.expect(")");
      return { value: (item) => sizeOf(inner.value(item)) };
    }
    const path = parsePath(tokens, scope);
    return { value: (item) => valueAt(item, path), path };
  }

  private call(): Condition {
    const { tokens } = this;
    const name = tokens.take().text;
    tokens.expect("(");
    const operands = [this.operand()];
    while (tokens.takeSymbol(",")) operands.push(this.operand());
    tokens.expect(")");
    const [first, second] = operands as [Operand, Operand | undefined];
    const two = second ?? first;
    switch (name) {
      case "attribute_exists":
        return { holds: (item) => first.value(item) !== undefined };
      case "attribute_not_exists":
        return { holds: (item) => first.value(item) === undefined };
      case "attribute_type":
        return { holds: (item) => this.hasType(first.value(item), two.value(item)) };
      case "contains":
        return { holds: (item) => contains(first.value(item), two.value(item)) };
      case "begins_with":
        return {
          holds: (item) => beginsWith(first.value(item), two.value(item)),
          ...(first.path === undefined || two.constant === undefined
            ? {}
            : { comparison: { path: first.path, operator: "begins_with", value: two.constant } }),
        };
      default:
        throw validation(`Invalid ${tokens.title}: Invalid function name; function: ${name}`);
    }
  }

  private hasType(value: AttributeValue | undefined, type: AttributeValue | undefined): boolean {
    return value !== undefined && typeOf(value) === type?.S;
  }
}

/** @param title such as "ConditionExpression". Throws AwsError ValidationException. */
export function parseCondition(title: string, text: string, scope: Scope): Condition {
  const tokens = new Tokens(title, text);
  const condition = new ConditionParser(tokens, scope).or();
  if (tokens.next.kind !== "end") tokens.fail();
  return condition;
}

/** Throws AwsError ValidationException. */
export function parseProjection(text: string, scope: Scope): DocumentPath[] {
  const tokens = new Tokens("ProjectionExpression", text);
  const paths = [parsePath(tokens, scope)];
  while (tokens.takeSymbol(",")) paths.push(parsePath(tokens, scope));
  if (tokens.next.kind !== "end") tokens.fail();
  return paths;
}
