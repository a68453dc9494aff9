// What to do with one received message: pure, so that every rule of a run can be tested on its own.
import { parkedAt, type ReceivedMessage } from "../../records/attribute";
import type { ParsedRecord } from "../../records/parse";
import type { FailureRecord } from "../../records/record";
import type { CheckedRequest, ReprocessFilter } from "./request";

/** What a run does with a message. */
export type Decision =
  | { readonly action: "start"; readonly record: FailureRecord }
  | { readonly action: "poison"; readonly reason: string; readonly record?: FailureRecord; readonly tooOften?: true }
  | { readonly action: "skip"; readonly reason: string; readonly record?: FailureRecord }
  | { readonly action: "discard"; readonly reason: string; readonly record?: undefined };

/** Why a run leaves what its filter does not match: nothing that anybody asked for. */
export const FILTERED_OUT = "filtered out";

/** The rules that a run decides by. */
export interface Rules {
  readonly maxRedrives: number;
  readonly request: CheckedRequest;
  /** How many of the record's former generations were held back without an attempt, as far as they were asked. @default 0 */
  readonly held?: number;
}

/**
 * Whether a run leaves a message to the next one, whatever it says: what failed after the run began waits, or a dependency that is still
 * broken would be called again and again by one run. A renewed copy counts from when its failure was first parked. A second of
 * difference between SQS's clock and ours only moves a record from one run to another.
 *
 * @param startedAt when the run began, in milliseconds since 1970
 */
export function isNewer(message: ReceivedMessage, startedAt: number): boolean {
  return parkedAt(message) > startedAt;
}

/** Decides on a message that is not newer than the run. */
export function decide(parsed: ParsedRecord, { maxRedrives, request, held = 0 }: Rules): Decision {
  if (!parsed.readable) return { action: parsed.discard ? "discard" : "poison", reason: parsed.reason };
  const { record } = parsed;
  if (!matches(record, request.filter)) return { action: "skip", reason: FILTERED_OUT, record };
  if (record.kind === "aborted" && !request.includeAborted)
    return { action: "skip", reason: "aborted: redriven only with includeAborted", record };
  if (record.kind === "rejected" && !request.includeRejected)
    return { action: "skip", reason: "rejected: redriven only with includeRejected", record };
  const redrives = attemptedRedrives(record, held);
  if (record.kind !== "held" && redrives >= maxRedrives)
    return {
      action: "poison",
      reason: `failed again after ${redrives} redrives with ${record.error.name}, [maxRedrives] is ${maxRedrives}`,
      record,
      tooOften: true,
    };
  return { action: "start", record };
}

/**
 * How many redrives led to an attempt. The machine itself counts those of an execution that goes on; a restarted one does not know of those
 * before it. A rejection is a generation that nobody redrove: its own, and those before it, which have no execution either.
 */
function attemptedRedrives({ kind, mode, attempts, generation }: FailureRecord, held: number): number {
  if (mode !== undefined && attempts !== undefined) return attempts - 1;
  return generation - held - (kind === "rejected" ? 1 : 0);
}

function matches(record: FailureRecord, filter: ReprocessFilter): boolean {
  const holds = (wanted: string | readonly string[] | undefined, ...actual: readonly (string | undefined)[]) =>
    wanted === undefined || [wanted].flat().some((entry) => actual.includes(entry));
  return (
    holds(filter.source, record.source) &&
    holds(filter.error, record.error.name) &&
    holds(filter.id, record.identity.id, record.work)
  );
}
