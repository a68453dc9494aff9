// Asks for the outcomes of redrives, gently: DescribeExecution's quota belongs to the whole account.
import type { Pending } from "../autoRedrive/runState";
import type { StepFunctionsApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import { OutOfTime, type Pace } from "../reprocess/pace";
import type { Log } from "../telemetry";
import { type KnownOutcome, outcomeOf } from "./outcomeOf";

/** A redrive and what became of it. */
export interface Decided {
  readonly redrive: Pending;
  readonly outcome: KnownOutcome;
}

/** What was found out. */
export interface Asked {
  readonly decided: readonly Decided[];
  /** Those that still run, or could not be asked about: the one that was asked about longest ago is first. */
  readonly undecided: readonly Pending[];
}

export interface Asker {
  readonly stepFunctions: Pick<StepFunctionsApi, "describeExecution" | "getExecutionHistory">;
  readonly log: Log;
  /** By which calls are made. */
  readonly pace: Pace;
}

/**
 * Asks about those that were asked about longest ago, as many as there is time for.
 *
 * @param atMost how many
 */
export async function ask(
  pending: readonly Pending[],
  atMost: number,
  { stepFunctions, log, pace }: Asker,
): Promise<Asked> {
  const decided: Decided[] = [];
  const open: Pending[] = [];
  const now = pending.slice(0, atMost);
  const askOne = async (redrive: Pending) => {
    try {
      await pace.next();
      const outcome = await outcomeOf(stepFunctions, redrive, (call) => pace.persist(call));
      if (outcome.outcome === "running") open.push(redrive);
      else decided.push({ redrive, outcome });
    } catch (error) {
      open.push(redrive);
      if (error instanceof OutOfTime) return;
      const details = { execution: redrive.execution, error: errorName(error), reason: errorMessage(error) };
      log.error("cannot tell what became of a redrive", details);
    }
  };
  await Promise.all(now.map(askOne));
  return { decided, undecided: [...pending.slice(now.length), ...open] };
}
