// The errors of the Kinesis Data Streams API. (API Reference: each action's errors.)
import { AwsError } from "../../service";

export function invalidArgument(message: string): AwsError {
  return new AwsError("InvalidArgumentException", message);
}

/** A member of the request that does not fit the API's model. */
export function constraint(member: string, value: string | undefined, rule: string): AwsError {
  const shown = value === undefined ? "null" : `'${value}'`;
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

/** A blob that is too long; AWS shows none of it. */
export function tooLong(member: string, most: number): AwsError {
  return new AwsError(
    "ValidationException",
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must have length less than or equal to ${most}`,
  );
}

export function required<Value>(value: Value | undefined | null, member: string): Value {
  if (value === undefined || value === null) throw constraint(member, undefined, "not be null");
  return value;
}

export function streamNotFound(name: string, accountId: string): AwsError {
  return new AwsError("ResourceNotFoundException", `Stream ${name} under account ${accountId} not found.`);
}

export function shardNotFound(shardId: string, name: string, accountId: string): AwsError {
  return new AwsError(
    "ResourceNotFoundException",
    `Could not find shard ${shardId} in stream ${name} under account ${accountId}.`,
  );
}

export function throughputExceeded(shardId: string, name: string, accountId: string): AwsError {
  return new AwsError(
    "ProvisionedThroughputExceededException",
    `Rate exceeded for shard ${shardId} in stream ${name} under account ${accountId}.`,
  );
}

/** Something of the API that the simulator does not have. */
export function unsupported(argument: string, value: unknown, has: string): AwsError {
  const message = `the simulator's Kinesis does not have [${argument}] ${JSON.stringify(value)}; it has ${has}`;
  return new AwsError("SimulatorUnsupportedArgument", message, 501);
}
