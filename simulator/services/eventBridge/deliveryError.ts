// How a target's refusal is classed: what is tried again, and what the dead-letter queue is told.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html

import type { AwsError } from "../../service";

export interface DeliveryError {
  /** ERROR_CODE of the message in the dead-letter queue. */
  readonly code: string;
  readonly message: string;
  readonly retriable: boolean;
}

const classes: readonly { readonly code: string; readonly retriable: boolean; readonly errors: RegExp }[] = [
  { code: "NO_PERMISSIONS", retriable: false, errors: /^AccessDenied(Exception)?$/ },
  {
    code: "NO_RESOURCE",
    retriable: false,
    errors:
      /^(ResourceNotFoundException|StateMachineDoesNotExist|QueueDoesNotExist|AWS\.SimpleQueueService\.NonExistentQueue)$/,
  },
  { code: "THROTTLING", retriable: true, errors: /Throttl|^TooManyRequestsException$|^RequestThrottled$/ },
  { code: "RESOURCE_LIMIT_EXCEEDED", retriable: true, errors: /LimitExceeded(Exception)?$/ },
  { code: "RESOURCE_ALREADY_EXISTS", retriable: false, errors: /AlreadyExists(Exception)?$/ },
];

/** Missing permissions and targets are not tried again; throttling, limits and faults of the service are. */
export function classifyError(error: AwsError): DeliveryError {
  const known = classes.find(({ errors }) => errors.test(error.code));
  if (known !== undefined) return { code: known.code, retriable: known.retriable, message: error.message };
  if (error.status === 429) return { code: "THROTTLING", retriable: true, message: error.message };
  if (error.status >= 500) return { code: "INTERNAL_ERROR", retriable: true, message: error.message };
  return { code: "INVALID_PARAMETER", retriable: false, message: error.message };
}
