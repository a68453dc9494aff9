// Whether an execution that failed can be resumed with RedriveExecution, asked of Step Functions; it never answers for another generation.
import type { ExecutionRedriveStatus, ExecutionStatus } from "@aws-sdk/client-sfn";
import { isObject, own, parsed } from "../records/json";
import { type FailureRecord, SPOOLED_ERROR } from "../records/record";
import type { StepFunctionsApi } from "./aws";
import { errorName } from "./awsErrors";

/** Where the execution of a record of resumable work stands. */
export type Resumption =
  /** It failed as the record says, and may be redriven. */
  | { readonly is: "resumable"; readonly status: ExecutionStatus; readonly failedAt?: Date; readonly isSure: boolean }
  /** The redrive that the record asks for was made, by whomever. */
  | { readonly is: "resumed"; readonly redrivenAt?: Date }
  /** It is past that redrive, or has succeeded: whatever failed since has a record of its own. */
  | { readonly is: "superseded" }
  /** It has not failed at this generation yet, as far as Step Functions tells. */
  | { readonly is: "notYet" }
  /** It ended when its work was recorded, before its source resumed: the work goes on as a new execution, as it did then. */
  | { readonly is: "restarts" }
  /** It can never be redriven again. */
  | { readonly is: "impossible"; readonly reason: string };

/** The part of a record that this goes by. */
export type ResumableRecord = Pick<FailureRecord, "execution" | "generation" | "identity">;

/** What DescribeExecution tells of it. */
interface Described {
  readonly status?: ExecutionStatus;
  readonly error?: string;
  readonly output?: string;
  readonly stopDate?: Date;
  readonly redriveCount?: number;
  readonly redriveDate?: Date;
  readonly redriveStatus?: ExecutionRedriveStatus;
  readonly redriveStatusReason?: string;
}

/**
 * Asks DescribeExecution. It is eventually consistent, so `resumable` and `notYet` may be a moment old: RedriveExecution has the last word.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html
 */
export async function askResumption(
  api: Pick<StepFunctionsApi, "describeExecution">,
  { execution, generation }: ResumableRecord,
): Promise<Resumption> {
  if (execution === undefined) return impossible("the record names none");
  try {
    return resumptionOf(await api.describeExecution({ executionArn: execution }), generation);
  } catch (error) {
    if (errorName(error) !== "ExecutionDoesNotExist") throw error;
    return impossible("it does not exist any more: Step Functions forgets an execution 90 days after its end");
  }
}

/** @param generation the RedriveCount with which it failed */
export function resumptionOf(described: Described, generation: number): Resumption {
  const { status, stopDate, redriveCount = 0, redriveDate, redriveStatus, redriveStatusReason } = described;
  if (redriveCount === generation + 1) return { is: "resumed", ...(redriveDate && { redrivenAt: redriveDate }) };
  if (redriveCount > generation) return { is: "superseded" };
  // The record is written before the execution fails at its gate; and the answer may be older than the record.
  if (redriveCount < generation || status === undefined || status === "RUNNING" || status === "PENDING_REDRIVE")
    return { is: "notYet" };
  if (redriveCount === 0 && endedAsParked(described)) return { is: "restarts" };
  if (status === "SUCCEEDED") return { is: "superseded" };
  if (redriveStatus === "NOT_REDRIVABLE" || redriveStatus === "REDRIVABLE_BY_MAP_RUN")
    return impossible(redriveStatusReason ?? redriveStatus);
  return { is: "resumable", status, ...(stopDate && { failedAt: stopDate }), isSure: redriveStatus === "REDRIVABLE" };
}

/** How executions end whose work is restarted. Those of a source that resumes end otherwise. */
function endedAsParked({ status, error, output }: Described): boolean {
  if (status === "FAILED") return error === SPOOLED_ERROR;
  const result = status === "SUCCEEDED" ? parsed(output) : undefined;
  return isObject(result) && own(result, "spooled") === true && typeof own(result, "generation") === "number";
}

/**
 * The client token of a redrive: whoever makes the same one again within 15 minutes gets the same answer. 1 to 64 printable characters;
 * an id has at most 48, a generation five.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
 */
export function redriveToken({ identity, generation }: ResumableRecord): string {
  return `${identity.id}-redrive-${generation + 1}`;
}

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_DescribeExecution.html (redriveStatusReason) */
function impossible(reason: string): Resumption {
  return { is: "impossible", reason: `its execution cannot be resumed: ${reason}` };
}
