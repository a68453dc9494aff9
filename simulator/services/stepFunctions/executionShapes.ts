// An execution as DescribeExecution and ListExecutions answer it.
import type { JsonObject } from "../../json";
import type { Execution } from "./execution";
import { redriveStatus } from "./redrive";

/** Epoch seconds; members without a value are left out. */
function dates({ startedAt, stoppedAt, redrivenAt }: Execution): JsonObject {
  return {
    startDate: startedAt / 1000,
    ...(stoppedAt === undefined ? {} : { stopDate: stoppedAt / 1000 }),
    ...(redrivenAt === undefined ? {} : { redriveDate: redrivenAt / 1000 }),
  };
}

function identity(execution: Execution): JsonObject {
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machine.arn,
    name: execution.name,
    status: execution.status,
    ...dates(execution),
    redriveCount: execution.redriveCount,
  };
}

/** @param withData whether input and output are shown, @param now milliseconds since the epoch */
export function describedExecution(execution: Execution, withData: boolean, now: number): JsonObject {
  const { output, error, cause } = execution;
  const redrive = redriveStatus(execution, now);
  return {
    ...identity(execution),
    ...(withData ? { input: execution.input.text } : {}),
    inputDetails: { included: withData },
    ...(output !== undefined && withData ? { output: output.text } : {}),
    ...(output === undefined ? {} : { outputDetails: { included: withData } }),
    redriveStatus: redrive.redriveStatus,
    ...(redrive.redriveStatusReason === null ? {} : { redriveStatusReason: redrive.redriveStatusReason }),
    ...(error === undefined ? {} : { error }),
    ...(cause === undefined ? {} : { cause }),
  };
}

export function listedExecution(execution: Execution): JsonObject {
  return identity(execution);
}
