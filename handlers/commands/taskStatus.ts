// What became of a task that a command started: asked of Step Functions, its redrives included.
import type { DescribeExecutionCommandOutput, HistoryEvent } from "@aws-sdk/client-sfn";
import { executionArn, parseExecutionArn } from "../../records/arn";
import { canonicalId, type ExecutionIdentity, parseRedriveName, redriveName } from "../../records/executionName";
import { DISCARDED_ERROR } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import { errorName } from "../awsErrors";
import { recordSent } from "../outcomes/lastRecord";
import { outcomeOf } from "../outcomes/outcomeOf";
import type { KnownChild } from "./statusItem";

type Api = Pick<StepFunctionsApi, "describeExecution" | "getExecutionHistory">;
type Described = Partial<DescribeExecutionCommandOutput>;

/** A task's state. */
export interface TaskStatus {
  readonly state: "accepted" | "running" | "succeeded" | "failed" | "parked";
  /** What is worth keeping of it; undefined while it runs. */
  readonly known?: KnownChild;
}

/** More redrives of one piece of work than anybody makes. */
const MOST_REDRIVES = 1000;

/**
 * Follows a task from its first execution, or from the one that was seen last, to the last redrive.
 *
 * @param first ARN of the first execution
 * @throws what AWS answers, throttling included: a wrong status would be believed
 */
export async function taskStatus(api: Api, first: string, known?: KnownChild): Promise<TaskStatus> {
  let execution = known?.execution ?? first;
  let born = known?.born;
  let at: TaskStatus = known === undefined ? { state: "accepted" } : { state: known.state, known };
  for (let redrives = 0; redrives <= MOST_REDRIVES; redrives++) {
    const described = await describe(api, execution);
    born ??= described?.startDate && Math.floor(described.startDate.getTime() / 1000);
    if (described !== undefined) {
      const state = await stateOf(api, execution, described);
      at = state === "running" ? { state } : { state, known: knownOf(state, execution, born, described) };
    }
    if (at.state !== "parked" && at.state !== "failed") return at;
    const next = nextExecution(execution, born);
    if (next === undefined || (await describe(api, next)) === undefined) return at;
    execution = next;
  }
  return at;
}

function knownOf(state: KnownChild["state"], execution: string, born: number | undefined, { stopDate }: Described) {
  return {
    state,
    execution,
    ...(born !== undefined && { born }),
    ...(stopDate && { at: stopDate.toISOString() }),
  };
}

async function stateOf(api: Api, execution: string, described: Described) {
  // How it ended was just told; what a failed one wrote is in its history.
  const told: Api = {
    describeExecution: async () => described,
    getExecutionHistory: (input) => api.getExecutionHistory(input),
  };
  const pending = { execution, id: "", generation: 0, mode: "restart" } as const;
  const { outcome } = await outcomeOf(told, pending, (call) => call());
  if (outcome === "succeeded") return outcome;
  if (outcome === "running") return (await waitsForToken(api, execution)) ? "parked" : "running";
  return isGivenUp(described) ? "failed" : "parked";
}

/** An aborted execution is recorded, too, but redriven only when a person says so; of a discarded one nothing is left to redrive. */
function isGivenUp({ status, error }: Described): boolean {
  return status === "ABORTED" || error === DISCARDED_ERROR;
}

/** Whether parked work waits for its task token: its execution runs all the while. */
async function waitsForToken(api: Api, execution: string): Promise<boolean> {
  const { events = [] } = await api.getExecutionHistory({
    executionArn: execution,
    reverseOrder: true,
    maxResults: LAST_EVENTS,
  });
  const parked = events.findIndex(
    (event) =>
      event.taskScheduledEventDetails?.resource === "sendMessage.waitForTaskToken" && recordSent(event) !== undefined,
  );
  return parked >= 0 && !isAnswered(events.slice(0, parked + 1).reverse());
}

/** Waiting adds no events, and what runs beside it few. */
const LAST_EVENTS = 50;
const ANSWERS = ["TaskSucceeded", "TaskFailed", "TaskTimedOut", "TaskSubmitFailed", "TaskStartFailed"];

/** @param oldestFirst from the event that parked the work; only what that led to is looked at (`previousEventId`) */
function isAnswered(oldestFirst: readonly HistoryEvent[]): boolean {
  const led = new Set([oldestFirst[0]?.id]);
  for (const { id, previousEventId, type = "" } of oldestFirst) {
    if (!led.has(previousEventId)) continue;
    if (ANSWERS.includes(type)) return true;
    led.add(id);
  }
  return false;
}

function nextExecution(execution: string, born: number | undefined): string | undefined {
  const { stateMachineArn, name } = parseExecutionArn(execution) ?? {};
  if (stateMachineArn === undefined || name === undefined) return undefined;
  const identity = identityFrom(name, born);
  if (identity === undefined || identity.generation >= 10_000) return undefined;
  return executionArn(stateMachineArn, redriveName(identity, identity.generation + 1));
}

function identityFrom(name: string, born: number | undefined): ExecutionIdentity | undefined {
  const redriven = parseRedriveName(name);
  if (redriven !== undefined || born === undefined) return redriven;
  return { id: canonicalId(name), born, generation: 0 };
}

/** DescribeExecution is eventually consistent, and knows an execution for 90 days after it ended. */
async function describe(api: Api, execution: string): Promise<Described | undefined> {
  try {
    return await api.describeExecution({ executionArn: execution });
  } catch (error) {
    if (["ExecutionDoesNotExist", "StateMachineDoesNotExist"].includes(errorName(error))) return undefined;
    throw error;
  }
}
