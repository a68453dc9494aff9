// Starts an edited input under the next generation's name, at most once, and tells whose input it was that ran.
import { executionArn } from "../../records/arn";
import { redriveName } from "../../records/executionName";
import type { FailureRecord } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import { errorName } from "../awsErrors";
import { startedOnFormerMachine } from "../nextGeneration";
import type { Pace } from "../reprocess/pace";
import { sameJson } from "./losslessJson";

/** What became of a start. */
export interface EditedOutcome {
  readonly outcome: "started" | "alreadyStarted" | "conflict" | "superseded";
  /** ARN of the execution that runs, or ran. */
  readonly execution: string;
  /** When that was started, where it was before. */
  readonly startedAt?: Date;
  readonly reason?: string;
}

/** What starting takes. */
export interface EditStarter {
  readonly stepFunctions: StepFunctionsApi;
  readonly pace: Pace;
}

/** See reprocess/start.ts. */
const CLOCK_TOLERANCE_MS = 250;
/** DescribeExecution is eventually consistent: what exists already may not be there for a moment. */
const DESCRIBES = 6;

/** ARN of the execution that the next generation is, or would be. */
export function nextExecution({ stateMachineArn, identity, generation }: FailureRecord): string {
  return executionArn(stateMachineArn, redriveName(identity, generation + 1));
}

/**
 * The execution of the next generation's name, where there is one, on this machine or on the one that it took the place of.
 * That there is none may be a moment old.
 */
export async function nextStarted(record: FailureRecord, starter: EditStarter): Promise<string | undefined> {
  const { stepFunctions, pace } = starter;
  const former = await pace.persist(() => startedOnFormerMachine(stepFunctions, record));
  if (former !== undefined) return former;
  const execution = nextExecution(record);
  return (await describe(execution, 1, starter)) === undefined ? undefined : execution;
}

/**
 * Starts the next generation with this input. ExecutionAlreadyExists tells nothing of the other's input, so that is asked for; a 200 for
 * an execution that runs means the same input.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 *
 * @throws what StartExecution throws, and Error when AWS does not show the other's input
 */
export async function startEdited(record: FailureRecord, input: string, starter: EditStarter): Promise<EditedOutcome> {
  const { stepFunctions, pace } = starter;
  const { stateMachineArn, identity, generation } = record;
  const execution = nextExecution(record);
  const calledAt = Date.now();
  try {
    const name = redriveName(identity, generation + 1);
    const { startDate } = await pace.persist(() => stepFunctions.startExecution({ stateMachineArn, name, input }));
    if (startDate === undefined || startDate.getTime() >= calledAt - CLOCK_TOLERANCE_MS)
      return { outcome: "started", execution };
    return { outcome: "alreadyStarted", execution, startedAt: startDate };
  } catch (error) {
    if (errorName(error) !== "ExecutionAlreadyExists") throw error;
    return whoseInput(execution, input, starter);
  }
}

/** Compares what an execution was started with: undefined input would be taken for another one, so it is an error. */
export async function whoseInput(execution: string, input: string, starter: EditStarter): Promise<EditedOutcome> {
  const described = await describe(execution, DESCRIBES, starter);
  if (described?.input === undefined)
    throw new Error(`the execution ${execution} does not show its input, so nobody can tell whose it is`);
  const { startDate: startedAt } = described;
  if (sameJson(described.input, input)) return { outcome: "alreadyStarted", execution, startedAt };
  return { outcome: "conflict", execution, startedAt, reason: "this generation was started with another input" };
}

/** @returns undefined when there is no such execution */
export async function describe(executionArn: string, times: number, { stepFunctions, pace }: EditStarter) {
  for (let time = 1; ; time++) {
    try {
      return await pace.persist(() => stepFunctions.describeExecution({ executionArn }));
    } catch (error) {
      if (!["ExecutionDoesNotExist", "StateMachineDoesNotExist"].includes(errorName(error))) throw error;
      if (time >= times) return undefined;
      await pace.pause(250 * 2 ** time);
    }
  }
}
