// Filter criteria of streams: Kinesis filters on the decoded data, DynamoDB on the record itself.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
// https://docs.aws.amazon.com/lambda/latest/dg/with-ddb-filtering.html
import type { JsonObject } from "../../../json";
import { flatten } from "../../eventBridge/eventPattern";
import { compileFilters, readPattern } from "./filters";

function decoded({ kinesis }: JsonObject): string {
  const { data = "" } = (kinesis ?? {}) as { readonly data?: string };
  return Buffer.from(data, "base64").toString("utf8");
}

/**
 * @param texts patterns as JSON texts
 * @returns whether a record, as Lambda's event has it, goes to the function
 * @throws AwsError InvalidParameterValueException, in Lambda's words
 */
export function compileStreamFilters(
  kind: "dynamodb" | "kinesis",
  texts: readonly string[],
): (event: JsonObject) => boolean {
  if (kind === "kinesis") {
    const takes = compileFilters("data", texts);
    return texts.length === 0 ? () => true : (event) => takes(decoded(event));
  }
  const patterns = texts.map((text) => readPattern(text).pattern);
  return (event) => {
    if (patterns.length === 0) return true;
    const flat = flatten(event);
    return patterns.some((pattern) => pattern.matches(flat));
  };
}
