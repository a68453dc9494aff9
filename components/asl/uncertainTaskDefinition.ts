// The state machine of an uncertain task: the fragments, put together.
import { spooledState, spoolFailedState } from "./failStates";
import { spoolState } from "./spoolState";
import type { Retrier, StateMachineDefinition } from "./states";
import { type TaskCall, taskState } from "./taskState";

/** What becomes of the execution whose work was parked. */
export type Outcome = "succeed" | "fail";

export interface UncertainTaskDefinitionOptions {
  /** The logical source that its failure records name. */
  readonly source: string;
  readonly call: TaskCall;
  readonly timeoutSeconds: number;
  readonly retry: readonly Retrier[];
  readonly queueUrl: string;
  readonly outcome: Outcome;
}

/** Only the states that are needed, under the names that operators see in the console. */
export function uncertainTaskDefinition(options: UncertainTaskDefinitionOptions): StateMachineDefinition {
  const { source, call, timeoutSeconds, retry, queueUrl, outcome } = options;
  const fails = outcome === "fail";
  return {
    Comment: `Tries ${source}, and keeps in the spool what fails.`,
    QueryLanguage: "JSONata",
    StartAt: "UncertainTask",
    States: {
      UncertainTask: taskState({ call, timeoutSeconds, retry, failed: "ErrorSpool" }),
      ErrorSpool: spoolState({
        source,
        queueUrl,
        failed: "SpoolFailed",
        after: fails ? { Next: "Spooled" } : { End: true },
      }),
      ...(fails ? { Spooled: spooledState() } : {}),
      SpoolFailed: spoolFailedState(),
    },
  };
}
