// The errors of the SNS API, with AWS's texts. (API Reference: each action's errors.)
import { AwsError } from "../../service";

export function invalidParameter(detail: string): AwsError {
  return new AwsError("InvalidParameter", `Invalid parameter: ${detail}`);
}

export function topicDoesNotExist(): AwsError {
  return new AwsError("NotFound", "Topic does not exist", 404);
}

export function subscriptionDoesNotExist(): AwsError {
  return new AwsError("NotFound", "Subscription does not exist", 404);
}

/** Something of the API that the simulator does not have. */
export function unsupported(argument: string, value: unknown, has: string): AwsError {
  const message = `the simulator's SNS does not have [${argument}] ${JSON.stringify(value)}; it has ${has}`;
  return new AwsError("SimulatorUnsupportedArgument", message, 501);
}
