// How the work of a record goes on when it is redriven, and which redrive failed, where an execution's name does not tell.
import { type JsonObject, optionalTextMember, own, shown, textMember, Unreadable, wholeNumberMember } from "../json";
import type { DeclaredSource, FailureRecord, RedriveMode } from "../record";

/** The members of a record that only work has whose execution goes on. */
export type ContinuedWork = Pick<FailureRecord, "mode" | "attempts" | "step" | "taskToken"> & {
  readonly generation?: number;
};

const MODES: readonly RedriveMode[] = ["restart", "resume", "park"];

/** As many as `isGeneration` allows: the next of them can be named. */
const MOST_GENERATIONS = 9_999;
const MOST_ATTEMPTS = 10_000;
/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html */
const LONGEST_TOKEN = 2_048;
/** https://docs.aws.amazon.com/step-functions/latest/dg/concepts-states.html: a state's name, and a step's */
const LONGEST_STEP = 80;

/**
 * Reads what a record's body says. Work of a source that resumes is never started anew, whatever its record says: its earlier steps must
 * not run again.
 *
 * @throws Unreadable when the body says what cannot be
 */
export function continuedWork(body: JsonObject, source: DeclaredSource | undefined): ContinuedWork {
  const mode = modeOf(body);
  const resumes = source?.resumes === true;
  if (mode === "restart" && !resumes) return {};
  const common = {
    // A record of the time before the source resumed: its execution was never redriven.
    generation: mode === "restart" && own(body, "generation") === undefined ? 0 : generationOf(body),
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
  if (source?.resumes !== true) return {};
  return { mode: "resume", generation: wholeNumberMember(detail, "redriveCount", MOST_GENERATIONS) };
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
