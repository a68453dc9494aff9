// Redrives work that is parked: answers the task token that its execution waits for. Ends it, where it belongs to the poison queue.
import { DISCARDED_ERROR, type FailureRecord } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import { answerText, answerToken, isClosedTask } from "../taskTokens";
import { OutOfTime, type Pace } from "./pace";
import { parkAgain } from "./parkAgain";
import { redriveDetails, type Starter, type StartOutcome } from "./starter";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskFailure.html allows 32768. */
const CAUSE_LIMIT = 1_000;

/** What no later run could do better: the record itself is at fault. */
const REFUSED = ["InvalidToken", "InvalidOutput", "ValidationException"];

/**
 * Sends the task's success, with the next generation as its output. A token is answered once; whoever comes later is told that the task is
 * closed, and the record is superseded: its execution has gone on, or was parked anew, with a record of its own.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html
 */
export async function answerTask(record: FailureRecord, starter: Starter): Promise<StartOutcome> {
  const { pace, log, sentBack } = starter;
  const { taskToken, execution, generation } = record;
  if (taskToken === undefined || execution === undefined)
    return { outcome: "poison", reason: "[taskToken] and [execution] must be given for work that is parked" };
  try {
    await pace.next();
    if (await answerToken(taskToken, answerText(generation + 1), starter)) {
      log.info("parked work released", redriveDetails(record));
      return { outcome: "success", execution };
    }
    if (sentBack) return await sentBackOutcome(record, starter);
    log.info("parked work does not wait for its record any more", redriveDetails(record));
    return { outcome: "superseded" };
  } catch (error) {
    if (error instanceof OutOfTime) return { outcome: "outOfTime" };
    const [name, reason] = [errorName(error), errorMessage(error)];
    if (REFUSED.includes(name)) return { outcome: "poison", reason: `SendTaskSuccess refused the answer: ${reason}` };
    log.error("parked work could not be released", { ...redriveDetails(record), error: name, reason });
    return { outcome: "failed" };
  }
}

async function sentBackOutcome(record: FailureRecord, starter: Starter): Promise<StartOutcome> {
  const again = await parkAgain(record, starter);
  return again.is === "ended" ? { outcome: "poison", reason: again.reason } : { outcome: "superseded" };
}

/**
 * Ends the execution of parked work whose record lies in the poison queue by now, or it would park again when its token expires. Other
 * work is left alone. A task that is closed, or a token that never was one, has nothing to end.
 *
 * @throws what Step Functions throws otherwise
 */
export async function discardParked(
  { mode, taskToken }: FailureRecord,
  reason: string,
  { stepFunctions, pace }: { readonly stepFunctions: Pick<StepFunctionsApi, "sendTaskFailure">; readonly pace: Pace },
): Promise<void> {
  if (mode !== "park" || taskToken === undefined) return;
  try {
    const cause = reason.slice(0, CAUSE_LIMIT);
    await pace.persist(() => stepFunctions.sendTaskFailure({ taskToken, error: DISCARDED_ERROR, cause }));
  } catch (error) {
    if (!isClosedTask(error) && !REFUSED.includes(errorName(error))) throw error;
  }
}
