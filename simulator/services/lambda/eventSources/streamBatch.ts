// A batch of a stream: what it holds, and what becomes of it when the function fails.
// https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-batchfailurereporting.html
import type { Json } from "../../../json";
import type { SourceRecord } from "./streamSource";

export interface StreamBatch {
  readonly records: readonly SourceRecord[];
  /** Where its shard stands when it is done: at its last record, or at the last one after it that a filter left out. */
  readonly through: string;
  /** How often the function ran with it. */
  readonly invocations: number;
  /** Invocations that came after a failure and were no split. */
  readonly retries: number;
  /** The last invocation. */
  readonly last: { readonly requestId: string; readonly functionError: boolean } | undefined;
}

export function newBatch(records: readonly SourceRecord[], through: string): StreamBatch {
  return { records, through, invocations: 0, retries: 0, last: undefined };
}

function sequenceNumbers({ records }: StreamBatch): string[] {
  return records.map(({ sequenceNumber }) => sequenceNumber);
}

/** The first records of a batch as a batch; there must be one at least. */
export function head(batch: StreamBatch, count: number): StreamBatch {
  const records = batch.records.slice(0, count);
  const through = count >= batch.records.length ? batch.through : (records.at(-1)?.sequenceNumber ?? batch.through);
  return { ...batch, records, through };
}

/** What is left of a batch without its first records. */
export function tail(batch: StreamBatch, count: number): StreamBatch {
  return { ...batch, records: batch.records.slice(count) };
}

/** Both halves, as batches of their own. */
function halves(batch: StreamBatch): readonly [StreamBatch, StreamBatch] {
  const middle = Math.ceil(batch.records.length / 2);
  const fresh = { invocations: 0, last: undefined };
  return [
    { ...head(batch, middle), ...fresh },
    { ...tail(batch, middle), ...fresh },
  ];
}

/** How an invocation ended for a batch; `index` is that of the record from which on it failed. */
export type BatchOutcome =
  | { readonly kind: "success" }
  | { readonly kind: "partial"; readonly index: number }
  | { readonly kind: "failure" };

/**
 * Reads a partial batch response. "If the batchItemFailures array contains multiple items, Lambda uses the record with
 * the lowest sequence number as the checkpoint."
 *
 * @param payload what the function returned, JSON text
 */
export function outcomeOf(batch: StreamBatch, payload: string): BatchOutcome {
  const answer = JSON.parse(payload) as Json;
  if (answer === null || answer === "" || (Array.isArray(answer) && answer.length === 0)) return { kind: "success" };
  if (typeof answer !== "object" || Array.isArray(answer)) return { kind: "failure" };
  const { batchItemFailures: failures } = answer as { readonly batchItemFailures?: Json };
  if (failures === undefined || failures === null) return { kind: "success" };
  if (!Array.isArray(failures)) return { kind: "failure" };
  if (failures.length === 0) return { kind: "success" };
  const numbers: readonly Json[] = sequenceNumbers(batch);
  const reported = failures.map(
    (failure: { readonly itemIdentifier?: Json } | null) => failure?.itemIdentifier ?? null,
  );
  const indexes = reported.map((id) => numbers.indexOf(id));
  return indexes.includes(-1) ? { kind: "failure" } : { kind: "partial", index: Math.min(...indexes) };
}

/** What decides on a batch that failed. */
export interface FailureSettings {
  readonly bisects: boolean;
  /** -1 is without end. */
  readonly maximumRetryAttempts: number;
}

/**
 * "Splitting batches doesn't consume the retry quota"; with bisection, a partial response splits the batch at the record
 * that it names, "and Lambda retries only the remaining records".
 *
 * @param batch what is left of it
 * @returns what is tried next, in order; nothing when the batch is given up
 */
export function afterFailure(
  batch: StreamBatch,
  outcome: BatchOutcome,
  { bisects, maximumRetryAttempts }: FailureSettings,
): readonly StreamBatch[] {
  if (bisects && outcome.kind === "failure" && batch.records.length > 1) return halves(batch);
  if (bisects && outcome.kind === "partial" && outcome.index > 0) return [batch];
  if (maximumRetryAttempts !== -1 && batch.retries >= maximumRetryAttempts) return [];
  return [{ ...batch, retries: batch.retries + 1 }];
}
