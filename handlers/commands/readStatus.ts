// The answer to a question for a command's status: its own, and that of all that it sent.
import type { StepFunctionsApi } from "../aws";
import type { CommandStatus } from "./status";
import type { StatusStore } from "./statusStore";

/** What a question for a status takes. */
export interface StatusTools {
  readonly statuses: StatusStore;
  readonly stepFunctions: Pick<StepFunctionsApi, "describeExecution" | "getExecutionHistory">;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** A status, and who may see it. */
export interface ReadStatus {
  readonly status: CommandStatus;
  readonly owner?: string;
}

/** @returns undefined where there is no such command, or it has expired */
export async function readStatus(_id: string, _tools: StatusTools): Promise<ReadStatus | undefined> {
  throw new Error("not written yet");
}
