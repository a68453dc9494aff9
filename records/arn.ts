// ARNs of Step Functions: from an execution to its state machine and back.

// Names exclude white space, brackets, wildcards and colons; they may be non-ASCII.
// https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
const EXECUTION_ARN = /^(arn:[^:\s]+:states:[^:\s]+:\d{12}):execution:([^:\s]{1,80}):([^:\s]{1,80})$/;
const STATE_MACHINE_ARN = /^(arn:[^:\s]+:states:[^:\s]+:\d{12}):stateMachine:([^:\s]{1,80})$/;

/** A Standard execution's ARN, taken apart. */
export interface ExecutionArn {
  readonly stateMachineArn: string;
  /** The execution's name. */
  readonly name: string;
}

/** Takes a Standard execution's ARN apart; undefined for anything else (an Express execution's has another form). */
export function parseExecutionArn(arn: string): ExecutionArn | undefined {
  const [, prefix, machine, name] = EXECUTION_ARN.exec(arn) ?? [];
  if (prefix === undefined || machine === undefined || name === undefined) return undefined;
  return { stateMachineArn: `${prefix}:stateMachine:${machine}`, name };
}

/**
 * The ARN of an execution of this state machine; with the name `*`, the pattern that a policy names them all by.
 *
 * @throws Error when the ARN is not a state machine's (a version's or an alias's is not)
 */
export function executionArn(stateMachineArn: string, name: string): string {
  const [, prefix, machine] = STATE_MACHINE_ARN.exec(stateMachineArn) ?? [];
  if (prefix === undefined || machine === undefined)
    throw new Error(
      `[stateMachineArn] must be the ARN of a state machine, without version or alias, got ${JSON.stringify(stateMachineArn)}`,
    );
  return `${prefix}:execution:${machine}:${name}`;
}
