// Which messages of a batch failed, by what the function answered.
// See "Implementing partial batch responses" in the developer guide, success and failure conditions.
import type { Json } from "../../../json";

/**
 * An answer that Lambda cannot use fails the whole batch: an id that is not of the batch, an empty or missing one, or
 * something that is no object at all.
 *
 * @param payload what the function returned, JSON text
 * @returns the ids of the messages that go back to the queue
 */
export function failedMessages(payload: string, messageIds: readonly string[]): ReadonlySet<string> {
  const all: ReadonlySet<string> = new Set(messageIds);
  const none: ReadonlySet<string> = new Set();
  const answer = JSON.parse(payload) as Json;
  if (answer === null || answer === "" || (Array.isArray(answer) && answer.length === 0)) return none;
  if (typeof answer !== "object" || Array.isArray(answer)) return all;
  const { batchItemFailures: failures } = answer as { readonly batchItemFailures?: Json };
  if (failures === undefined || failures === null) return none;
  if (!Array.isArray(failures)) return all;
  const ids = failures.map((failure: { readonly itemIdentifier?: Json } | null) => failure?.itemIdentifier);
  return ids.every((id) => typeof id === "string" && all.has(id)) ? new Set(ids as string[]) : all;
}
