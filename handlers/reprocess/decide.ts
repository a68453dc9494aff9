// What to do with one received message: pure, so that every rule of a run can be tested on its own.
import { parkedAt, type ReceivedMessage } from "../../records/attribute";
import { parseRecord } from "../../records/parse";
import type { DeclaredSources, FailureRecord } from "../../records/record";
import type { CheckedRequest, ReprocessFilter } from "./request";

/** What a run does with a message. */
export type Decision =
  | { readonly action: "start"; readonly record: FailureRecord }
  | { readonly action: "poison"; readonly reason: string; readonly record?: FailureRecord }
  | { readonly action: "skip"; readonly reason: string; readonly record?: FailureRecord };

/** The rules that a run decides by. */
export interface Rules {
  readonly sources: DeclaredSources;
  readonly maxRedrives: number;
  readonly request: CheckedRequest;
  /** When the run began, in milliseconds since 1970. */
  readonly startedAt: number;
}

/**
 * Decides on a message. What failed after the run began waits for the next one, or a dependency that is still broken would be called
 * again and again by one run; a renewed copy counts from when its failure was first parked. A second of difference between SQS's clock
 * and ours only moves a record from one run to another.
 */
export function decide(message: ReceivedMessage, { sources, maxRedrives, request, startedAt }: Rules): Decision {
  if (parkedAt(message) > startedAt) return { action: "skip", reason: "parked after this run began" };
  const parsed = parseRecord(message.Body ?? "", sources);
  if (!parsed.readable) return { action: "poison", reason: parsed.reason };
  const { record } = parsed;
  if (!matches(record, request.filter)) return { action: "skip", reason: "filtered out", record };
  if (record.kind === "aborted" && !request.includeAborted)
    return { action: "skip", reason: "aborted: redriven only with includeAborted", record };
  if (record.kind !== "held" && record.generation >= maxRedrives)
    return {
      action: "poison",
      reason: `failed again after ${record.generation} redrives with ${record.error.name}, [maxRedrives] is ${maxRedrives}`,
      record,
    };
  return { action: "start", record };
}

function matches(record: FailureRecord, filter: ReprocessFilter): boolean {
  const holds = (wanted: string | readonly string[] | undefined, actual: string) =>
    wanted === undefined || [wanted].flat().includes(actual);
  return (
    holds(filter.source, record.source) &&
    holds(filter.error, record.error.name) &&
    holds(filter.id, record.identity.id)
  );
}
