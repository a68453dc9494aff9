// The API call by which EventBridge hands an input to each kind of target.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html

import type { CallRequest } from "../../gateway";
import type { JsonObject } from "../../json";
import { AwsError, type Principal } from "../../service";

interface TargetCall {
  readonly action: string;
  readonly input: (arn: string, payload: string) => JsonObject;
}

const calls: Readonly<Record<string, TargetCall>> = {
  lambda: {
    action: "Invoke",
    input: (arn, payload) => ({ FunctionName: arn, InvocationType: "Event", Payload: payload }),
  },
  sqs: { action: "SendMessage", input: (arn, payload) => ({ QueueUrl: queueUrl(arn), MessageBody: payload }) },
  states: { action: "StartExecution", input: (arn, payload) => ({ stateMachineArn: arn, input: payload }) },
};

/** Queue URLs follow from the ARN: region, account, name. */
export function queueUrl(arn: string): string {
  const [, , , region, account, name] = arn.split(":");
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/**
 * The service of a target's ARN.
 *
 * @throws AwsError SimulatorUnsupportedTarget for services that the simulator has no delivery for, and FIFO queues
 */
export function targetService(arn: string): string {
  const [, service = ""] = /^arn:aws:([\w-]+):/.exec(arn) ?? [];
  if (!Object.hasOwn(calls, service) || arn.endsWith(".fifo")) {
    const known = "Lambda functions, SQS standard queues and Step Functions state machines";
    throw new AwsError("SimulatorUnsupportedTarget", `[Targets.Arn] the simulator delivers to ${known}, got "${arn}"`);
  }
  return service;
}

/** EventBridge acts in the role of the target when it has one, else as the service itself, on behalf of the rule. */
export function targetCall(arn: string, roleArn: string | undefined, ruleArn: string, payload: string): CallRequest {
  const service = targetService(arn);
  const { action, input } = calls[service] as TargetCall;
  const principal: Principal =
    roleArn === undefined
      ? { kind: "service", service: "events.amazonaws.com", sourceArn: ruleArn }
      : { kind: "role", roleArn };
  return { service, action, input: input(arn, payload), principal };
}
