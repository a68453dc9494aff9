// The gates of work that is resumed: states in which its execution fails, and through which RedriveExecution leads it on.
import { isGateName } from "../../records/gate";
import { SPOOL_FAILED_ERROR } from "../../records/record";
import { attemptsValue, attemptsVariable, type CountedStep } from "./attempts";
import { unrecorded } from "./failStates";
import { type ChoiceState, type Expression, expression, type Fragment, redriveCount, type StateNames } from "./states";

/** What the gates of a step must know. */
export interface GateOptions {
  /** Names the states; that of `Gate` must be `Gate` or end in `: Gate`. */
  readonly names: StateNames;
  /** The step's first state, where a redrive goes on. */
  readonly first: string;
}

/** JSONata that is true once the execution was redriven, however often before it came to the gate. */
const redriven = `${redriveCount} > $states.input.redriveCount`;

/** JSONata: the input of the execution, which a gate need not carry where it is the step's, too. */
const executionInput = "$states.context.Execution.Input";

/**
 * What a gate needs: it is asked again after a redrive with the same input, and relies on nothing else
 * (https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html#redrive-individual-states-behavior). The step's input is
 * wrapped in it, so that the input of a second or later step must be some hundred bytes shorter than Step Functions' 256 KiB: a
 * step with a longer one fails where its failure is recorded, over and over, until its execution cannot be redriven any more.
 */
export function gateInput(counted: CountedStep): Expression {
  const known = `{"redriveCount": ${redriveCount}, "attempts": ${attemptsValue(counted)}}`;
  const input = `$states.input = ${executionInput} ? {} : {"input": $states.input}`;
  return expression(`$merge([${known}, ${input}])`);
}

/**
 * `Gate`, for work that was recorded, and `SpoolFailedGate`, for work that was not. Both are Choice states without a default: an execution
 * fails there, and goes on at the step's first state when it is redriven.
 *
 * @example `gateStates({ names: (state) => \`Charge: ${state}\`, first: "Charge" })`
 * @throws Error when safety net and reconciler would not know the gate by its name
 */
export function gateStates({ names, first }: GateOptions): Fragment {
  const startAt = names("Gate");
  if (!isGateName(startAt))
    throw new Error(`[names] must name the state "Gate" so that it ends in ": Gate", got ${JSON.stringify(startAt)}`);
  const gate = gateState("The failure is recorded; this execution waits to be redriven.", redriven, first);
  return { startAt, states: { [startAt]: gate, ...spoolFailedGate({ names, first }).states } };
}

/**
 * The gate alone that is for work which could not be recorded. The status event and the reconciler do that, and find the step's failure in
 * this one's cause.
 */
export function spoolFailedGate({ names, first }: GateOptions): Fragment {
  const startAt = names("SpoolFailedGate");
  const comment = "The spool cannot be reached; the status event and the reconciler record this execution.";
  // The message of $error becomes part of the cause, as the parser in records/sources/spoolFailure.ts reads it.
  const told = `$merge([${unrecorded}, $states.input.attempts, {"held": $failure.Held = true}])`;
  const condition = `${redriven} ? true : $error("${SPOOL_FAILED_ERROR} " & $string(${told}))`;
  return { startAt, states: { [startAt]: gateState(comment, condition, first) } };
}

function gateState(comment: string, condition: string, first: string): ChoiceState {
  return {
    Type: "Choice",
    Comment: comment,
    Choices: [
      {
        Condition: expression(condition),
        Assign: { [attemptsVariable]: expression(`$states.input.${attemptsVariable}`) },
        Output: expression(`$exists($states.input.input) ? $states.input.input : ${executionInput}`),
        Next: first,
      },
    ],
  };
}
