// Whether a spool message has nothing left to do: its redrive was started, and only the delete is missing.
import { parseRecord } from "../../records/parse";
import type { DeclaredSources } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import { errorName } from "../awsErrors";
import { nextGenerationStarted } from "../nextGeneration";
import type { Log } from "../telemetry";

/**
 * Where this cannot be told (no record, a permission, a throttled call) the answer is false: a record too many collapses when it is
 * redriven, a lost one does not come back. After 90 days Step Functions has forgotten the name; by then a record has been asked about, and
 * renewed, several times.
 */
export async function wasRedriven(
  clients: { readonly stepFunctions: StepFunctionsApi; readonly log: Log },
  message: { readonly Body?: string },
  declared: DeclaredSources,
): Promise<boolean> {
  const parsed = parseRecord(message.Body ?? "", declared);
  if (!parsed.readable) return false;
  const { id } = parsed.record.identity;
  try {
    return await nextGenerationStarted(clients.stepFunctions, parsed.record);
  } catch (error) {
    clients.log.warn("cannot tell whether a record was redriven, so it is renewed", { id, error: errorName(error) });
    return false;
  }
}
