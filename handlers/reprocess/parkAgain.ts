// Parked work that somebody sent back from the poison queue: its execution was ended when it was moved there, and must park again.
import { DISCARDED_ERROR, type FailureRecord } from "../../records/record";
import { errorName } from "../awsErrors";
import { resumptionOf } from "../resumption";
import { redriveDetails, type Starter } from "./starter";

/** What that takes. */
type ParkingTools = Pick<Starter, "stepFunctions" | "pace" | "log">;

/** What became of it: it parks again, it goes on by itself or somebody was first, or it has ended for good. */
export type ParkedAgain = { readonly is: "parking" | "goingOn" } | { readonly is: "ended"; readonly reason: string };

/**
 * Redrives the execution, which enters the state again in which it was parked, and writes a record with another token: that one is to be
 * answered. RedriveExecution takes an execution for 14 days after its end; later the work stays in the poison queue.
 *
 * https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
 *
 * @throws what Step Functions throws
 */
export async function parkAgain(record: FailureRecord, tools: ParkingTools): Promise<ParkedAgain> {
  const { stepFunctions, pace, log } = tools;
  const { execution: executionArn, identity } = record;
  const described = await pace.persist(() => describe(executionArn, tools));
  if (described === undefined) return { is: "ended", reason: "its execution was ended, and does not exist any more" };
  const { status, error, redriveCount = 0 } = described;
  if (status !== "FAILED" || error !== DISCARDED_ERROR) return { is: "goingOn" };
  const standing = resumptionOf(described, redriveCount);
  if (standing.is === "impossible") return { is: "ended", reason: standing.reason };
  const clientToken = `${identity.id}-parked-${redriveCount + 1}`;
  await pace.persist(() => stepFunctions.redriveExecution({ executionArn, clientToken }));
  log.info("parked work was sent back, and parks again", redriveDetails(record));
  return { is: "parking" };
}

async function describe(executionArn: string | undefined, { stepFunctions }: ParkingTools) {
  try {
    return await stepFunctions.describeExecution({ executionArn });
  } catch (error) {
    if (errorName(error) === "ExecutionDoesNotExist") return undefined;
    throw error;
  }
}
