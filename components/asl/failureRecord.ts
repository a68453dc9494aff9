// JSONata that writes the failure record: the body of the message in the spool.
import { BY_VALUE_LIMIT_BYTES, RECORD_VERSION, type RedriveMode } from "../../records/record";
import { attemptsNow, type CountedStep, isHeld } from "./attempts";
import { failureVariable } from "./catch";
import { type Expression, expression, redriveCount } from "./states";

/**
 * Characters of the error's cause in a record. JSON writes a character in at most 6 bytes, so that the cause takes at most
 * 48 KiB and record, input and all stay below the 256 KiB that Step Functions passes to a service
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-task-executions). The whole cause
 * is in the execution's history.
 */
export const longestCause = 8 * 1024;

/** The variable that counts the answered task tokens of parked work. */
export const generationVariable = "generation";

/** The caller's own input, whatever the states before made of theirs. */
const callersInput = "$states.context.Execution.Input";

/** An upper bound of the bytes of the caller's input as JSON: see {@link boundOf}. */
export const inputBytes = boundOf(callersInput);

/**
 * An upper bound of the bytes of a value as JSON. JSONata counts characters, never bytes: one of ASCII is a byte, any other at most
 * four. Wrapped in an object, so that a mere string is escaped as JSON, too.
 */
function boundOf(value: string): string {
  return [`$text := $string({"input": ${value}})`, `$length($text) + 3 * $length($replace($text, /[ -~]+/, ""))`].join(
    "; ",
  );
}

/** What an error says, in the shape of the record; Step Functions may know neither name nor cause. */
export function errorOf(variable: string, longest: number): string {
  const text = (field: string) => `$type($${variable}.${field}) = "string"`;
  return [
    `{"name": ${text("Error")} ? $${variable}.Error : "Respool.Unnamed"`,
    `"cause": ${text("Cause")} ? $substring($${variable}.Cause, 0, ${longest}) : null}`,
  ].join(", ");
}

/** What a record says of its work, beside the failure. */
export interface FailureRecordOptions extends CountedStep {
  /** The logical source. */
  readonly source: string;
  /** How the work goes on when it is redriven. @default "restart" */
  readonly mode?: RedriveMode;
}

/**
 * The record as an object, not as text: `$string` would cut numbers to 15 digits.
 *
 * A record of parked work carries the input of its step, which whoever redrives it may change; by reference it says only that there was
 * one, since the execution still has it. Any other carries the caller's own.
 */
export function failureRecord(options: FailureRecordOptions): Expression {
  const { source, mode = "restart", holds = false } = options;
  const always = [
    `"respool": ${RECORD_VERSION}`,
    holds ? `"kind": ${isHeld} ? "held" : "failed"` : `"kind": "failed"`,
    `"source": ${JSON.stringify(source)}`,
    `"execution": $states.context.Execution.Id`,
    `"name": $states.context.Execution.Name`,
    `"startTime": $states.context.Execution.StartTime`,
    `"failedAt": $states.context.State.EnteredTime`,
    `"error": ${errorOf(failureVariable, longestCause)}`,
    ...continuing(mode, options),
  ].join(", ");
  const value = mode === "park" ? "$states.input" : callersInput;
  const input = `(${boundOf(value)}) <= ${BY_VALUE_LIMIT_BYTES} ? {"input": ${value}} : {"byReference": true}`;
  return expression(`$merge([{${always}}, ${input}])`);
}

/** What only work has whose execution goes on. */
function continuing(mode: RedriveMode, options: FailureRecordOptions): string[] {
  if (mode === "restart") return [];
  const { step } = options;
  const generations = {
    resume: redriveCount,
    park: `$exists($${generationVariable}) ? $${generationVariable} : 0`,
  };
  return [
    `"mode": ${JSON.stringify(mode)}`,
    `"generation": ${generations[mode]}`,
    `"attempts": ${attemptsNow(options)}`,
    ...(step === undefined ? [] : [`"step": ${JSON.stringify(step)}`]),
    ...(mode === "park" ? [`"taskToken": $states.context.Task.Token`] : []),
  ];
}
