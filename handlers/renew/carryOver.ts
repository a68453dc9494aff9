// Resumable work must be redriven within 14 days of its failure. What a circuit breaker holds back is redriven before: it fails again at its
// gate without an attempt, and its time begins anew.
import type { ReceivedMessage } from "../../records/attribute";
import { parkedAt } from "../../records/attribute";
import { isObject, own, parsed } from "../../records/json";
import { parseRecord } from "../../records/parse";
import { breakerOf, type DeclaredSources, type FailureRecord } from "../../records/record";
import type { DynamoDbApi, StepFunctionsApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import { readBreaker } from "../breakerState";
import { askResumption, type Resumption, redriveToken } from "../resumption";
import type { Log } from "../telemetry";

/** What carrying over takes. */
export interface CarryOver {
  readonly stepFunctions: StepFunctionsApi;
  readonly dynamoDb: DynamoDbApi;
  readonly log: Log;
  readonly sources: DeclaredSources;
}

const DAY_MS = 86_400_000;
/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html */
const REDRIVABLE_MS = 14 * DAY_MS;
/** Before the alarm on `ResumableAge` goes off, on day ten: it is for what nobody carries over. One run of a daily renewer may fail. */
const CARRIED_OVER_AFTER_MS = 8 * DAY_MS;

/**
 * When the execution of resumable work failed, in milliseconds since 1970, as its record says; undefined for other work. What the reconciler
 * found was parked later.
 */
export function resumableSince(message: ReceivedMessage, declared: DeclaredSources): number | undefined {
  const read = parseRecord(message, declared);
  if (!read.readable || read.record.mode !== "resume") return undefined;
  const body = parsed(message.Body);
  const failedAt = isObject(body) ? Date.parse(String(own(body, "failedAt"))) : Number.NaN;
  return failedAt >= 0 ? Math.min(failedAt, parkedAt(message)) : parkedAt(message);
}

/** Whether resumable work that failed then has so little time left that it must be carried over. */
export function isDue(since: number | undefined): boolean {
  return since !== undefined && Date.now() >= since + CARRIED_OVER_AFTER_MS;
}

/**
 * Redrives resumable work whose breaker is not closed. Other work is left: to redrive it would be to attempt it, which nobody has asked for. It
 * is never restarted. The log names it, and the metric `ResumableAge` has grown for days by then.
 *
 * @returns whether the message can be deleted: the redrive is confirmed, and the machine itself writes what comes of it
 */
export async function carryOver(clients: CarryOver, message: ReceivedMessage): Promise<boolean> {
  const read = parseRecord(message, clients.sources);
  if (!read.readable) return false;
  const { record } = read;
  const work = { id: record.identity.id, source: record.source, execution: record.execution };
  try {
    const standing = await askResumption(clients.stepFunctions, record);
    if (standing.is === "resumed" || standing.is === "superseded") return true;
    // What is restarted has no end.
    if (standing.is === "notYet" || standing.is === "restarts") return false;
    const obstacle = await obstacleTo(record, standing, clients);
    if (obstacle === undefined) return await redriven(record, clients);
    const redrivableUntil = standing.is === "resumable" ? endOf(standing) : {};
    clients.log.error("resumable work cannot be carried over", { ...work, ...redrivableUntil, reason: obstacle });
  } catch (error) {
    const reason = errorMessage(error);
    clients.log.error("resumable work could not be carried over", { ...work, error: errorName(error), reason });
  }
  return false;
}

/** Why work may not be redriven to carry it over; undefined where it may. */
async function obstacleTo(
  { kind, source, step, attempts }: FailureRecord,
  standing: Extract<Resumption, { readonly is: "resumable" | "impossible" }>,
  { sources, dynamoDb }: CarryOver,
): Promise<string | undefined> {
  if (standing.is === "impossible") return standing.reason;
  // Only its own machine counts attempts, before the gate; an execution that ended elsewhere would go on there, without asking the breaker.
  if (kind === "aborted" || attempts === undefined || standing.status !== "FAILED")
    return "its execution did not end at a gate, so that a redrive would attempt it";
  const breaker = breakerOf(sources[source], step);
  if (breaker === undefined) return "its source has no circuit breaker that would hold it back";
  const { phase, hold } = await readBreaker(dynamoDb, breaker.tableName);
  return hold !== undefined || phase !== "closed"
    ? undefined
    : "its circuit breaker is closed, so that a redrive would attempt it";
}

/** A redrive that was refused, or whose reply was lost, may have been made all the same. */
async function redriven(record: FailureRecord, { stepFunctions, log }: CarryOver): Promise<boolean> {
  const executionArn = record.execution;
  try {
    await stepFunctions.redriveExecution({ executionArn, clientToken: redriveToken(record) });
  } catch (error) {
    const standing = await askResumption(stepFunctions, record);
    if (standing.is !== "resumed" && standing.is !== "superseded") throw error;
  }
  log.info("resumable work carried over", { id: record.identity.id, source: record.source, execution: executionArn });
  return true;
}

function endOf({ failedAt }: { readonly failedAt?: Date }) {
  return failedAt ? { redrivableUntil: new Date(failedAt.getTime() + REDRIVABLE_MS).toISOString() } : {};
}
