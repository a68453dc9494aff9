// The record that a failed execution should have had, from what Step Functions knows of it.
import { parseExecutionArn } from "../../records/arn";
import { identityOf } from "../../records/executionName";
import { BY_VALUE_LIMIT_BYTES, RECORD_VERSION, type RecordBody, SPOOLED_ERROR } from "../../records/record";
import { failureOf } from "../../records/sources/stepFunctionsEvent";
import { withInputText } from "../../records/sources/stepFunctionsRecord";
import type { StepFunctionsApi } from "../aws";
import { nextGenerationStarted } from "../nextGeneration";

/**
 * @returns the body of a spool message; undefined when the execution needs none: its state machine parked it, its redrive was
 * started, or it is no failure any more (an operator redrove it with RedriveExecution)
 */
export async function recordOf(
  api: StepFunctionsApi,
  source: string,
  stateMachineArn: string,
  execution: string,
): Promise<string | undefined> {
  const described = await api.describeExecution({ executionArn: execution });
  const failure = failureOf(described.status, described.error, described.cause);
  const { name } = parseExecutionArn(execution) ?? {};
  const { startDate, stopDate, input } = described;
  if (failure === undefined || name === undefined || startDate === undefined) return undefined;
  if (described.error === SPOOLED_ERROR) return undefined;
  const identity = identityOf(name, startDate.getTime());
  if (await nextGenerationStarted(api, { stateMachineArn, execution, identity, generation: identity.generation }))
    return undefined;
  const record: RecordBody = {
    respool: RECORD_VERSION,
    source,
    ...failure,
    execution,
    name,
    startTime: startDate.toISOString(),
    ...(stopDate && { failedAt: stopDate.toISOString() }),
  };
  return withInput(record, input);
}

function withInput(record: RecordBody, input: string | undefined): string {
  if (input === undefined || Buffer.byteLength(input) > BY_VALUE_LIMIT_BYTES)
    return JSON.stringify({ ...record, byReference: true });
  return withInputText(record, input);
}
