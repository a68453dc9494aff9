// Which records an event source mapping invokes its function with.
import { inWords } from "./validate";

/** A filter pattern: what a record must have (https://docs.aws.amazon.com/lambda/latest/dg/invocation-eventfiltering.html#filtering-syntax). */
export type FilterPattern = Readonly<Record<string, unknown>>;

/** Lambda takes 5 patterns, and 10 on request. */
const mostPatterns = 10;

/**
 * The mapping's filter, none where every record is wanted.
 *
 * @throws when a pattern is none, or there are too many
 */
export function filterCriteria(patterns: readonly FilterPattern[] | undefined) {
  if (patterns === undefined) {
    return undefined;
  }
  if (!Array.isArray(patterns) || patterns.length === 0 || patterns.length > mostPatterns) {
    const got = Array.isArray(patterns) ? patterns.length : inWords(patterns);
    throw new Error(`[filter] must hold 1 to ${mostPatterns} patterns, got ${got}`);
  }
  return { filters: patterns.map((pattern, index) => ({ pattern: patternText(`filter.${index}`, pattern) })) };
}

function patternText(argument: string, pattern: unknown): string {
  if (typeof pattern !== "object" || pattern === null || Array.isArray(pattern) || Object.keys(pattern).length === 0) {
    throw new Error(`[${argument}] must be a pattern such as { body: { kind: ["refund"] } }, got ${inWords(pattern)}`);
  }
  return JSON.stringify(pattern);
}
