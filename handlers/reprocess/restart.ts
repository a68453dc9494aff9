// Redrives work by a new execution under the next generation's name.
import { executionArn } from "../../records/arn";
import { redriveName } from "../../records/executionName";
import type { FailureRecord } from "../../records/record";
import { errorMessage, errorName } from "../awsErrors";
import { startedOnFormerMachine } from "../nextGeneration";
import type { Log } from "../telemetry";
import { OutOfTime } from "./pace";
import { CLOCK_TOLERANCE_MS, redriveDetails, type Starter, type StartOutcome } from "./starter";
import { storePayload, tooLarge } from "./storePayload";

/** What StartExecution takes. https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const INPUT_LIMIT_BYTES = 262_144;

/** The text of a record's input; undefined where AWS does not give it, with the reason logged. */
type Input = { readonly text: string } | undefined;

/**
 * Starts `<id>-redrive-<generation + 1>-<born>` with the caller's own input. ExecutionAlreadyExists, and a 200 whose startDate is older
 * than the call, mean that somebody did so before: Step Functions answers 200 while the execution of that name and input runs.
 *
 * https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
 */
export async function startExecution(record: FailureRecord, starter: Starter): Promise<StartOutcome> {
  const { stepFunctions, pace, log } = starter;
  const { stateMachineArn, generation, identity } = record;
  const name = redriveName(identity, generation + 1);
  const execution = executionArn(stateMachineArn, name);
  const details = { ...redriveDetails(record), execution: name };
  try {
    await pace.next();
    const before = await pace.persist(() => startedOnFormerMachine(stepFunctions, record));
    if (before !== undefined) return { outcome: "alreadyStarted", execution: before };
    const input = await inputOf(record, starter);
    if (input === undefined) return { outcome: "failed" };
    const inputBytes = Buffer.byteLength(input.text);
    if (inputBytes > INPUT_LIMIT_BYTES)
      return { outcome: "poison", reason: `[input] must have at most ${INPUT_LIMIT_BYTES} bytes, got ${inputBytes}` };
    const calledAt = Date.now();
    const { startDate } = await pace.persist(() =>
      stepFunctions.startExecution({ stateMachineArn, name, input: input.text }),
    );
    const startedBefore = startDate !== undefined && startDate.getTime() < calledAt - CLOCK_TOLERANCE_MS;
    log.info(startedBefore ? "redrive was started before" : "redrive started", details);
    return { outcome: startedBefore ? "alreadyStarted" : "success", execution };
  } catch (error) {
    return outcomeOf(error, execution, details, log);
  }
}

function outcomeOf(
  error: unknown,
  execution: string,
  details: { readonly [name: string]: unknown },
  log: Log,
): StartOutcome {
  if (error instanceof OutOfTime) return { outcome: "outOfTime" };
  const name = errorName(error);
  if (name === "ExecutionAlreadyExists") {
    log.info("redrive was started before", details);
    return { outcome: "alreadyStarted", execution };
  }
  // The input itself is at fault, so that no later run could do better. Everything else may be mended: a permission, a machine that is
  // being replaced, AWS. Such a record stays.
  if (name === "InvalidExecutionInput")
    return { outcome: "poison", reason: `StartExecution refused the input: ${errorMessage(error)}` };
  log.error("redrive could not be started", { ...details, error: name, reason: errorMessage(error) });
  return { outcome: "failed" };
}

async function inputOf(record: FailureRecord, starter: Starter): Promise<Input> {
  const { input, identity } = record;
  const { stepFunctions, pace, log } = starter;
  if (input.by === "value")
    return input.order !== undefined && tooLarge(input.text) ? storePayload(input.order, identity, starter) : input;
  const described = await pace.persist(() => stepFunctions.describeExecution({ executionArn: input.execution }));
  if (described.input !== undefined) return { text: described.input };
  log.error("the failed execution does not show its input", { id: identity.id, failedExecution: input.execution });
  return undefined;
}
