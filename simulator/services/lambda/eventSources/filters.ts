// Filter criteria: which messages of a queue a function gets to see.
// See "Using event filtering with an Amazon SQS event source" in the developer guide.
import type { Json, JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import { compilePattern, type EventPattern, flatten } from "../../eventBridge/eventPattern";

interface Filter {
  readonly pattern: EventPattern;
  /** undefined: the pattern says nothing of the body. */
  readonly body: "text" | "json" | undefined;
}

function compile(text: string): Filter {
  let read: { readonly body?: Json };
  let pattern: EventPattern;
  try {
    pattern = compilePattern(text);
    read = JSON.parse(text) as { readonly body?: Json };
  } catch (error) {
    if (!(error instanceof AwsError) && !(error instanceof SyntaxError)) throw error;
    throw new AwsError("InvalidParameterValueException", "Invalid filter pattern definition.");
  }
  const strange = Object.keys(read).find((name) => name !== "body");
  if (strange !== undefined) {
    const got = `[FilterCriteria.Filters.Pattern] must have the key body alone, as SQS supports no other, got ${strange}`;
    throw new AwsError("SimulatorUnsupportedArgument", got);
  }
  return { pattern, body: read.body === undefined ? undefined : Array.isArray(read.body) ? "text" : "json" };
}

function jsonObject(text: string): JsonObject | undefined {
  try {
    const value = JSON.parse(text) as Json;
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * @param texts patterns as JSON texts
 * @returns whether a message with that body goes to the function
 * @throws AwsError InvalidParameterValueException, in Lambda's words
 */
export function compileFilters(texts: readonly string[]): (body: string) => boolean {
  const filters = texts.map(compile);
  return (body) => {
    if (filters.length === 0) return true;
    const parsed = jsonObject(body);
    return filters.some((filter) => {
      // "Lambda drops the message" when the body is plain text and the pattern is for JSON, and the other way round.
      if (filter.body === "json") return parsed !== undefined && filter.pattern.matches(flatten({ body: parsed }));
      return filter.body === undefined || (parsed === undefined && filter.pattern.matches(flatten({ body })));
    });
  };
}
