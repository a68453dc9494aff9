// Finds the executions of a state machine that ended badly within a window.
import type { ExecutionStatus } from "@aws-sdk/client-sfn";
import type { StepFunctionsApi } from "../aws";

/** An execution that did not succeed. */
export interface EndedExecution {
  readonly executionArn: string;
  /** Milliseconds since 1970. */
  readonly endedAt: number;
}

/** Milliseconds since 1970. */
interface Bounds {
  readonly endedSince: number;
  readonly startedSince: number;
}

type Page = Awaited<ReturnType<StepFunctionsApi["listExecutions"]>>;

const FAILURES: readonly ExecutionStatus[] = ["FAILED", "TIMED_OUT", "ABORTED"];
const PAGE = 1000;

/**
 * Lists what ended FAILED, TIMED_OUT or ABORTED since `endedSince`. Step Functions lists by start time, newest first, so paging ends
 * at `startedSince`: what started earlier and ended within the window would have taken longer than any execution does.
 *
 * A quiet machine costs one call; one whose executions do not fit into a page is asked for each status.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html
 */
export async function* endedExecutions(
  api: StepFunctionsApi,
  stateMachineArn: string,
  bounds: Bounds,
): AsyncGenerator<EndedExecution> {
  const newest = await api.listExecutions({ stateMachineArn, maxResults: PAGE });
  if (nextTokenOf(newest, bounds) === undefined) {
    yield* failuresIn(newest, bounds);
    return;
  }
  for (const statusFilter of FAILURES) {
    let nextToken: string | undefined;
    do {
      const page = await api.listExecutions({ stateMachineArn, statusFilter, maxResults: PAGE, nextToken });
      yield* failuresIn(page, bounds);
      nextToken = nextTokenOf(page, bounds);
    } while (nextToken !== undefined);
  }
}

function failuresIn({ executions = [] }: Page, { endedSince }: Bounds): EndedExecution[] {
  return executions.flatMap(({ executionArn, status, stopDate }) => {
    const endedAt = stopDate?.getTime() ?? 0;
    const failed = executionArn !== undefined && status !== undefined && FAILURES.includes(status);
    return failed && endedAt >= endedSince ? [{ executionArn, endedAt }] : [];
  });
}

/** Undefined where no later page can hold what is looked for. */
function nextTokenOf({ executions = [], nextToken }: Page, { startedSince }: Bounds): string | undefined {
  const isEarlier = executions.some(({ startDate }) => startDate !== undefined && startDate.getTime() < startedSince);
  return isEarlier ? undefined : nextToken;
}
