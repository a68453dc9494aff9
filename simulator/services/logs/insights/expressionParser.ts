// Reads expressions of a Logs Insights query.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_QuerySyntax-operations-functions.html
import { isAggregation } from "./aggregations";
import { functionOf, isFunction, otherFunctions } from "./functions";
import { malformedQuery, unsupportedQuery } from "./malformedQuery";
import type { BinaryOperator, Expression } from "./query";
import type { Scanner, Token } from "./scanner";

/** Words that end or join expressions, and cannot be fields. */
const reserved = ["and", "or", "not", "like", "in", "as", "by", "asc", "desc"];

const units: Readonly<Record<string, number>> = {
  ms: 1,
  msec: 1,
  s: 1_000,
  sec: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
};
const calendarUnits = ["mo", "mon", "q", "qtr", "y", "yr"];

/** From the loosest to the tightest; comparison, `like` and `in` stand between the second and the third. */
const sums: readonly BinaryOperator[] = ["+", "-"];
const products: readonly BinaryOperator[] = ["*", "/", "%"];
const comparisons: readonly BinaryOperator[] = ["=", "!=", "<", "<=", ">", ">="];

/** Reads a whole expression. */
export function parseExpression(scanner: Scanner): Expression {
  return parseOr(scanner);
}

function parseOr(scanner: Scanner): Expression {
  let left = parseAnd(scanner);
  while (scanner.skipWord("or")) left = { kind: "binary", operator: "or", left, right: parseAnd(scanner) };
  return left;
}

function parseAnd(scanner: Scanner): Expression {
  let left = parseNot(scanner);
  while (scanner.skipWord("and")) left = { kind: "binary", operator: "and", left, right: parseNot(scanner) };
  return left;
}

function parseNot(scanner: Scanner): Expression {
  return scanner.skipWord("not") ? { kind: "not", operand: parseNot(scanner) } : parseComparison(scanner);
}

function parseComparison(scanner: Scanner): Expression {
  const left = parseChain(scanner, sums, () => parseChain(scanner, products, () => parsePower(scanner)));
  if (scanner.skipSymbol("=~")) return { kind: "like", operand: left, pattern: parsePattern(scanner) };
  for (const operator of comparisons) {
    if (scanner.skipSymbol(operator)) {
      const right = parseChain(scanner, sums, () => parseChain(scanner, products, () => parsePower(scanner)));
      return { kind: "binary", operator, left, right };
    }
  }
  const negated = scanner.skipWord("not");
  const test = parseTest(scanner, left);
  if (test === undefined && negated) throw scanner.unexpected('"like" or "in" after "not"');
  return test === undefined ? left : negated ? { kind: "not", operand: test } : test;
}

/** `like` and `in`, if one comes next. */
function parseTest(scanner: Scanner, operand: Expression): Expression | undefined {
  if (scanner.skipWord("like")) return { kind: "like", operand, pattern: parsePattern(scanner) };
  if (!scanner.skipWord("in")) return undefined;
  scanner.expectSymbol("[");
  const list = [parseExpression(scanner)];
  while (scanner.skipSymbol(",")) list.push(parseExpression(scanner));
  scanner.expectSymbol("]");
  return { kind: "in", operand, list };
}

function parsePattern(scanner: Scanner): RegExp | string {
  const regex = scanner.pattern();
  if (regex !== undefined) return regex.pattern;
  if (scanner.peek().kind !== "text") throw scanner.unexpected("a text or a regular expression between slashes");
  return scanner.take().text;
}

function parseChain(scanner: Scanner, operators: readonly BinaryOperator[], operand: () => Expression): Expression {
  let left = operand();
  for (;;) {
    const operator = operators.find((candidate) => scanner.isSymbol(candidate));
    if (operator === undefined) return left;
    scanner.take();
    left = { kind: "binary", operator, left, right: operand() };
  }
}

function parsePower(scanner: Scanner): Expression {
  const left = parseUnary(scanner);
  if (!scanner.skipSymbol("^")) return left;
  return { kind: "binary", operator: "^", left, right: parsePower(scanner) };
}

function parseUnary(scanner: Scanner): Expression {
  return scanner.skipSymbol("-") ? { kind: "minus", operand: parseUnary(scanner) } : parsePrimary(scanner);
}

function parsePrimary(scanner: Scanner): Expression {
  if (scanner.skipSymbol("(")) {
    const inner = parseExpression(scanner);
    scanner.expectSymbol(")");
    return inner;
  }
  const { kind, text } = scanner.peek();
  switch (kind) {
    case "number":
      scanner.take();
      return { kind: "literal", value: Number(text) };
    case "text":
      scanner.take();
      return { kind: "literal", value: text };
    case "name":
      return parseNamed(scanner);
    default:
      throw scanner.unexpected("a field, a value or a function");
  }
}

function parseNamed(scanner: Scanner): Expression {
  if (scanner.isWord(...reserved)) throw scanner.unexpected("a field, a value or a function");
  const name = scanner.take();
  if (scanner.isSymbol("(")) return parseCall(scanner, name);
  if (name.text === "true" || name.text === "false") return { kind: "literal", value: name.text === "true" };
  return { kind: "field", name: name.text };
}

function parseCall(scanner: Scanner, name: Token): Expression {
  const called = name.text;
  if (isAggregation(called)) throw malformedQuery(`${called}() can stand in a stats command only`, name);
  if (otherFunctions.includes(called)) throw unsupportedQuery(`the function ${called}()`, name);
  if (!isFunction(called)) throw malformedQuery(`there is no function ${called}()`, name);
  const { least, most, period } = functionOf(called);
  scanner.expectSymbol("(");
  const list: Expression[] = [];
  while (!scanner.isSymbol(")")) {
    if (list.length > 0) scanner.expectSymbol(",");
    list.push(list.length === period ? parsePeriod(scanner) : parseExpression(scanner));
  }
  scanner.expectSymbol(")");
  if (list.length < least || list.length > most) {
    const wanted =
      least === most ? String(least) : most === Number.POSITIVE_INFINITY ? `${least} or more` : `${least} to ${most}`;
    const place = { start: name.start, end: scanner.lastEnd };
    throw malformedQuery(`${called}() takes ${wanted} arguments, got ${list.length}`, place);
  }
  return { kind: "call", function: called, arguments: list };
}

function parsePeriod(scanner: Scanner): Expression {
  const token = scanner.peek();
  const [, count = "", unit = ""] = /^(\d+)([a-z]+)$/.exec(token.text) ?? [];
  if (token.kind !== "period") throw scanner.unexpected("a period such as 5m");
  if (calendarUnits.includes(unit))
    throw unsupportedQuery(`periods of months, quarters and years such as ${token.text}`, token);
  const milliseconds = Number(count) * (units[unit] ?? 0);
  if (!(milliseconds > 0)) throw scanner.unexpected("a period such as 30s, 5m, 1h or 1d");
  scanner.take();
  return { kind: "period", milliseconds };
}
