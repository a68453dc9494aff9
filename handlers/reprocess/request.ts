// The input and the result of a reprocess run.
import { parseExecutionArn } from "../../records/arn";
import { isObject } from "../../records/json";
import type { RecordError, RedriveMode } from "../../records/record";
import { flag, got, positiveNumber, wholeNumber } from "../validate";

/** What an operator or a schedule asks for. Everything may be left out; `{}` redrives up to `max` records of any kind but aborted and rejected. */
export interface ReprocessRequest {
  /** How many records to act on at most: started, poisoned or refused. @default MAX_REPROCESS, 10 */
  readonly max?: number;
  /** Starts per second at most. @default the function's configured rate, 100 */
  readonly rate?: number;
  /** Only records that match each of these; a list matches when one of its entries does. */
  readonly filter?: ReprocessFilter;
  /** Counts and lists what a run would do, and does nothing. @default false */
  readonly dryRun?: boolean;
  /** Redrives the work of aborted executions, too: somebody stopped them, so somebody has to want them back. @default false */
  readonly includeAborted?: boolean;
  /** Redrives rejected commands, too: they would fail again as they did, unless somebody has mended what they failed at. @default false */
  readonly includeRejected?: boolean;
  /** Lists what the run starts, in `started`, so that somebody can ask how it ends. @default false */
  readonly report?: boolean;
  /**
   * ARN of the execution that asks, such as an AutoRedrive's: when it runs no longer, the run ends at its next batch (`stopped`).
   *
   * @default none: the run goes on to its own end
   */
  readonly run?: string;
  /**
   * Leaves alone what was parked after this moment, in milliseconds since 1970: so a series of runs does not redrive what failed again in one of
   * them.
   *
   * @default when the run begins
   */
  readonly parkedBefore?: number;
}

/** Which records a run takes. What it leaves is counted as `skipped`. */
export interface ReprocessFilter {
  /** Logical sources. */
  readonly source?: string | readonly string[];
  /** Names of errors, such as `States.Timeout`. */
  readonly error?: string | readonly string[];
  /** Ids of work: of the first execution, or its own, such as a message id. */
  readonly id?: string | readonly string[];
}

/**
 * Why a run ended: it acted on `max` records, its time was up, the execution that asked runs no longer, the queue had nothing more, or
 * receives led to nothing. Of several queues the worst.
 */
export type StopReason = "max" | "deadline" | "stopped" | "empty" | "noUse";

/** A redrive that a run started. */
export interface StartedRedrive {
  /** ARN of the execution that does the work now: a new one, or the one that goes on. */
  readonly execution: string;
  readonly source: string;
  /** What the work's redrives are named by. */
  readonly id: string;
  /** The generation that had failed; this redrive is the next one. */
  readonly generation: number;
  readonly mode: RedriveMode;
}

/** One record in the result of a dry run. */
export interface PlannedAction {
  /** `discard`: S3 told of something that is no failure. */
  readonly action: "start" | "poison" | "skip" | "discard";
  /** What its redrives are named by: the name of its first execution, or a hash. */
  readonly id?: string;
  /** The work's own id, where it is no execution's. */
  readonly work?: string;
  readonly source?: string;
  /** The generation that failed. */
  readonly generation?: number;
  readonly error?: RecordError;
  /** Why it would go to the poison queue, or be skipped. */
  readonly reason?: string;
}

/** A source whose circuit breaker did not let a run redrive all that it would have. */
export interface HeldBack {
  readonly source: string;
  /** What the circuit breaker said at last: that it is held, by whom, open until when, half-open, or cannot be read. */
  reason: string;
  /** How many records were left alone. */
  records: number;
}

/** What a run did. A message that it could not decide on (`failed`, or left when time was up) is in the spool as before. */
export interface ReprocessResult {
  /**
   * Executions that this run started, resumed, or released where they were parked. In a dry run: those that it would ask to redrive, nothing is
   * started.
   */
  success: number;
  /** Records whose redrive somebody had started before: confirmed and deleted. */
  alreadyStarted: number;
  /**
   * Records that were deleted since their work goes on without them: its execution was resumed before this run or has succeeded, or its task
   * token was answered or has expired, whereupon it parks again with a record of its own. Restarted work never is.
   */
  superseded: number;
  /** Records left alone: filtered out, aborted, rejected, newer than the run, or of an execution that has not failed yet. */
  skipped: number;
  /** Messages moved to the poison queue. */
  poisoned: number;
  /** Records that stay in the spool since AWS refused a call. The log says why. */
  failed: number;
  /** Messages in the spool and in the queues beside it afterwards, in flight included: approximate, as SQS counts. */
  remaining: number;
  stoppedBecause: StopReason;
  /**
   * Names of queues beside the spool that could not be received from or counted; the log says why. The run did what it could with the others,
   * and `remaining` leaves them out. Where it is the spool itself, the run fails when it has done so, so that the function's errors tell.
   */
  unreadable?: readonly string[];
  /** Sources of which records were left alone (and counted as `skipped`) because of their circuit breaker. */
  heldBack?: readonly HeldBack[];
  /** Only in a dry run: what it would do with the records that it saw and that the filter matches, at most 100 of them. */
  planned?: readonly PlannedAction[];
  /** Only where the request says `report`: what this run started, as many as `success` counts. */
  started?: readonly StartedRedrive[];
}

/** A request with nothing left open. */
export interface CheckedRequest {
  readonly max: number;
  readonly rate: number;
  readonly filter: ReprocessFilter;
  readonly dryRun: boolean;
  readonly includeAborted: boolean;
  readonly includeRejected: boolean;
  readonly report: boolean;
  readonly run?: string;
  readonly parkedBefore?: number;
}

const MEMBERS = [
  "max",
  "rate",
  "filter",
  "dryRun",
  "includeAborted",
  "includeRejected",
  "report",
  "run",
  "parkedBefore",
];
const FILTER_MEMBERS = ["source", "error", "id"];

/**
 * Checks a request. Nothing at all, and the event of an EventBridge schedule, ask for the defaults.
 *
 * @throws Error that names the argument, what it got and what is allowed: a mistyped limit must not mean "no limit"
 */
export function checkRequest(
  event: unknown,
  defaults: { readonly max: number; readonly rate: number; readonly sources: readonly string[] },
): CheckedRequest {
  const request = event === undefined || event === null || isScheduled(event) ? {} : event;
  if (!isObject(request)) throw new Error(`the input must be an object, got ${got(request)}`);
  refuseOthers("the input", request, MEMBERS);
  const { max = defaults.max, rate = defaults.rate, filter = {}, dryRun = false, includeAborted = false } = request;
  const { includeRejected = false, report = false, run, parkedBefore } = request;
  return {
    max: wholeNumber("max", max, 1, 100_000),
    rate: positiveNumber("rate", rate, 1000),
    filter: checkFilter(filter, defaults.sources),
    dryRun: flag("dryRun", dryRun),
    includeAborted: flag("includeAborted", includeAborted),
    includeRejected: flag("includeRejected", includeRejected),
    report: flag("report", report),
    ...(run !== undefined && { run: executionOf(run) }),
    ...(parkedBefore !== undefined && { parkedBefore: wholeNumber("parkedBefore", parkedBefore, 0, 8.64e15) }),
  };
}

function executionOf(run: unknown): string {
  if (typeof run !== "string" || parseExecutionArn(run) === undefined)
    throw new Error(`[run] must be the ARN of a Standard execution, got ${got(run)}`);
  return run;
}

/**
 * @param sources those that are declared; where they are not known, every name is allowed
 * @throws Error that names the member, what it got and what is allowed
 */
export function checkFilter(filter: unknown, sources?: readonly string[]): ReprocessFilter {
  if (!isObject(filter)) throw new Error(`[filter] must be an object, got ${got(filter)}`);
  refuseOthers("[filter]", filter, FILTER_MEMBERS);
  for (const [name, value] of Object.entries(filter))
    if (![value].flat().every((entry) => typeof entry === "string"))
      throw new Error(`[filter.${name}] must be a text or a list of texts, got ${got(value)}`);
  // A mistyped name would skip all that waits, and look as if there were nothing to do.
  const unknown = [filter.source ?? []].flat().find((source) => sources?.includes(String(source)) === false);
  if (unknown !== undefined)
    throw new Error(`[filter.source] must be among the declared sources (${sources?.join(", ")}), got ${got(unknown)}`);
  return filter;
}

/** @throws Error where an object has members beside those allowed */
export function refuseOthers(what: string, object: object, allowed: readonly string[]): void {
  const other = Object.keys(object).find((name) => !allowed.includes(name));
  if (other !== undefined) throw new Error(`${what} may have ${allowed.join(", ")}, got ${other}`);
}

/** Whether an input is the event of an EventBridge schedule. */
export function isScheduled(event: unknown): boolean {
  return isObject(event) && event.source === "aws.events" && event["detail-type"] === "Scheduled Event";
}
