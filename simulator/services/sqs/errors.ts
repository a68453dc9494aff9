// SQS's errors: their names in the JSON protocol, AWS's own texts, and their names in the older query protocol.
import { AwsError } from "../../service";

/**
 * What the header x-amzn-query-error carries for an error of the JSON protocol, where the two names differ; recorded on
 * AWS. The AWS SDKs show it as `Code`.
 */
const queryCodes: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  PurgeQueueInProgress: "AWS.SimpleQueueService.PurgeQueueInProgress",
  QueueDeletedRecently: "AWS.SimpleQueueService.QueueDeletedRecently",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
  InvalidParameterValueException: "InvalidParameterValue",
  MissingRequiredParameterException: "MissingParameter",
};

/** The code of the query protocol for an error's code; the same one where they do not differ. */
export function queryErrorCode(code: string): string {
  return queryCodes[code] ?? code;
}

export function queueDoesNotExist(): AwsError {
  return new AwsError("QueueDoesNotExist", "The specified queue does not exist.");
}

export function invalidParameter(message: string): AwsError {
  return new AwsError("InvalidParameterValueException", message);
}

/** "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: ..." */
export function invalidValue(parameter: string, value: unknown, reason: string): AwsError {
  return invalidParameter(`Value ${String(value)} for parameter ${parameter} is invalid. Reason: ${reason}`);
}

export function missingParameter(parameter: string): AwsError {
  return new AwsError("MissingRequiredParameterException", `The request must contain the parameter ${parameter}.`);
}

export function invalidAttributeValue(attribute: string): AwsError {
  return new AwsError("InvalidAttributeValue", `Invalid value for the parameter ${attribute}.`);
}

export function receiptHandleIsInvalid(handle: unknown): AwsError {
  return new AwsError(
    "ReceiptHandleIsInvalid",
    `The input receipt handle "${String(handle)}" is not a valid receipt handle.`,
  );
}

/** For an argument of the other type of queue: of FIFO queues to a standard one, or the other way round. */
export function wrongQueueType(parameter: string, value: unknown): AwsError {
  return invalidValue(parameter, value, "The request include parameter that is not valid for this queue type.");
}

/** @param parameter which argument named the queue by its ARN */
export function resourceNotFound(parameter: string): AwsError {
  const text = `The resource that you specified for the ${parameter} parameter doesn't exist.`;
  return new AwsError("ResourceNotFoundException", text, 404);
}

/** For what AWS has and the simulator does not. */
export function unsupported(argument: string, value: unknown, instead: string): AwsError {
  return new AwsError(
    "SimulatorUnsupportedArgument",
    `the simulator's SQS does not have [${argument}], got ${JSON.stringify(value)}; ${instead}`,
    501,
  );
}
