// Computes metric math for one datapoint: every metric stands for its value in that period, or for no data.
import { AwsError } from "../../service";
import { type BinaryOperator, type Expression, parseMetricMath, referencesOf } from "./metricMathParser";

/** Undefined is a period without data. */
export type Datapoint = number | undefined;
export type Lookup = (id: string) => Datapoint;

type Compute = (lookup: Lookup) => Datapoint;

function truth(value: boolean): number {
  return value ? 1 : 0;
}

function apply(operator: BinaryOperator, left: number, right: number): Datapoint {
  switch (operator) {
    case "+":
      return left + right;
    case "-":
      return left - right;
    case "*":
      return left * right;
    case "/":
      return right === 0 ? undefined : left / right;
    case "^":
      return left ** right;
    case "==":
      return truth(left === right);
    case "!=":
      return truth(left !== right);
    case "<":
      return truth(left < right);
    case "<=":
      return truth(left <= right);
    case ">":
      return truth(left > right);
    case ">=":
      return truth(left >= right);
    case "AND":
      return truth(left !== 0 && right !== 0);
    case "OR":
      return truth(left !== 0 || right !== 0);
  }
}

const aggregates: Readonly<Record<string, (values: readonly number[]) => number>> = {
  SUM: (values) => values.reduce((total, value) => total + value, 0),
  AVG: (values) => values.reduce((total, value) => total + value, 0) / values.length,
  MAX: (values) => Math.max(...values),
  MIN: (values) => Math.min(...values),
};

const functionNames = [...Object.keys(aggregates), "FILL", "IF"];

function unsupported(what: string): AwsError {
  return new AwsError("SimulatorUnsupportedExpression", `the simulator's metric math does not have ${what}`, 501);
}

function operandCount(name: string, operands: readonly Expression[], allowed: readonly number[]): void {
  if (allowed.includes(operands.length)) return;
  throw new AwsError(
    "ValidationError",
    `${name} takes ${allowed.join(" or ")} operands, got ${operands.length} in the expression`,
  );
}

/** AWS skips the metrics of a list that have no data in a period; without any, there is no datapoint. */
function compileAggregate(name: string, operands: readonly Expression[]): Compute {
  const [list] = operands;
  if (operands.length !== 1 || list?.kind !== "list") {
    throw unsupported(`${name} of anything but a list of metrics, such as ${name}([m1, m2])`);
  }
  const items = list.items.map(compile);
  const aggregate = aggregates[name] as (values: readonly number[]) => number;
  return (lookup) => {
    const values = items.map((item) => item(lookup)).filter((value) => value !== undefined);
    return values.length === 0 ? undefined : aggregate(values);
  };
}

function compileFill(operands: readonly Expression[]): Compute {
  operandCount("FILL", operands, [2]);
  const [metric, filler] = operands as [Expression, Expression];
  if (filler.kind === "reference" && /^(REPEAT|LINEAR)$/.test(filler.id)) throw unsupported(`FILL with ${filler.id}`);
  const value = compile(metric);
  const fallback = compile(filler);
  return (lookup) => value(lookup) ?? fallback(lookup);
}

function compileIf(operands: readonly Expression[]): Compute {
  operandCount("IF", operands, [2, 3]);
  const [condition, whenTrue, whenFalse] = operands.map(compile) as [Compute, Compute, Compute | undefined];
  return (lookup) => {
    const holds = condition(lookup);
    if (holds === undefined) return undefined;
    return holds === 0 ? whenFalse?.(lookup) : whenTrue(lookup);
  };
}

function compileBinary(operator: BinaryOperator, left: Compute, right: Compute): Compute {
  return (lookup) => {
    const leftValue = left(lookup);
    const rightValue = right(lookup);
    return leftValue === undefined || rightValue === undefined ? undefined : apply(operator, leftValue, rightValue);
  };
}

function compileCall(name: string, operands: readonly Expression[]): Compute {
  if (name in aggregates) return compileAggregate(name, operands);
  if (name === "FILL") return compileFill(operands);
  if (name === "IF") return compileIf(operands);
  throw unsupported(`the function ${name}; it has ${functionNames.join(", ")}`);
}

function compile(expression: Expression): Compute {
  switch (expression.kind) {
    case "number":
      return () => expression.value;
    case "reference":
      return (lookup) => lookup(expression.id);
    case "negate":
      return compileBinary("-", () => 0, compile(expression.operand));
    case "binary":
      return compileBinary(expression.operator, compile(expression.left), compile(expression.right));
    case "list":
      throw unsupported("a list outside of SUM, AVG, MAX and MIN");
    case "call":
      return compileCall(expression.name, expression.operands);
  }
}

/** A metric math expression, ready to be computed datapoint by datapoint. */
export interface MetricMath {
  /** The ids that it refers to. */
  readonly references: readonly string[];
  compute(lookup: Lookup): Datapoint;
}

/**
 * Compiles an expression: + - * / ^, comparisons, AND, OR, parentheses, numbers, FILL with a value, IF, and SUM, AVG,
 * MAX, MIN of a list. Anything else is refused by name.
 */
export function metricMath(text: string): MetricMath {
  const expression = parseMetricMath(text);
  return { references: [...new Set(referencesOf(expression))], compute: compile(expression) };
}
