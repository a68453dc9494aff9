// The answer to a task token that parked work waits for, and what Step Functions says of a token that nobody waits for any more.
import type { StepFunctionsApi } from "./aws";
import { errorName } from "./awsErrors";
import type { Pace } from "./reprocess/pace";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html: expired, answered, or its execution has ended. */
const CLOSED = ["TaskTimedOut", "TaskDoesNotExist"];

/** Whether the task that the token stands for is closed: its execution goes on, waits with another token, or has ended. */
export function isClosedTask(error: unknown): boolean {
  return CLOSED.includes(errorName(error));
}

/**
 * What a task token is answered with: the state that waits assigns the generation, and its step begins again with the input.
 *
 * @param input JSON text that takes the place of the step's input
 */
export function answerText(generation: number, input?: string): string {
  return `{"generation":${generation}${input === undefined ? "" : `,"input":${input}`}}`;
}

/**
 * Answers a task token, which one caller can do once.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 *
 * @returns false where nobody waits for it any more; also where this very call closed it, and its reply was lost
 * @throws what SendTaskSuccess throws otherwise
 */
export async function answerToken(
  taskToken: string,
  output: string,
  { stepFunctions, pace }: { readonly stepFunctions: Pick<StepFunctionsApi, "sendTaskSuccess">; readonly pace: Pace },
): Promise<boolean> {
  try {
    await pace.persist(() => stepFunctions.sendTaskSuccess({ taskToken, output }));
    return true;
  } catch (error) {
    if (isClosedTask(error)) return false;
    throw error;
  }
}
