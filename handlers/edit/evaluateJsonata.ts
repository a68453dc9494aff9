// Edits an input with a JSONata expression, within limits: an operator's slip must not take all of the function's time.
import jsonata from "jsonata";
import { errorMessage } from "../awsErrors";
import { inexactNumber, type Json, parseJson, writeJson } from "./losslessJson";

/** Milliseconds, deep calls, items of a sequence. https://docs.jsonata.org/embedding-extending */
const LIMITS = { timeout: 5_000, stack: 500, sequence: 1_000_000 };

/**
 * The value of an expression on an input. Beside JSONata's own functions there is Step Functions' `$parse`, for JSON within texts.
 *
 * A regular expression that backtracks without end is what the limits do not cover: there the function's own timeout ends it, before
 * anything was written.
 *
 * @throws Error that names the argument when it is no expression, fails, takes too long or gives no JSON, or when the input has numbers
 * that JavaScript would round
 */
export async function evaluateJsonata(expression: string, input: Json): Promise<Json> {
  const inexact = inexactNumber(input);
  if (inexact !== undefined)
    throw new Error(
      `[jsonata] must have an input whose numbers it can hold, got ${inexact.source} at "${inexact.path}": use [patch], which keeps what it does not touch`,
    );
  const compiled = compile(expression);
  compiled.registerFunction("parse", (text: string) => JSON.parse(text), "<s-:x>");
  let result: unknown;
  try {
    result = await compiled.evaluate(JSON.parse(writeJson(input)));
  } catch (error) {
    throw new Error(`[jsonata] could not be evaluated: ${errorMessage(error)}`);
  }
  const trouble = result === undefined ? "nothing" : notJson(result, "");
  if (trouble !== undefined) throw new Error(`[jsonata] must give JSON, got ${trouble}`);
  return parseJson(JSON.stringify(result));
}

/** @throws Error when it does not parse */
export function compile(expression: string): jsonata.Expression {
  try {
    return jsonata(expression, LIMITS);
  } catch (error) {
    throw new Error(
      `[jsonata] must be a JSONata expression, got ${JSON.stringify(expression)}: ${errorMessage(error)}`,
    );
  }
}

/** What there is in a value that JSON cannot say. */
function notJson(value: unknown, path: string): string | undefined {
  if (typeof value === "number") return Number.isFinite(value) ? undefined : `${value} at "${path}"`;
  if (typeof value === "string" || typeof value === "boolean" || value === null || value === undefined)
    return undefined;
  // Functions of the expression are objects that say so.
  if (typeof value !== "object" || "_jsonata_lambda" in value || "_jsonata_function" in value)
    return `a function at "${path}"`;
  for (const [name, member] of Object.entries(value)) {
    const trouble = notJson(member, `${path}/${name}`);
    if (trouble !== undefined) return trouble;
  }
  return undefined;
}
