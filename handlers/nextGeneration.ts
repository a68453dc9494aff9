// Whether a failure's redrive was started already, asked of Step Functions by the name that the redrive would have.
import { executionArn, parseExecutionArn } from "../records/arn";
import { redriveName } from "../records/executionName";
import type { FailureRecord } from "../records/record";
import type { StepFunctionsApi } from "./aws";
import { errorName } from "./awsErrors";

type Redrivable = Pick<FailureRecord, "stateMachineArn" | "execution" | "identity" | "generation">;

/** Errors that say: not there. An old machine may be deleted, or outside of what this function may read. */
const ABSENT = ["ExecutionDoesNotExist", "StateMachineDoesNotExist", "InvalidArn"];

/**
 * Whether the next generation was started, on the machine that the source stands for now or on the one that the failure happened on.
 * DescribeExecution is eventually consistent: true can be relied on, false may be a moment old.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 */
export async function nextGenerationStarted(api: StepFunctionsApi, record: Redrivable): Promise<boolean> {
  if (await isStarted(api, record.stateMachineArn, record)) return true;
  return startedOnFormerMachine(api, record);
}

/**
 * The same, asked only where the failure happened on another machine than a redrive would start on: execution names are kept per state
 * machine, so the new machine does not know what was started on the old one just before it was replaced.
 */
export async function startedOnFormerMachine(api: StepFunctionsApi, record: Redrivable): Promise<boolean> {
  const former = parseExecutionArn(record.execution)?.stateMachineArn;
  if (former === undefined || former === record.stateMachineArn) return false;
  try {
    return await isStarted(api, former, record);
  } catch (error) {
    if (errorName(error) === "AccessDeniedException") return false;
    throw error;
  }
}

async function isStarted(api: StepFunctionsApi, stateMachineArn: string, record: Redrivable): Promise<boolean> {
  const name = redriveName(record.identity, record.generation + 1);
  try {
    await api.describeExecution({ executionArn: executionArn(stateMachineArn, name) });
    return true;
  } catch (error) {
    if (ABSENT.includes(errorName(error))) return false;
    throw error;
  }
}
