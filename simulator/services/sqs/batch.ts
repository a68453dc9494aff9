// What all batch operations have in common. AWS: API SendMessageBatch, DeleteMessageBatch, ChangeMessageVisibilityBatch.
import { AwsError } from "../../service";

interface Entry {
  readonly Id?: string;
}

/** Throws for an empty or too long batch, and for ids that are malformed or repeated. */
export function checkBatch(entries: readonly Entry[], entryType: string): void {
  if (entries.length === 0) {
    throw new AwsError("EmptyBatchRequest", `There should be at least one ${entryType} in the request.`);
  }
  if (entries.length > 10) {
    throw new AwsError(
      "TooManyEntriesInBatchRequest",
      `Maximum number of entries per request are 10. You have sent ${entries.length}.`,
    );
  }
  const seen = new Set<string>();
  for (const { Id = "" } of entries) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(Id)) {
      throw new AwsError(
        "InvalidBatchEntryId",
        "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
      );
    }
    if (seen.has(Id)) throw new AwsError("BatchEntryIdsNotDistinct", `Id ${Id} repeated.`);
    seen.add(Id);
  }
}

/** Does each entry by itself: one that fails does not hinder the others. */
export function forEachEntry<E extends Entry>(entries: readonly E[], perform: (entry: E) => object): object {
  const Successful: object[] = [];
  const Failed: object[] = [];
  for (const entry of entries) {
    try {
      Successful.push({ Id: entry.Id, ...perform(entry) });
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      Failed.push({ Id: entry.Id, SenderFault: error.status < 500, Code: error.code, Message: error.message });
    }
  }
  return { Successful, Failed };
}
