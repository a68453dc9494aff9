// Parked work that somebody sent back from the poison queue: its execution was ended when it was moved there, and must park again.
import { DISCARDED_ERROR, type FailureRecord } from "../../records/record";
import { errorName } from "../awsErrors";
import { resumptionOf } from "../resumption";
import { redriveDetails, type Starter, type StartOutcome } from "./starter";

/**
 * Redrives the execution, which enters the state again in which it was parked, and writes a record with another token: the next run answers
 * it. RedriveExecution takes an execution for 14 days after its end; later the work stays in the poison queue.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 *
 * @throws what Step Functions throws
 */
export async function parkAgain(record: FailureRecord, starter: Starter): Promise<StartOutcome> {
  const { stepFunctions, pace, log } = starter;
  const { execution: executionArn, identity } = record;
  const described = await pace.persist(() => describe(executionArn, starter));
  if (described === undefined)
    return { outcome: "poison", reason: "its execution was ended, and does not exist any more" };
  const { status, error, redriveCount = 0 } = described;
  // Somebody was first, or it goes on by itself.
  if (status !== "FAILED" || error !== DISCARDED_ERROR) return { outcome: "superseded" };
  const standing = resumptionOf(described, redriveCount);
  if (standing.is === "impossible") return { outcome: "poison", reason: standing.reason };
  const clientToken = `${identity.id}-parked-${redriveCount + 1}`;
  await pace.persist(() => stepFunctions.redriveExecution({ executionArn, clientToken }));
  log.info("parked work was sent back, and parks again", redriveDetails(record));
  return { outcome: "superseded" };
}

async function describe(executionArn: string | undefined, { stepFunctions }: Starter) {
  try {
    return await stepFunctions.describeExecution({ executionArn });
  } catch (error) {
    if (errorName(error) === "ExecutionDoesNotExist") return undefined;
    throw error;
  }
}
