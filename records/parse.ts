// From the body of a spool message to a failure record, or to the reason why it belongs into the poison queue.
import { isObject, type JsonObject, own, shown, Unreadable } from "./json";
import { type DeclaredSources, type FailureRecord, RECORD_VERSION } from "./record";
import type { RecordSource } from "./sources/source";
import { recordSources } from "./sources/sources";

/** What a message turned out to be. */
export type ParsedRecord =
  | { readonly readable: true; readonly record: FailureRecord }
  | { readonly readable: false; readonly reason: string };

/**
 * Reads the body of a spool message. It never throws: whatever is no record of a declared source gets a reason instead.
 *
 * @param body the message's body, as SQS gave it
 * @param declared the logical sources that may be redriven
 */
export function parseRecord(body: string, declared: DeclaredSources): ParsedRecord {
  try {
    return { readable: true, record: read(body, declared) };
  } catch (error) {
    if (error instanceof Unreadable) return { readable: false, reason: error.message };
    return { readable: false, reason: `the message cannot be read: ${error instanceof Error ? error.message : "?"}` };
  }
}

/**
 * A body by reference with the input that its execution was started with, so that it outlives the execution.
 *
 * @param body one that parseRecord read
 * @param input JSON text
 */
export function withInput(body: string, input: string): string {
  const json = parseJson(body);
  return isObject(json) ? (sourceOf(json)?.withInput?.(json, input) ?? body) : body;
}

function read(text: string, declared: DeclaredSources): FailureRecord {
  const json = parseJson(text);
  if (!isObject(json)) throw new Unreadable(`the message must be a JSON object, got ${shown(json)}`);
  const version = own(json, "respool");
  if (version !== undefined && version !== RECORD_VERSION)
    throw new Unreadable(
      `[respool] must be ${RECORD_VERSION}, the version that this function reads, got ${shown(version)}`,
    );
  const source = sourceOf(json);
  if (source === undefined)
    throw new Unreadable(`the message must be one of: ${recordSources.map(({ name }) => name).join(", ")}`);
  return source.parse({ text, json }, declared);
}

function sourceOf(json: JsonObject): RecordSource | undefined {
  return recordSources.find((candidate) => candidate.recognise(json));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Unreadable(`the message must be JSON, got ${shown(text)}`);
  }
}
