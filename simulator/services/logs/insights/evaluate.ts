// What an expression of a Logs Insights query comes to for one line.
import { functionOf } from "./functions";
import type { BinaryOperator, Expression } from "./query";
import { compare, numberOf, type Row, textOf, type Value } from "./values";

/** @param now milliseconds since the epoch */
export function evaluate(expression: Expression, row: Row, now: number): Value {
  const value = (inner: Expression) => evaluate(inner, row, now);
  switch (expression.kind) {
    case "literal":
      return expression.value;
    case "period":
      return expression.milliseconds;
    case "field":
      return row.get(expression.name);
    case "call": {
      const surroundings = { timestamp: row.get("@timestamp"), now };
      return functionOf(expression.function).apply(expression.arguments.map(value), surroundings);
    }
    case "binary":
      return binary(
        expression.operator,
        () => value(expression.left),
        () => value(expression.right),
      );
    case "not":
      return !isTrue(value(expression.operand));
    case "minus":
      return arithmetic("-", 0, value(expression.operand));
    case "like":
      return isLike(value(expression.operand), expression.pattern);
    case "in":
      return isIn(value(expression.operand), expression.list.map(value));
  }
}

/** Whether a condition holds. Functions such as strcontains give 1 and 0. */
export function isTrue(value: Value): boolean {
  return value === true || (typeof value === "number" && value !== 0);
}

function binary(operator: BinaryOperator, left: () => Value, right: () => Value): Value {
  switch (operator) {
    case "and":
      return isTrue(left()) && isTrue(right());
    case "or":
      return isTrue(left()) || isTrue(right());
    case "=":
      return isIn(left(), [right()]);
    case "!=":
      return !isIn(left(), [right()]);
    case "<":
      return ordered(left(), right(), (order) => order < 0);
    case "<=":
      return ordered(left(), right(), (order) => order <= 0);
    case ">":
      return ordered(left(), right(), (order) => order > 0);
    case ">=":
      return ordered(left(), right(), (order) => order >= 0);
    default:
      return arithmetic(operator, left(), right());
  }
}

/** What is missing equals nothing, and is neither more nor less. */
function isIn(value: Value, list: readonly Value[]): boolean {
  return list.some((each) => each !== undefined && compare(value, each) === 0);
}

function ordered(left: Value, right: Value, holds: (order: number) => boolean): boolean {
  return left !== undefined && right !== undefined && holds(compare(left, right));
}

function isLike(value: Value, pattern: RegExp | string): boolean {
  if (value === undefined) return false;
  const text = textOf(value);
  return typeof pattern === "string" ? text.includes(pattern) : pattern.test(text);
}

function arithmetic(operator: BinaryOperator, left: Value, right: Value): Value {
  const [a, b] = [numberOf(left), numberOf(right)];
  if (a === undefined || b === undefined) return undefined;
  const result = calculated(operator, a, b);
  return Number.isFinite(result) ? result : undefined;
}

function calculated(operator: BinaryOperator, a: number, b: number): number {
  switch (operator) {
    case "+":
      return a + b;
    case "-":
      return a - b;
    case "*":
      return a * b;
    case "/":
      return a / b;
    case "%":
      return a % b;
    default:
      return a ** b;
  }
}
