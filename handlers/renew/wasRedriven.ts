// Whether a spool message has nothing left to do: its redrive was started, and only the delete is missing.
import type { QueueBesideSpool, ReceivedMessage } from "../../records/attribute";
import type { FailureRecord } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import { errorName } from "../awsErrors";
import { nextGenerationStarted } from "../nextGeneration";
import { asRestarted } from "../reprocess/resume";
import { type RecordResolver, resolveRecord } from "../resolveRecord";
import { askResumption } from "../resumption";
import { isClosedTask } from "../taskTokens";
import type { Log } from "../telemetry";

/**
 * Where this cannot be told (no record, a permission, a throttled call) the answer is false: a record too many collapses when it is
 * redriven, a lost one does not come back. After 90 days Step Functions has forgotten the name; by then a record has been asked about, and
 * renewed, several times.
 */
export async function wasRedriven(
  clients: RecordResolver & { readonly stepFunctions: StepFunctionsApi; readonly log: Log },
  message: ReceivedMessage,
  queue?: QueueBesideSpool,
): Promise<boolean> {
  let id: string | undefined;
  try {
    const parsed = await resolveRecord(clients, message, queue);
    if (!parsed.readable) return parsed.discard === true;
    id = parsed.record.identity.id;
    return await isDone(clients.stepFunctions, parsed.record);
  } catch (error) {
    clients.log.warn("cannot tell whether a record was redriven, so it is renewed", {
      messageId: message.MessageId,
      ...(id !== undefined && { id }),
      error: errorName(error),
    });
    return false;
  }
}

async function isDone(api: StepFunctionsApi, record: FailureRecord): Promise<boolean> {
  switch (record.mode) {
    case "resume": {
      const { is } = await askResumption(api, record);
      if (is === "restarts") return nextGenerationStarted(api, asRestarted(record));
      return is === "resumed" || is === "superseded";
    }
    case "park":
      return isAnswered(api, record);
    case undefined:
      return nextGenerationStarted(api, record);
  }
}

/**
 * Whether a task token was answered, or has expired: then the execution has parked anew, with a record of its own. A heartbeat tells, and
 * changes nothing where the state has no HeartbeatSeconds.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskHeartbeat.html
 */
async function isAnswered(api: StepFunctionsApi, { taskToken }: FailureRecord): Promise<boolean> {
  try {
    await api.sendTaskHeartbeat({ taskToken });
    return false;
  } catch (error) {
    if (isClosedTask(error)) return true;
    throw error;
  }
}
