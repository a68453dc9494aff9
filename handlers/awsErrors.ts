// Tells AWS's errors apart by their names, as the SDK gives them.

/** Asked too often, or too much of at once: to be asked again, more slowly. */
const THROTTLING: readonly string[] = [
  // https://docs.aws.amazon.com/step-functions/latest/apireference/CommonErrors.html
  "ThrottlingException",
  "Throttling",
  "TooManyRequestsException",
  "RequestLimitExceeded",
  "SlowDown",
  // StartExecution: "The maximum number of running executions has been reached."
  "ExecutionLimitExceeded",
  "KmsThrottlingException",
  "KMSThrottlingException",
  // SQS: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/CommonErrors.html
  "RequestThrottled",
  "KmsThrottled",
];

/** The name of an AWS error; `Unknown` where something else was thrown. */
export function errorName(error: unknown): string {
  return error instanceof Error || (typeof error === "object" && error !== null && "name" in error)
    ? String(error.name)
    : "Unknown";
}

/** What an error says, for logs. */
export function errorMessage(error: unknown): string {
  return typeof error === "object" && error !== null && "message" in error ? String(error.message) : String(error);
}

export function isThrottling(error: unknown): boolean {
  if (THROTTLING.includes(errorName(error))) return true;
  return typeof error === "object" && error !== null && httpStatus(error) === 429;
}

function httpStatus(error: object): unknown {
  const metadata = "$metadata" in error ? error.$metadata : undefined;
  return typeof metadata === "object" && metadata !== null && "httpStatusCode" in metadata
    ? metadata.httpStatusCode
    : undefined;
}
