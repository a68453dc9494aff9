// Whether a spool message has nothing left to do: its redrive was started, and only the delete is missing.
import type { QueueBesideSpool, ReceivedMessage } from "../../records/attribute";
import type { StepFunctionsApi } from "../aws";
import { errorName } from "../awsErrors";
import { nextGenerationStarted } from "../nextGeneration";
import { type RecordResolver, resolveRecord } from "../resolveRecord";
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
    return await nextGenerationStarted(clients.stepFunctions, parsed.record);
  } catch (error) {
    clients.log.warn("cannot tell whether a record was redriven, so it is renewed", {
      messageId: message.MessageId,
      ...(id !== undefined && { id }),
      error: errorName(error),
    });
    return false;
  }
}
