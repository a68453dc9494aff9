// The state machine of an uncertain task: the one-step case of a workflow.
import type { RedriveMode } from "../../records/record";
import type { StateMachineDefinition } from "./states";
import { type Outcome, type UncertainStepOptions, uncertainStep } from "./uncertainStep";
import { workflowDefinition } from "./workflowDefinition";

export interface UncertainTaskDefinitionOptions
  extends Pick<UncertainStepOptions, "call" | "timeoutSeconds" | "retry" | "queueUrl" | "semaphore" | "breaker"> {
  /** The logical source that its failure records name. */
  readonly source: string;
  readonly outcome: Outcome;
  /** @default "restart" */
  readonly onFailure?: RedriveMode;
}

/** Only the states that are needed, under the names that operators see in the console. */
export function uncertainTaskDefinition(options: UncertainTaskDefinitionOptions): StateMachineDefinition {
  const { onFailure = "restart" } = options;
  return workflowDefinition(`Tries ${options.source}, and keeps in the spool what fails.`, [
    (after) => uncertainStep({ ...options, names: (state) => state, task: "UncertainTask", onFailure, after }),
  ]);
}
