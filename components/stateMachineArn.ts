// The ARN of a state machine, as an argument of a component.
import { inWords } from "./validate";

/** @throws when it is no ARN of a state machine, or of a version or an alias of one */
export function stateMachineArn(argument: string, value: string): string {
  if (!/^arn:[a-z-]+:states:[a-z0-9-]+:\d{12}:stateMachine:[^:]{1,80}$/.test(value)) {
    throw new Error(`[${argument}] must be the ARN of a state machine, got ${inWords(value)}`);
  }
  return value;
}
