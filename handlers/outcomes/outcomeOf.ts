// What became of one redrive: judged by what its execution says of the work, not by its status alone.
import type { DescribeExecutionCommandOutput, HistoryEvent } from "@aws-sdk/client-sfn";
import { isObject, own, parsed } from "../../records/json";
import type { Pending } from "../autoRedrive/runState";
import type { StepFunctionsApi } from "../aws";
import { errorName } from "../awsErrors";
import { lastRecord, type WrittenRecord } from "./lastRecord";
import { answerOfParked } from "./parkedAnswer";

/**
 * - `succeeded`: the work is done, or, where it was parked in between, past the step that had failed; or it is a command that was rejected,
 *   since its dependency has answered, and waits in the spool for a person.
 * - `failedAgain`: it failed, and waits in the spool again.
 * - `held`: it was not attempted, since a circuit breaker was open or a semaphore full.
 * - `running`: not decided yet.
 */
export type Outcome = KnownOutcome | { readonly outcome: "running" };

/** An outcome that is decided. */
export type KnownOutcome =
  | { readonly outcome: "succeeded" | "held" }
  | { readonly outcome: "failedAgain"; readonly error: string };

type Described = Partial<DescribeExecutionCommandOutput>;
type Api = Pick<StepFunctionsApi, "describeExecution" | "getExecutionHistory">;

/** Makes a call, and again while AWS throttles it. */
export type Persist = <T>(call: () => Promise<T>) => Promise<T>;

const RUNNING: Outcome = { outcome: "running" };
const SUCCEEDED: Outcome = { outcome: "succeeded" };

/** @throws what AWS answers, throttling and executions that are not visible yet excepted */
export async function outcomeOf(api: Api, pending: Pending, persist: Persist): Promise<Outcome> {
  const described = await describe(api, pending.execution, persist);
  if (isOpen(described)) {
    return pending.mode === "park" && described !== undefined ? outcomeOfParked(api, pending, persist) : RUNNING;
  }
  // The redrive is not visible yet: this is how the execution had ended before it.
  if (pending.mode === "resume" && (described.redriveCount ?? 0) <= pending.generation) return RUNNING;
  const { status } = described;
  const parkedAgain = status === "SUCCEEDED" ? parkedOutput(described.output) : { held: false };
  if (parkedAgain === undefined) return SUCCEEDED;
  if (parkedAgain.held) return { outcome: "held" };
  // Nothing wrote a record of these two before they ended.
  if (status === "ABORTED") return { outcome: "failedAgain", error: "Respool.Aborted" };
  if (status === "TIMED_OUT") return { outcome: "failedAgain", error: described.error ?? "States.Timeout" };
  const { events = [] } = await lastEvents(api, pending.execution, persist);
  return failure(lastRecord(events), described.error);
}

/** The state that wrote the record lies a few events before the end; parked work may have waited for a semaphore since. */
const LAST_EVENTS = 50;
const LONGEST_LOOK = 20;

function lastEvents(api: Api, executionArn: string, persist: Persist, nextToken?: string) {
  return persist(() =>
    api.getExecutionHistory({
      executionArn,
      reverseOrder: true,
      maxResults: LAST_EVENTS,
      ...(nextToken !== undefined && { nextToken }),
    }),
  );
}

async function outcomeOfParked(api: Api, { execution, generation }: Pending, persist: Persist): Promise<Outcome> {
  const seen: HistoryEvent[] = [];
  let nextToken: string | undefined;
  for (let page = 0; page < LONGEST_LOOK; page++) {
    const look = await lastEvents(api, execution, persist, nextToken);
    seen.push(...(look.events ?? []));
    const answer = answerOfParked(seen, generation);
    if (answer?.at === "waitsAgain") return failure(answer.record);
    if (answer !== undefined) return answer.at === "past" ? SUCCEEDED : RUNNING;
    if (look.nextToken === undefined) return RUNNING;
    nextToken = look.nextToken;
  }
  return RUNNING;
}

/** DescribeExecution is eventually consistent: what was just started may not be there yet. */
async function describe(api: Api, executionArn: string, persist: Persist): Promise<Described | undefined> {
  try {
    return await persist(() => api.describeExecution({ executionArn }));
  } catch (error) {
    if (errorName(error) === "ExecutionDoesNotExist") return undefined;
    throw error;
  }
}

function isOpen(described: Described | undefined): described is (Described & { status?: "RUNNING" }) | undefined {
  const status = described?.status;
  return status === undefined || status === "RUNNING" || status === "PENDING_REDRIVE";
}

/** Undefined where the work is done. */
function parkedOutput(output: string | undefined): { readonly held: boolean } | undefined {
  const result = parsed(output);
  if (!isObject(result) || own(result, "spooled") !== true) return undefined;
  return { held: own(result, "held") === true };
}

/** A gate that cannot be passed yet has an error of its own, which says nothing of the work: the record does. */
function failure(record: WrittenRecord | undefined, error?: string): Outcome {
  if (record?.kind === "held") return { outcome: "held" };
  return { outcome: "failedAgain", error: record?.error ?? error ?? "Respool.Unnamed" };
}
