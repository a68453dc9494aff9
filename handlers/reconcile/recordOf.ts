// The record that a failed execution should have had, from what Step Functions knows of it.
import { parseExecutionArn } from "../../records/arn";
import { identityOf } from "../../records/executionName";
import { endedAtGate } from "../../records/gate";
import {
  BY_VALUE_LIMIT_BYTES,
  type DeclaredSource,
  DISCARDED_ERROR,
  RECORD_VERSION,
  type RecordBody,
  SPOOLED_ERROR,
} from "../../records/record";
import { failsToResume } from "../../records/sources/redriveMode";
import { failureOf } from "../../records/sources/stepFunctionsEvent";
import { withInputText } from "../../records/sources/stepFunctionsRecord";
import type { StepFunctionsApi } from "../aws";
import { nextGenerationStarted } from "../nextGeneration";

/** A source and what the stack declared of it. */
export interface NamedSource extends DeclaredSource {
  readonly source: string;
}

/**
 * @returns the body of a spool message; undefined when the execution needs none: its state machine recorded it, its redrive was
 * started, it was given up, or it is no failure any more (an operator redrove it with RedriveExecution)
 */
export async function recordOf(
  api: StepFunctionsApi,
  declared: NamedSource,
  execution: string,
): Promise<string | undefined> {
  const { source, stateMachineArn } = declared;
  const described = await api.describeExecution({ executionArn: execution });
  const { status, error, cause, startDate, stopDate, input, redriveCount = 0 } = described;
  const failure = failureOf(status, error, cause);
  const { name } = parseExecutionArn(execution) ?? {};
  if (failure === undefined || name === undefined || startDate === undefined) return undefined;
  if (isSettled(error, cause, declared)) return undefined;
  const identity = identityOf(name, startDate.getTime());
  const { generation } = identity;
  const resumes = failsToResume(error, cause, declared);
  // A source that resumes now may have restarted what failed before.
  const mayBeginAnew = !resumes || redriveCount === 0;
  if (mayBeginAnew && (await nextGenerationStarted(api, { stateMachineArn, execution, identity, generation })))
    return undefined;
  const record: RecordBody = {
    respool: RECORD_VERSION,
    source,
    ...failure,
    execution,
    name,
    startTime: startDate.toISOString(),
    ...(resumes && { mode: "resume", generation: redriveCount }),
    ...(stopDate && { failedAt: stopDate.toISOString() }),
  };
  return withInput(record, input);
}

/** Whether the execution recorded its work itself, or the work was given up. */
function isSettled(error: string | undefined, cause: string | undefined, { resumes }: NamedSource): boolean {
  if (error === SPOOLED_ERROR || error === DISCARDED_ERROR) return true;
  // A machine of one's own that does not resume may have a gate that is none: recording it once more does no harm.
  return resumes === true && endedAtGate(error, cause);
}

function withInput(record: RecordBody, input: string | undefined): string {
  if (input === undefined || Buffer.byteLength(input) > BY_VALUE_LIMIT_BYTES)
    return JSON.stringify({ ...record, byReference: true });
  return withInputText(record, input);
}
