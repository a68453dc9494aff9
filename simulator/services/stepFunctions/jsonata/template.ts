// Fields of a state that may hold expressions: `{% ... %}` as a whole string, at any depth.
import type { Json } from "../../../json";
import { StateFailure } from "../failure";
import { type Bindings, type JsonataEngine, JsonataError } from "./engine";

/** The expression of a string `{% ... %}`, or undefined for any other value. */
export function expressionIn(value: Json | undefined): string | undefined {
  if (typeof value !== "string" || !value.startsWith("{%") || !value.endsWith("%}") || value.length < 4)
    return undefined;
  return value.slice(2, -2).trim();
}

/** Calls back for every expression in a value, with its location as AWS writes it: `Output/items[2]/name`. */
export function forEachExpression(
  value: Json | undefined,
  location: string,
  visit: (expression: string, location: string) => void,
): void {
  const expression = expressionIn(value);
  if (expression !== undefined) visit(expression, location);
  else if (Array.isArray(value)) {
    value.forEach((item: Json, index) => {
      forEachExpression(item, `${location}[${index}]`, visit);
    });
  } else if (typeof value === "object" && value !== null) {
    for (const [key, item] of Object.entries(value)) forEachExpression(item, `${location}/${key}`, visit);
  }
}

export type JsonType = "string" | "number" | "boolean" | "array" | "object" | "null";

function jsonType(value: Json): JsonType {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value as JsonType;
}

class UnsupportedResult extends Error {}

/** A copy in plain JSON; a function anywhere in it is refused. */
function toJson(value: unknown): Json {
  if (value === null || typeof value === "string" || typeof value === "boolean") return value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (Array.isArray(value)) return value.map((item) => (item === undefined ? null : toJson(item)));
  // JSONata's own functions are objects that hold functions, and fail below.
  if (typeof value !== "object") throw new UnsupportedResult();
  const copy: Record<string, Json> = {};
  for (const [key, item] of Object.entries(value)) if (item !== undefined) copy[key] = toJson(item);
  return copy;
}

/** Evaluates a state's fields against one set of variables. */
export class TemplateEvaluator {
  private bindings: Bindings | undefined;

  /**
   * @param variables makes the JSON object of all variables; called when the first expression needs it
   * @param where the start of every cause: "An error occurred while executing the state ..."
   */
  constructor(
    private readonly engine: JsonataEngine,
    private readonly variables: () => string,
    private readonly where: string,
  ) {}

  /** A value with every expression replaced by its result. Throws StateFailure. */
  evaluate(template: Json, location: string): Json {
    const expression = expressionIn(template);
    if (expression !== undefined) return this.evaluateExpression(expression, location);
    if (Array.isArray(template))
      return template.map((item: Json, index) => this.evaluate(item, `${location}[${index}]`));
    if (typeof template !== "object" || template === null) return template;
    const result: Record<string, Json> = {};
    for (const [key, value] of Object.entries(template)) {
      if (value !== undefined) result[key] = this.evaluate(value, `${location}/${key}`);
    }
    return result;
  }

  /** A field that must be of one type, as Condition must be boolean. Throws StateFailure. */
  evaluateAs(template: Json, location: string, expected: JsonType): Json {
    const value = this.evaluate(template, location);
    const actual = jsonType(value);
    if (actual === expected) return value;
    const problem = `returned an unexpected result type. Expected '${expected}', but was '${actual}' for value: ${JSON.stringify(value)}`;
    throw this.failure(expressionIn(template) ?? String(template), location, problem);
  }

  private evaluateExpression(expression: string, location: string): Json {
    this.bindings ??= this.engine.bind(this.variables());
    let raw: unknown;
    try {
      raw = this.engine.evaluate(expression, this.bindings);
    } catch (error) {
      if (!(error instanceof JsonataError)) throw error;
      const detail = error.code === undefined ? `: ${error.message}` : `. ${error.code}: ${error.message}`;
      throw this.failure(expression, location, `threw an error during evaluation${detail}`);
    }
    if (raw === undefined) throw this.failure(expression, location, "returned nothing (undefined).");
    try {
      return toJson(raw);
    } catch (error) {
      if (!(error instanceof UnsupportedResult)) throw error;
      throw this.failure(expression, location, "returned an unsupported result type.");
    }
  }

  private failure(expression: string, location: string, problem: string): StateFailure {
    return new StateFailure({
      error: "States.QueryEvaluationError",
      cause: `${this.where} The JSONata expression '${expression}' specified for the field '${location}' ${problem}`,
      evaluation: { location },
    });
  }
}
