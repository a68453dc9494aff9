// Redrives work whose earlier steps have finished: RedriveExecution of the execution that failed, which goes on at its gate.
import { parseExecutionArn } from "../../records/arn";
import { parseRedriveName } from "../../records/executionName";
import type { FailureRecord } from "../../records/record";
import { errorMessage, errorName } from "../awsErrors";
import { nextGenerationStarted } from "../nextGeneration";
import { askResumption, type Resumption, redriveToken } from "../resumption";
import { OutOfTime } from "./pace";
import { startExecution } from "./restart";
import { CLOCK_TOLERANCE_MS, redriveDetails, type Starter, type StartOutcome } from "./starter";

/**
 * Redrives the execution of a record if it still stands where the record says: with as many redrives as the record's generation. Work that
 * cannot be resumed any more (14 days after its failure, or with 24,999 events) is poison, and never restarted: its earlier steps must not
 * run again.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_RedriveExecution.html
 */
export async function resumeExecution(record: FailureRecord, starter: Starter): Promise<StartOutcome> {
  const details = { ...redriveDetails(record), execution: record.execution };
  try {
    await starter.pace.next();
    const before = await standing(record, starter);
    if (before.is === "restarts") return await startExecution(asRestarted(record), starter);
    if (before.is === "resumable" && (await beganAnew(record, starter))) return { outcome: "superseded" };
    return before.is === "resumable" ? await redrive(record, starter) : outcomeOf(before, record, starter);
  } catch (error) {
    if (error instanceof OutOfTime) return { outcome: "outOfTime" };
    starter.log.error("execution could not be resumed", {
      ...details,
      error: errorName(error),
      reason: errorMessage(error),
    });
    return { outcome: "failed" };
  }
}

/**
 * Whether the work was restarted instead, when its source did that still: an event, or the reconciler, may tell of the failure long after.
 * What its state machine itself wrote says how often it was attempted, and was never restarted.
 */
async function beganAnew(record: FailureRecord, { stepFunctions, pace, log }: Starter): Promise<boolean> {
  const { generation, attempts, execution = "" } = record;
  if (generation > 0 || attempts !== undefined) return false;
  const { generation: named = 0 } = parseRedriveName(parseExecutionArn(execution)?.name ?? "") ?? {};
  const began = await pace.persist(() => nextGenerationStarted(stepFunctions, { ...record, generation: named }));
  if (began) log.info("work was restarted before its source began to resume", redriveDetails(record));
  return began;
}

async function redrive(record: FailureRecord, starter: Starter): Promise<StartOutcome> {
  const { stepFunctions, pace, log } = starter;
  const { execution = "" } = record;
  const calledAt = Date.now();
  try {
    const { redriveDate } = await pace.persist(() =>
      stepFunctions.redriveExecution({ executionArn: execution, clientToken: redriveToken(record) }),
    );
    // The answer to a token that was used before is the old one.
    const redrivenBefore = redriveDate !== undefined && redriveDate.getTime() < calledAt - CLOCK_TOLERANCE_MS;
    log.info(redrivenBefore ? "execution was resumed before" : "execution resumed", redriveDetails(record));
    return { outcome: redrivenBefore ? "alreadyStarted" : "success", execution };
  } catch (error) {
    if (error instanceof OutOfTime) throw error;
    // It was refused since somebody else was first, or it was made and its reply lost: only the execution can tell.
    const after = await standing(record, starter);
    if (after.is === "restarts") throw error;
    if (after.is !== "resumable") return outcomeOf(after, record, starter);
    if (errorName(error) !== "ExecutionNotRedrivable" || after.isSure) throw error;
    return { outcome: "poison", reason: `its execution cannot be resumed: ${errorMessage(error)}` };
  }
}

/** The record as it was meant: its generation is the one that the name of its execution tells. */
export function asRestarted({ mode: _, ...record }: FailureRecord): FailureRecord {
  const { name = "" } = parseExecutionArn(record.execution ?? "") ?? {};
  return { ...record, generation: parseRedriveName(name)?.generation ?? 0 };
}

function standing(record: FailureRecord, { stepFunctions, pace }: Starter): Promise<Resumption> {
  return pace.persist(() => askResumption(stepFunctions, record));
}

function outcomeOf(
  resumption: Exclude<Resumption, { readonly is: "resumable" | "restarts" }>,
  record: FailureRecord,
  { log, startedAt }: Starter,
): StartOutcome {
  const { execution = "" } = record;
  switch (resumption.is) {
    case "impossible":
      return { outcome: "poison", reason: resumption.reason };
    case "notYet":
      log.info("execution has not failed yet, so it is left to the next run", redriveDetails(record));
      return { outcome: "skipped" };
    case "superseded":
      log.info("execution has gone on without its record", redriveDetails(record));
      return { outcome: "superseded" };
    case "resumed": {
      const { redrivenAt } = resumption;
      log.info("execution was resumed before", redriveDetails(record));
      return redrivenAt !== undefined && redrivenAt.getTime() >= startedAt - CLOCK_TOLERANCE_MS
        ? { outcome: "alreadyStarted", execution }
        : { outcome: "superseded" };
    }
  }
}
