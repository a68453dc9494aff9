// Finds the executions of a state machine that ended badly within a window.
import type { ExecutionStatus } from "@aws-sdk/client-sfn";
import type { StepFunctionsApi } from "../aws";

/** An execution that did not succeed. */
export interface EndedExecution {
  readonly executionArn: string;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

const FAILURES: readonly ExecutionStatus[] = ["FAILED", "TIMED_OUT", "ABORTED"];
const PAGE = 1000;

/**
 * Lists what ended FAILED, TIMED_OUT or ABORTED since `endedSince`. Step Functions lists by start time, newest first, so paging ends
 * at `startedSince`: what started earlier and ended within the window would have taken longer than any execution does.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export async function* endedExecutions(
  api: StepFunctionsApi,
  stateMachineArn: string,
  bounds: { readonly endedSince: number; readonly startedSince: number },
): AsyncGenerator<EndedExecution> {
  for (const statusFilter of FAILURES) {
    let nextToken: string | undefined;
    do {
      const page = await api.listExecutions({ stateMachineArn, statusFilter, maxResults: PAGE, nextToken });
      nextToken = page.nextToken;
      for (const { executionArn, startDate, stopDate } of page.executions ?? []) {
        if (startDate !== undefined && startDate.getTime() < bounds.startedSince) nextToken = undefined;
        const endedAt = stopDate?.getTime() ?? 0;
        if (executionArn !== undefined && endedAt >= bounds.endedSince) yield { executionArn, endedAt };
      }
    } while (nextToken !== undefined);
  }
}
