// The errors of the Step Functions API, with AWS's texts.
import { AwsError } from "../../service";

export function stateMachineDoesNotExist(arn: string): AwsError {
  return new AwsError("StateMachineDoesNotExist", `State Machine Does Not Exist: '${arn}'`);
}

export function executionDoesNotExist(arn: string): AwsError {
  return new AwsError("ExecutionDoesNotExist", `Execution Does Not Exist: '${arn}'`);
}

export function executionAlreadyExists(arn: string): AwsError {
  return new AwsError("ExecutionAlreadyExists", `Execution Already Exists: '${arn}'`);
}

/** A request that does not fit the API's model. */
export function validation(field: string, value: unknown, constraint: string): AwsError {
  const shown = typeof value === "string" && value.length > 200 ? "" : ` '${String(value)}'`;
  const detail = `Value${shown} at '${field}' failed to satisfy constraint: Member must ${constraint}`;
  return new AwsError("ValidationException", `1 validation error detected: ${detail}`);
}

/** Something of the API that the simulator does not have. */
export function unsupportedArgument(argument: string, value: unknown, has: string): AwsError {
  const message = `the simulator does not have ${argument} ${JSON.stringify(value)}; it has ${has}`;
  return new AwsError("SimulatorUnsupportedArgument", message, 501);
}

const longestName = 80;
// White space, brackets, wildcards, special and control characters (API Reference: StartExecution, name).
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}]/u;

/** The rules for the names of state machines and executions. Throws AwsError. */
export function checkName(name: string): void {
  if (name.length < 1 || name.length > longestName) {
    throw validation("name", name, `have length from 1 to ${longestName}`);
  }
  if (forbidden.test(name)) throw new AwsError("InvalidName", `Invalid Name: '${name}'`);
}

/** A page's size; 0 means the default. Throws AwsError. */
export function pageSize(maxResults: number | undefined): number {
  const size = maxResults ?? 0;
  if (!Number.isInteger(size) || size < 0 || size > 1000) {
    throw validation("maxResults", size, "have value from 0 to 1000");
  }
  return size === 0 ? 100 : size;
}

/** A nextToken that this simulator gave. Throws AwsError. */
export function pageToken(token: string | undefined): number | undefined {
  if (token === undefined) return undefined;
  const match = /^page-(\d+)$/.exec(token);
  if (match === null) throw new AwsError("InvalidToken", `Invalid Token: '${token}'`);
  return Number(match[1]);
}

export function tokenOf(position: number): string {
  return `page-${position}`;
}
