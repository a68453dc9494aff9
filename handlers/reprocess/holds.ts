// How many of a record's former generations were held back without an attempt: they do not count towards maxRedrives.
import { executionArn, parseExecutionArn } from "../../records/arn";
import { redriveName } from "../../records/executionName";
import { isObject, own, parsed } from "../../records/json";
import { type FailureRecord, SPOOLED_ERROR } from "../../records/record";
import type { StepFunctionsApi } from "../aws";
import { errorName } from "../awsErrors";
import type { Pace } from "./pace";

/** What holds are asked with. */
export interface HoldReader {
  readonly stepFunctions: Pick<StepFunctionsApi, "describeExecution">;
  readonly pace: Pick<Pace, "persist">;
}

const ASKED_AT_ONCE = 10;

/**
 * Asks the executions of the generations before a record's own, the newest first, whether they ended with `held: true`. What cannot be
 * asked counts as held: an execution that Step Functions has forgotten, one that this function may not read, a first one whose name is
 * not known. Work must not become poison for what nobody can tell.
 *
 * @param enough stops asking when there are more than so many
 * @throws what `persist` throws
 */
export async function heldGenerations(record: FailureRecord, enough: number, reader: HoldReader): Promise<number> {
  // An execution that goes on counts its attempts itself; where it could not say how many, nobody can.
  if (record.mode !== undefined) return record.generation;
  let held = 0;
  for (let to = record.generation - 1; to >= 0 && held <= enough; to -= ASKED_AT_ONCE) {
    const asked = Array.from({ length: Math.min(ASKED_AT_ONCE, to + 1) }, (_, index) =>
      wasHeld(record, to - index, reader),
    );
    held += (await Promise.all(asked)).filter(Boolean).length;
  }
  return held;
}

async function wasHeld(record: FailureRecord, generation: number, reader: HoldReader): Promise<boolean> {
  // Work that is no execution's was attempted by AWS itself before it was ever redriven.
  if (generation === 0 && record.work !== undefined) return false;
  for (const machine of machinesOf(record)) {
    const ended = await endOf(executionArn(machine, nameOf(record, generation)), reader);
    if (ended === undefined || (generation === 0 && ended.born !== record.identity.born)) continue;
    return ended.held;
  }
  return true;
}

/** The name of generation 0 is the id, unless that is a hash. */
function nameOf({ identity }: FailureRecord, generation: number): string {
  return generation === 0 ? identity.id : redriveName(identity, generation);
}

/** Where a generation may have run: where the record's own did, else on the machine of today, or one of before. */
function machinesOf(record: FailureRecord): readonly string[] {
  const { stateMachineArn, formerStateMachineArns = [], execution = "" } = record;
  const failedOn = parseExecutionArn(execution)?.stateMachineArn;
  return [...new Set([failedOn ?? stateMachineArn, stateMachineArn, ...formerStateMachineArns])];
}

async function endOf(arn: string, { stepFunctions, pace }: HoldReader) {
  try {
    const described = await pace.persist(() => stepFunctions.describeExecution({ executionArn: arn }));
    const { output, error, cause, startDate } = described;
    const ending = parsed(error === SPOOLED_ERROR ? cause : output);
    const born = startDate === undefined ? undefined : Math.floor(startDate.getTime() / 1000);
    return { held: isObject(ending) && own(ending, "held") === true, born };
  } catch (error) {
    if (UNKNOWN.includes(errorName(error))) return undefined;
    throw error;
  }
}

const UNKNOWN = ["ExecutionDoesNotExist", "StateMachineDoesNotExist", "InvalidArn", "AccessDeniedException"];
