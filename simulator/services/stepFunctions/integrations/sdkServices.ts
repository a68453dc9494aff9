// The services behind integrations as the AWS SDK for Java knows them: their names, and the errors of their models.
// (API references of the services: common errors, and each action's errors.)
import type { SdkService } from "./serviceErrors";

/** Codes that are the class's name without "Exception". */
function suffixed(...codes: readonly string[]): Record<string, string> {
  return Object.fromEntries(codes.map((code) => [code, `${code}Exception`]));
}

/** Codes that are the class's name. */
function same(...codes: readonly string[]): Record<string, string> {
  return Object.fromEntries(codes.map((code) => [code, code]));
}

/** SQS's errors have changed their codes on the wire; all of them are known. */
const sqsErrors: Readonly<Record<string, string>> = {
  "AWS.SimpleQueueService.NonExistentQueue": "QueueDoesNotExistException",
  QueueDoesNotExistException: "QueueDoesNotExistException",
  "AWS.SimpleQueueService.UnsupportedOperation": "UnsupportedOperationException",
  ...suffixed("QueueDoesNotExist", "InvalidMessageContents", "UnsupportedOperation", "OverLimit", "RequestThrottled"),
};

export const sqs: SdkService = {
  prefix: "SQS",
  client: "AmazonSQS",
  generic: "AmazonSQSException",
  modelled: sqsErrors,
};

export const sns: SdkService = {
  prefix: "SNS",
  client: "AmazonSNS",
  generic: "AmazonSNSException",
  modelled: {
    ...suffixed("AuthorizationError", "EndpointDisabled", "InternalError", "InvalidParameter", "InvalidSecurity"),
    ...suffixed("KMSAccessDenied", "KMSDisabled", "KMSInvalidState", "KMSNotFound", "KMSThrottling", "NotFound"),
    ...suffixed("PlatformApplicationDisabled", "ResourceNotFound", "Throttled"),
    ParameterValueInvalid: "InvalidParameterValueException",
  },
};

export const dynamoDb: SdkService = {
  prefix: "DynamoDB",
  client: "AmazonDynamoDBv2",
  generic: "AmazonDynamoDBException",
  modelled: same(
    "ConditionalCheckFailedException",
    "IdempotentParameterMismatchException",
    "InternalServerErrorException",
    "ItemCollectionSizeLimitExceededException",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceededException",
    "ResourceInUseException",
    "ResourceNotFoundException",
    "TransactionCanceledException",
    "TransactionConflictException",
    "TransactionInProgressException",
  ),
};

export const eventBridge: SdkService = {
  prefix: "EventBridge",
  client: "AmazonEventBridge",
  generic: "AmazonEventBridgeException",
  modelled: same(
    "ConcurrentModificationException",
    "InternalException",
    "InvalidEventPatternException",
    "InvalidStateException",
    "LimitExceededException",
    "ManagedRuleException",
    "ResourceAlreadyExistsException",
    "ResourceNotFoundException",
  ),
};

export const stepFunctions: SdkService = {
  prefix: "StepFunctions",
  client: "AWSStepFunctions",
  generic: "AWSStepFunctionsException",
  modelled: {
    ...suffixed("ActivityDoesNotExist", "ExecutionAlreadyExists", "ExecutionDoesNotExist", "ExecutionLimitExceeded"),
    ...suffixed("ExecutionNotRedrivable", "InvalidArn", "InvalidDefinition", "InvalidExecutionInput", "InvalidName"),
    ...suffixed("InvalidOutput", "InvalidToken", "MissingRequiredParameter", "StateMachineAlreadyExists"),
    ...suffixed("StateMachineDeleting", "StateMachineDoesNotExist", "StateMachineLimitExceeded", "TaskDoesNotExist"),
    ...suffixed("TaskTimedOut"),
    ...same("ValidationException"),
  },
};

const lambdaErrors = [
  "EC2AccessDeniedException",
  "EC2ThrottledException",
  "EC2UnexpectedException",
  "EFSIOException",
  "EFSMountConnectivityException",
  "EFSMountFailureException",
  "EFSMountTimeoutException",
  "ENILimitReachedException",
  "InvalidParameterValueException",
  "InvalidRequestContentException",
  "InvalidRuntimeException",
  "InvalidSecurityGroupIDException",
  "InvalidSubnetIDException",
  "InvalidZipFileException",
  "KMSAccessDeniedException",
  "KMSDisabledException",
  "KMSInvalidStateException",
  "KMSNotFoundException",
  "RecursiveInvocationException",
  "RequestTooLargeException",
  "ResourceConflictException",
  "ResourceNotFoundException",
  "ResourceNotReadyException",
  "ServiceException",
  "SnapStartException",
  "SnapStartNotReadyException",
  "SnapStartTimeoutException",
  "SubnetIPAddressLimitReachedException",
  "TooManyRequestsException",
  "UnsupportedMediaTypeException",
];

export const lambda: SdkService = {
  prefix: "Lambda",
  client: "AWSLambda",
  generic: "AWSLambdaException",
  modelled: same(...lambdaErrors),
};
