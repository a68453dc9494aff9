// Answers the task token of parked work with an edited input: one answer wins, and the execution's history tells whose it was.
import { isObject, own, parsed, rawMember } from "../../records/json";
import { errorName } from "../awsErrors";
import { answerToken } from "../taskTokens";
import { sameJson } from "./losslessJson";
import type { EditedOutcome, EditStarter } from "./start";

/** Parked work, and the answer to it. */
export interface ParkedAnswer {
  /** ARN of the execution that waits. */
  readonly execution: string;
  readonly taskToken: string;
  /** JSON text: `{ generation, input }`. */
  readonly text: string;
}

const EVENTS_AT_ONCE = 1_000;

/** @throws what SendTaskSuccess throws for any other reason than that the task is closed */
export async function answerEdited(answer: ParkedAnswer, starter: EditStarter): Promise<EditedOutcome> {
  const { execution, taskToken, text } = answer;
  if (await answerToken(taskToken, text, starter)) return { outcome: "started", execution };
  return whoseAnswer(execution, text, starter);
}

/** Looks for the answer of this generation in the execution's history. */
export async function whoseAnswer(execution: string, text: string, starter: EditStarter): Promise<EditedOutcome> {
  const answer = await answerOf(execution, generationIn(text), starter);
  if (answer === undefined)
    return { outcome: "superseded", execution, reason: "the execution does not wait for this answer any more" };
  const startedAt = answer.at;
  if (sameAnswer(answer.text, text)) return { outcome: "alreadyStarted", execution, startedAt };
  return { outcome: "conflict", execution, startedAt, reason: "this generation was answered with another input" };
}

async function answerOf(execution: string, generation: unknown, { stepFunctions, pace }: EditStarter) {
  let nextToken: string | undefined;
  do {
    const input = { executionArn: execution, reverseOrder: true, maxResults: EVENTS_AT_ONCE, nextToken };
    const page = await pace
      .persist(() => stepFunctions.getExecutionHistory(input))
      .catch((error: unknown) => {
        if (errorName(error) === "ExecutionDoesNotExist") return undefined;
        throw error;
      });
    for (const { taskSucceededEventDetails, timestamp } of page?.events ?? []) {
      const text = taskSucceededEventDetails?.output;
      if (text !== undefined && generationIn(text) === generation) return { text, at: timestamp };
    }
    nextToken = page?.nextToken;
  } while (nextToken !== undefined);
  return undefined;
}

function generationIn(text: string): unknown {
  const answer = parsed(text);
  return isObject(answer) ? own(answer, "generation") : undefined;
}

function sameAnswer(a: string, b: string): boolean {
  const [inputA, inputB] = [rawMember(a, "input"), rawMember(b, "input")];
  return inputA !== undefined && inputB !== undefined && sameJson(inputA, inputB);
}
