// Which executions ListExecutions shows.
import type { ListExecutionsCommandInput } from "@aws-sdk/client-sfn";
import { validation } from "./errors";
import type { Execution } from "./execution";

const statuses: readonly string[] = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"];
const redriveFilters: readonly string[] = ["REDRIVEN", "NOT_REDRIVEN"];

function checkOneOf(field: string, value: string | undefined, allowed: readonly string[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw validation(field, value, `be one of [${allowed.join(", ")}]`);
}

/** Throws AwsError. */
export function executionFilter(
  input: Pick<ListExecutionsCommandInput, "statusFilter" | "redriveFilter">,
): (execution: Execution) => boolean {
  const { statusFilter, redriveFilter } = input;
  checkOneOf("statusFilter", statusFilter, statuses);
  checkOneOf("redriveFilter", redriveFilter, redriveFilters);
  return ({ status, redriveCount }) =>
    (statusFilter === undefined || status === statusFilter) &&
    (redriveFilter === undefined || redriveCount > 0 === (redriveFilter === "REDRIVEN"));
}
