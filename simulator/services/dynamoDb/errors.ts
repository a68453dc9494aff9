// The errors of the DynamoDB API, with AWS's texts. (API Reference: each action's errors; Developer Guide: "Error handling
// with DynamoDB".)
import type { JsonObject } from "../../json";
import { AwsError } from "../../service";
import type { Item } from "./attributeValue";

export function validation(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** A member of the request that does not fit the API's model. */
export function constraint(member: string, value: string | null | undefined, rule: string): AwsError {
  const shown = value === null || value === undefined ? "null" : `'${value}'`;
  return validation(
    `1 validation error detected: Value ${shown} at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
}

export function invalidParameters(detail: string): AwsError {
  return validation(`One or more parameter values were invalid: ${detail}`);
}

export function resourceNotFound(): AwsError {
  return new AwsError("ResourceNotFoundException", "Requested resource not found");
}

/** @param item the item as it is, when the request asks for it */
export function conditionalCheckFailed(item?: Item): AwsError {
  const members = item === undefined ? {} : { Item: item as unknown as JsonObject };
  return new AwsError("ConditionalCheckFailedException", "The conditional request failed", 400, members);
}

/** A single write met a transaction. */
export function transactionConflict(): AwsError {
  return new AwsError("TransactionConflictException", "Transaction is ongoing for the item");
}

/** Something of the API that the simulator does not have. */
export function unsupported(argument: string, value: unknown, has: string): AwsError {
  const message = `the simulator's DynamoDB does not have [${argument}] ${JSON.stringify(value)}; it has ${has}`;
  return new AwsError("SimulatorUnsupportedArgument", message, 501);
}
