// Whether a failure's redrive was started already, asked of Step Functions by the name that the redrive would have.
import { executionArn, parseExecutionArn } from "../records/arn";
import { redriveName } from "../records/executionName";
import type { FailureRecord } from "../records/record";
import type { StepFunctionsApi } from "./aws";
import { errorName } from "./awsErrors";

type Redrivable = Pick<
  FailureRecord,
  "stateMachineArn" | "formerStateMachineArns" | "execution" | "identity" | "generation"
>;

/** Errors that say: not there. An old machine may be deleted, or outside of what this function may read. */
const ABSENT = ["ExecutionDoesNotExist", "StateMachineDoesNotExist", "InvalidArn"];

/**
 * Whether the next generation was started, on the machine that the source stands for now or on the one that the failure happened on.
 * DescribeExecution is eventually consistent: true can be relied on, false may be a moment old.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 */
export async function nextGenerationStarted(api: StepFunctionsApi, record: Redrivable): Promise<boolean> {
  if ((await startedOn(api, record.stateMachineArn, record)) !== undefined) return true;
  return (await startedOnFormerMachine(api, record)) !== undefined;
}

/**
 * The same, asked only where the failure happened on another machine than a redrive would start on, or may have: execution names are kept
 * per state machine, so the new machine does not know what was started on the old one just before it was replaced.
 *
 * @returns the ARN of the execution
 */
export async function startedOnFormerMachine(api: StepFunctionsApi, record: Redrivable): Promise<string | undefined> {
  const { execution, formerStateMachineArns = [] } = record;
  const failedOn = execution === undefined ? undefined : parseExecutionArn(execution)?.stateMachineArn;
  for (const former of failedOn === undefined ? formerStateMachineArns : [failedOn]) {
    if (former === record.stateMachineArn) continue;
    try {
      const started = await startedOn(api, former, record);
      if (started !== undefined) return started;
    } catch (error) {
      if (errorName(error) !== "AccessDeniedException") throw error;
    }
  }
  return undefined;
}

async function startedOn(
  api: StepFunctionsApi,
  stateMachineArn: string,
  record: Redrivable,
): Promise<string | undefined> {
  const arn = executionArn(stateMachineArn, redriveName(record.identity, record.generation + 1));
  try {
    await api.describeExecution({ executionArn: arn });
    return arn;
  } catch (error) {
    if (ABSENT.includes(errorName(error))) return undefined;
    throw error;
  }
}
