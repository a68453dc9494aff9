// The comparisons of Choice states in JSONPath (Amazon States Language, "Choice State").
import type { Json, JsonObject } from "../../../json";
import type { Diagnostics } from "../definition/diagnostics";
import { jsonPath } from "../jsonPath/path";
import { PathEvaluator, runtimeFailure } from "../languages/pathEvaluator";
import type { Visit } from "../visit";
import { checkPath } from "./paths";
import { parseTimestamp } from "./timestamp";

type Kind = "String" | "Numeric" | "Boolean" | "Timestamp";

type Comparable = string | number | boolean;

/** A value as a kind of comparison sees it, undefined when it is of another kind. */
const read: Readonly<Record<Kind, (value: Json) => Comparable | undefined>> = {
  String: (value) => (typeof value === "string" ? value : undefined),
  Numeric: (value) => (typeof value === "number" ? value : undefined),
  Boolean: (value) => (typeof value === "boolean" ? value : undefined),
  Timestamp: (value) => (typeof value === "string" ? parseTimestamp(value) : undefined),
};

const relations: Readonly<Record<string, (left: Comparable, right: Comparable) => boolean>> = {
  Equals: (left, right) => left === right,
  LessThan: (left, right) => left < right,
  GreaterThan: (left, right) => left > right,
  LessThanEquals: (left, right) => left <= right,
  GreaterThanEquals: (left, right) => left >= right,
};

const comparison =
  /^(String|Numeric|Boolean|Timestamp)(Equals|LessThan|GreaterThan|LessThanEquals|GreaterThanEquals)(Path)?$/;

const typeTests: Readonly<Record<string, (value: Json) => boolean>> = {
  IsNull: (value) => value === null,
  IsString: (value) => typeof value === "string",
  IsNumeric: (value) => typeof value === "number",
  IsBoolean: (value) => typeof value === "boolean",
  IsTimestamp: (value) => typeof value === "string" && parseTimestamp(value) !== undefined,
};

/** `*` stands for any characters; a backslash takes that, or itself, literally. */
function matchesPattern(text: string, pattern: string): boolean {
  const source = pattern.replace(/\\([*\\])|\*|[\\^$.*+?()[\]{}|]/g, (match, escaped: string | undefined) => {
    if (escaped !== undefined) return `\\${escaped}`;
    return match === "*" ? "[\\s\\S]*" : `\\${match}`;
  });
  return new RegExp(`^${source}$`).test(text);
}

const ruleWords = ["Variable", "Next", "Assign", "Comment"];

/** The operator of a rule, the one field that is no other. */
function operatorOf(rule: JsonObject): string | undefined {
  return Object.keys(rule).find((key) => !ruleWords.includes(key));
}

function value(visit: Visit, paths: PathEvaluator, path: string): Json {
  const found = paths.find(path);
  if (found !== undefined) return found.value;
  throw runtimeFailure(visit, `Invalid path '${path}': The choice state's condition path references an invalid value.`);
}

function tests(visit: Visit, paths: PathEvaluator, rule: JsonObject): boolean {
  const operator = operatorOf(rule) as string;
  const operand = rule[operator] as Json;
  if (operator === "And") return (operand as readonly JsonObject[]).every((part) => tests(visit, paths, part));
  if (operator === "Or") return (operand as readonly JsonObject[]).some((part) => tests(visit, paths, part));
  if (operator === "Not") return !tests(visit, paths, operand as JsonObject);
  const variable = rule.Variable as string;
  if (operator === "IsPresent") return (paths.find(variable) !== undefined) === operand;
  const left = value(visit, paths, variable);
  const typeTest = typeTests[operator];
  if (typeTest !== undefined) return typeTest(left) === operand;
  if (operator === "StringMatches") return typeof left === "string" && matchesPattern(left, operand as string);
  const [, kind, relation, path] = comparison.exec(operator) as RegExpExecArray;
  const right = path === undefined ? operand : value(visit, paths, operand as string);
  const convert = read[kind as Kind];
  const [one, other] = [convert(left), convert(right)];
  return one !== undefined && other !== undefined && (relations[relation as string]?.(one, other) ?? false);
}

/** Whether a rule holds for the state's input. Throws StateFailure. */
export function comparisonHolds(visit: Visit, rule: JsonObject): boolean {
  return tests(visit, new PathEvaluator(visit, visit.language.input(visit).value), rule);
}

const nested = ["And", "Or", "Not"];

function checkOperand(operator: string, operand: Json, location: string, diagnostics: Diagnostics): void {
  const at = `${location}/${operator}`;
  const [, kind, , path] = comparison.exec(operator) ?? [];
  if (path !== undefined) checkPath({ [operator]: operand }, operator, location, diagnostics);
  else if (operator === "IsPresent" || operator in typeTests) {
    if (typeof operand !== "boolean") diagnostics.add(`Value for the field '${operator}' must be a boolean`, at);
  } else if (operator === "StringMatches") diagnostics.string({ [operator]: operand }, operator, location);
  else if (kind === undefined) diagnostics.add(`Field '${operator}' is not supported`, location);
  else if (read[kind as Kind](operand) === undefined) {
    const message = kind === "Timestamp" ? "String does not match RFC3339 timestamp" : `Value must be of type ${kind}`;
    diagnostics.add(message, at);
  }
}

/** Reports what is wrong with a rule. @param more fields that it may have besides, which inner rules have not */
export function checkComparison(
  rule: JsonObject,
  location: string,
  diagnostics: Diagnostics,
  more: readonly string[] = [],
): void {
  const known = ["Variable", "Comment", ...more];
  const operators = Object.keys(rule).filter((key) => !known.includes(key));
  const [operator] = operators;
  if (operator === undefined || operators.length > 1) {
    diagnostics.add(`A choice rule must have exactly one comparison operator, got [${operators.join(", ")}]`, location);
    return;
  }
  const operand = rule[operator] as Json;
  if (!nested.includes(operator)) {
    diagnostics.required(rule, "Variable", location);
    const { Variable: variable } = rule;
    const isPath = typeof variable === "string" && jsonPath(variable) !== undefined;
    if (variable !== undefined && !isPath) diagnostics.add("Value is not a valid JSONPath", `${location}/Variable`);
    checkOperand(operator, operand, location, diagnostics);
    return;
  }
  const parts = operator === "Not" ? [operand] : operand;
  if (!Array.isArray(parts) || parts.length === 0) {
    diagnostics.add(`The field '${operator}' must be a non-empty array`, location);
    return;
  }
  parts.forEach((part: Json, index) => {
    const at = operator === "Not" ? `${location}/Not` : `${location}/${operator}[${index}]`;
    if (diagnostics.object(part, at)) checkComparison(part, at, diagnostics);
  });
}
