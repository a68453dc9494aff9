// JSONata that writes the failure record: the body of the message in the spool.
import { BY_VALUE_LIMIT_BYTES, RECORD_VERSION } from "../../records/record";
import { failureVariable } from "./catch";
import { type Expression, expression } from "./states";

/**
 * Characters of the error's cause in a record. JSON writes a character in at most 6 bytes, so that the cause takes at most
 * 48 KiB and record, input and all stay below the 256 KiB that Step Functions passes to a service
 * (https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html#service-limits-task-executions). The whole cause
 * is in the execution's history.
 */
export const longestCause = 8 * 1024;

/** The caller's own input, whatever the states before made of theirs. */
const callersInput = "$states.context.Execution.Input";

/**
 * An upper bound of the bytes of the input as JSON. JSONata counts characters, never bytes: one of ASCII is a byte, any other at most
 * four. Wrapped in an object, so that an input that is a mere string is escaped as JSON, too.
 */
export const inputBytes = [
  `$text := $string({"input": ${callersInput}})`,
  `$length($text) + 3 * $length($replace($text, /[ -~]+/, ""))`,
].join("; ");

/** What an error says, in the shape of the record; Step Functions may know neither name nor cause. */
export function errorOf(variable: string, longest: number): string {
  const text = (field: string) => `$type($${variable}.${field}) = "string"`;
  return [
    `{"name": ${text("Error")} ? $${variable}.Error : "Respool.Unnamed"`,
    `"cause": ${text("Cause")} ? $substring($${variable}.Cause, 0, ${longest}) : null}`,
  ].join(", ");
}

/**
 * The record as an object, not as text: `$string` would cut numbers to 15 digits.
 *
 * @param source the logical source
 */
export function failureRecord(source: string): Expression {
  const always = [
    `"respool": ${RECORD_VERSION}`,
    `"kind": "failed"`,
    `"source": ${JSON.stringify(source)}`,
    `"execution": $states.context.Execution.Id`,
    `"name": $states.context.Execution.Name`,
    `"startTime": $states.context.Execution.StartTime`,
    `"failedAt": $states.context.State.EnteredTime`,
    `"error": ${errorOf(failureVariable, longestCause)}`,
  ].join(", ");
  const input = `(${inputBytes}) <= ${BY_VALUE_LIMIT_BYTES} ? {"input": ${callersInput}} : {"byReference": true}`;
  return expression(`$merge([{${always}}, ${input}])`);
}
