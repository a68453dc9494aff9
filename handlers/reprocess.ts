// The reprocess function: redrives what lies in the spool, and in the queues beside it, each failure once.
import { isFifo } from "../records/attribute";
import type { ReprocessConfig } from "./config";
import { createPace, OutOfTime } from "./reprocess/pace";
import type { QueuePass } from "./reprocess/queuePass";
import { type CheckedRequest, checkRequest, type ReprocessResult, type StopReason } from "./reprocess/request";
import { type ReprocessClients, Run } from "./reprocess/run";
import { deadlineOf, type RemainingTime } from "./time";
import { deadLetterQueues, declaredSources, positiveNumber, queueUrl, wholeNumber } from "./validate";

/** How many executions a run starts at most when nobody says. */
const DEFAULT_MAX = 10;
/** Starts per second when nobody says: below what Step Functions refills in every region (150 a second). */
const DEFAULT_RATE = 100;

/** The handler: takes a {@link ReprocessRequest}. */
export type ReprocessHandler = (event: unknown, context: RemainingTime) => Promise<ReprocessResult>;

/**
 * Makes the reprocess function's handler. It only ever repeats calls that are idempotent (StartExecution under a name that the failure
 * determines, PutObject under a key that it determines, DeleteMessage) or that leave a copy too many (a send to the poison queue), and deletes a message after its work is
 * confirmed; so it may crash anywhere, run twice at once, and be given the same message twice.
 *
 * @throws Error when the configuration is not valid
 */
export function createReprocess(config: ReprocessConfig, clients: ReprocessClients): ReprocessHandler {
  queueUrl("spoolUrl", config.spoolUrl);
  queueUrl("poisonUrl", config.poisonUrl);
  wholeNumber("maxRedrives", config.maxRedrives, 0, 1000);
  wholeNumber("maxReceivesWithoutUse", config.maxReceivesWithoutUse ?? 100, 1, 100_000);
  declaredSources(config.sources);
  deadLetterQueues(config.deadLetterQueues ?? [], config.sources);
  const defaults = {
    max: wholeNumber("max", config.max ?? DEFAULT_MAX, 1, 100_000),
    rate: positiveNumber("rate", config.rate ?? DEFAULT_RATE, 1000),
  };
  return async (event, context) => {
    const request = checkRequest(event, { ...defaults, sources: Object.keys(config.sources) });
    const functionEnd = Date.now() + context.getRemainingTimeInMillis();
    const run = new Run(config, clients, request, createPace(request.rate, deadlineOf(context)), functionEnd);
    try {
      const stoppedBecause = await untilStopped(run);
      const remaining = await run.remaining();
      const unreadable = run.unreadable();
      return {
        ...run.counts,
        remaining,
        stoppedBecause,
        ...(unreadable.length > 0 && { unreadable }),
        ...(run.breakers.heldBack.length > 0 && { heldBack: run.breakers.heldBack }),
        ...(request.dryRun && { planned: run.planned }),
        ...(request.report && { started: run.started }),
      };
    } finally {
      report(run, request, config, clients);
    }
  };
}

function report({ counts }: Run, { dryRun }: CheckedRequest, { spoolUrl }: ReprocessConfig, clients: ReprocessClients) {
  clients.log.info("reprocess run ended", { dryRun, counts });
  if (dryRun) return;
  const { success: Redriven, alreadyStarted: AlreadyStarted, poisoned: Poisoned, failed: RedriveFailed } = counts;
  clients.metrics(spoolUrl, "Count", { Redriven, AlreadyStarted, Poisoned, RedriveFailed });
}

async function untilStopped(run: Run): Promise<StopReason> {
  let last: StopReason = "empty";
  try {
    for (const pass of run.passes) {
      // The earlier messages of a group may have failed into the spool: where that is not known, none may go first.
      if (isFifo(pass.queueUrl) && run.isRefused(run.config.spoolUrl)) continue;
      const end = await untilPassed(run, pass);
      if (end === "max" || end === "deadline" || end === "stopped") return end;
      if (end === "noUse") last = end;
    }
    return last;
  } finally {
    await Promise.all(run.passes.map((pass) => pass.end()));
  }
}

/** Goes through one queue; one that cannot be read must not keep the run from the others. */
async function untilPassed(run: Run, pass: QueuePass): Promise<StopReason> {
  try {
    for (;;) {
      const reason = run.stopReason() ?? pass.stopReason();
      if (reason !== undefined) return reason;
      if (await run.stopFlag.isUp()) return "stopped";
      await pass.step();
    }
  } catch (error) {
    if (error instanceof OutOfTime) return "deadline";
    run.refused(pass.queueUrl, error);
    return "empty";
  }
}
