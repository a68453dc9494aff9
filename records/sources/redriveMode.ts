// How the work of a record goes on when it is redriven, and which redrive failed, where an execution's name does not tell.
import { endedAtGate } from "../gate";
import { type JsonObject, optionalTextMember, own, shown, textMember, Unreadable, wholeNumberMember } from "../json";
import { type DeclaredSource, type FailureRecord, type RedriveMode, SPOOL_FAILED_ERROR } from "../record";

/** The members of a record that only work has whose execution goes on. */
export type ContinuedWork = Pick<FailureRecord, "mode" | "attempts" | "step" | "taskToken"> & {
  readonly generation?: number;
};

const MODES: readonly RedriveMode[] = ["restart", "resume", "park"];

/** As many as `isGeneration` allows: the next of them can be named. */
export const MOST_GENERATIONS = 9_999;
const MOST_ATTEMPTS = 10_000;
/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
const LONGEST_TOKEN = 2_048;
/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-states.html: a state's name, and a step's */
const LONGEST_STEP = 80;

/**
 * Reads what a record's body says, whatever its source does by now: the execution knows no other definition than the one that it began
 * with. One that wrote a record without a mode has ended, most often as SUCCEEDED, and there is nothing in it to resume; one that waits
 * at a gate, or for its token, goes on where it is.
 *
 * @throws Unreadable when the body says what cannot be
 */
export function continuedWork(body: JsonObject): ContinuedWork {
  const mode = modeOf(body);
  if (mode === "restart") return {};
  const common = {
    generation: generationOf(body),
    ...(own(body, "attempts") !== undefined && { attempts: wholeNumberMember(body, "attempts", MOST_ATTEMPTS) }),
    ...stepOf(body),
  };
  return mode === "park" ? { mode, ...common, taskToken: tokenOf(body) } : { mode: "resume", ...common };
}

/**
 * What a status-change event says of an execution of this source.
 *
 * @throws Unreadable when it does not say how often the execution was redriven
 */
export function resumedExecution(detail: JsonObject, source: DeclaredSource | undefined): ContinuedWork {
  if (!failsToResume(own(detail, "error"), own(detail, "cause"), source)) return {};
  return { mode: "resume", generation: wholeNumberMember(detail, "redriveCount", MOST_GENERATIONS) };
}

/**
 * Whether an execution that failed with this, and told nothing of its mode, is to be resumed. The definition that it began with may be
 * older than what its source does by now: a Fail state fails again however often it is redriven, and an execution at a gate has a record
 * that resumes it, beside which a new one would do the work twice.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-individual-states-behavior
 */
export function failsToResume(error: unknown, cause: unknown, source: DeclaredSource | undefined): boolean {
  if (error === SPOOL_FAILED_ERROR) return false;
  return source?.resumes === true || endedAtGate(error, cause);
}

function modeOf(body: JsonObject): RedriveMode {
  const given = own(body, "mode") ?? "restart";
  const mode = MODES.find((candidate) => candidate === given);
  if (mode === undefined) throw new Unreadable(`[mode] must be one of ${MODES.join(", ")}, got ${shown(given)}`);
  return mode;
}

const generationOf = (body: JsonObject) => wholeNumberMember(body, "generation", MOST_GENERATIONS);

function stepOf(body: JsonObject): { readonly step?: string } {
  const step = optionalTextMember(body, "step");
  if (step === undefined || step === "") return {};
  if (step.length > LONGEST_STEP)
    throw new Unreadable(`[step] must be a text of at most ${LONGEST_STEP} characters, got ${shown(step)}`);
  return { step };
}

function tokenOf(body: JsonObject): string {
  const token = textMember(body, "taskToken");
  if (token.length > LONGEST_TOKEN)
    throw new Unreadable(`[taskToken] must be a text of at most ${LONGEST_TOKEN} characters, got ${shown(token)}`);
  return token;
}
