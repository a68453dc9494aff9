// What each service answers when it may not assume the role that it was given.
import { AwsError } from "../../service";

const answers: Readonly<Record<string, (roleArn: string) => AwsError>> = {
  "lambda.amazonaws.com": () =>
    new AwsError("InvalidParameterValueException", "The role defined for the function cannot be assumed by Lambda."),
  "states.amazonaws.com": () =>
    new AwsError(
      "AccessDeniedException",
      "Neither the global service principal states.amazonaws.com, nor the regional one is authorized to assume the provided role.",
    ),
  "scheduler.amazonaws.com": () =>
    new AwsError(
      "ValidationException",
      "The execution role you provide must allow AWS EventBridge Scheduler to assume the role.",
    ),
  "events.amazonaws.com": (roleArn) =>
    new AwsError(
      "ValidationException",
      `Provided role '${roleArn}' cannot be assumed by principal 'events.amazonaws.com'.`,
    ),
  "apigateway.amazonaws.com": () =>
    new AwsError(
      "BadRequestException",
      "The role ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the required role policy.",
    ),
};

export function assumptionRefused(roleArn: string, servicePrincipal: string): AwsError {
  const answer = answers[servicePrincipal];
  if (answer !== undefined) return answer(roleArn);
  return new AwsError("ValidationException", `The role ${roleArn} cannot be assumed by ${servicePrincipal}.`);
}
