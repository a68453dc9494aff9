// The error for a query that is not of the Logs Insights language, with its place in the text.
import { AwsError } from "../../../service";

/** Offsets of characters, the end not included. AWS: API QueryCompileErrorLocation. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** AWS: API StartQuery, MalformedQueryException and its queryCompileError. */
export function malformedQuery(message: string, { start, end }: Place): AwsError {
  const text = `${message} (characters ${start} to ${end})`;
  const location = { startCharOffset: start, endCharOffset: end };
  return new AwsError("MalformedQueryException", text, 400, { queryCompileError: { location, message: text } });
}

/** Something that AWS has, and the simulator has not. */
export function unsupportedQuery(what: string, { start, end }: Place): AwsError {
  return new AwsError(
    "SimulatorUnsupportedQuery",
    `the simulator's Logs Insights does not have ${what} (characters ${start} to ${end})`,
    501,
  );
}
