// What Step Functions says of a task token that nobody waits for any more.
import { errorName } from "./awsErrors";

/** https://docs.aws.amazon.com/step-functions/latest/apireference/API_SendTaskSuccess.html: expired, answered, or its execution has ended. */
const CLOSED = ["TaskTimedOut", "TaskDoesNotExist"];

/** Whether the task that the token stands for is closed: its execution goes on, waits with another token, or has ended. */
export function isClosedTask(error: unknown): boolean {
  return CLOSED.includes(errorName(error));
}
