// Filter criteria: which messages of a queue, or records of a stream, a function gets to see.
// See "Using event filtering with an Amazon SQS event source" in the developer guide, and the same of Kinesis.
import type { Json, JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import { compilePattern, type EventPattern, flatten } from "../../eventBridge/eventPattern";

interface Filter {
  readonly pattern: EventPattern;
  /** undefined: the pattern says nothing of the content. */
  readonly content: "text" | "json" | undefined;
}

/** @throws AwsError InvalidParameterValueException, in Lambda's words */
export function readPattern(text: string): { readonly pattern: EventPattern; readonly read: JsonObject } {
  try {
    return { pattern: compilePattern(text), read: JSON.parse(text) as JsonObject };
  } catch (error) {
    if (!(error instanceof AwsError) && !(error instanceof SyntaxError)) throw error;
    throw new AwsError("InvalidParameterValueException", "Invalid filter pattern definition.");
  }
}

const sources = { body: "SQS", data: "Kinesis" } as const;

function compile(key: "body" | "data", text: string): Filter {
  const { pattern, read } = readPattern(text);
  const strange = Object.keys(read).find((name) => name !== key);
  if (strange !== undefined) {
    const got = `[FilterCriteria.Filters.Pattern] must have the key ${key} alone, as ${sources[key]} supports no other, got ${strange}`;
    throw new AwsError("SimulatorUnsupportedArgument", got);
  }
  return { pattern, content: read[key] === undefined ? undefined : Array.isArray(read[key]) ? "text" : "json" };
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
 * @param key what the patterns call the content: a message's `body`, a Kinesis record's `data`
 * @param texts patterns as JSON texts
 * @returns whether a message, or record, with that content goes to the function
 * @throws AwsError InvalidParameterValueException, in Lambda's words
 */
export function compileFilters(key: "body" | "data", texts: readonly string[]): (content: string) => boolean {
  const filters = texts.map((text) => compile(key, text));
  return (content) => {
    if (filters.length === 0) return true;
    const parsed = jsonObject(content);
    return filters.some((filter) => {
      // "Lambda drops the message" when the body is plain text and the pattern is for JSON, and the other way round.
      if (filter.content === "json") return parsed !== undefined && filter.pattern.matches(flatten({ [key]: parsed }));
      const plain = parsed === undefined && filter.pattern.matches(flatten({ [key]: content }));
      return filter.content === undefined || plain;
    });
  };
}
