// The API call by which EventBridge hands an input to each kind of target.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-targets.html

import type { CallRequest } from "../../gateway";
import type { JsonObject } from "../../json";
import { AwsError, type Principal } from "../../service";
import { parseJsonPath } from "./jsonPath";
import type { TargetInput } from "./rule";

interface TargetCall {
  readonly action: string;
  readonly input: (target: TargetInput, payload: string, event: JsonObject) => JsonObject;
}

const calls: Readonly<Record<string, TargetCall>> = {
  lambda: {
    action: "Invoke",
    input: ({ Arn }, payload) => ({ FunctionName: Arn, InvocationType: "Event", Payload: payload }),
  },
  sqs: {
    action: "SendMessage",
    input: ({ Arn, SqsParameters }, payload) => ({
      QueueUrl: queueUrl(Arn),
      MessageBody: payload,
      ...(SqsParameters?.MessageGroupId === undefined ? {} : { MessageGroupId: SqsParameters.MessageGroupId }),
    }),
  },
  sns: { action: "Publish", input: ({ Arn }, payload) => ({ TopicArn: Arn, Message: payload }) },
  states: { action: "StartExecution", input: ({ Arn }, payload) => ({ stateMachineArn: Arn, input: payload }) },
  kinesis: {
    action: "PutRecord",
    input: (target, payload, event) => ({
      StreamARN: target.Arn,
      PartitionKey: partitionKey(target, event),
      Data: Buffer.from(payload).toString("base64"),
    }),
  },
  events: { action: "PutEvents", input: ({ Arn }, payload) => ({ Entries: [forwardedEntry(Arn, payload)] }) },
};

/** https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_KinesisParameters.html */
function partitionKey({ KinesisParameters }: TargetInput, event: JsonObject): string {
  const path = KinesisParameters?.PartitionKeyPath;
  const found = path === undefined ? undefined : parseJsonPath(path)?.(event);
  if (found === undefined) return String(event.id);
  return typeof found === "string" ? found : JSON.stringify(found);
}

/** What a bus hands to another one, as far as PutEvents has names for it. */
function forwardedEntry(busArn: string, payload: string): JsonObject {
  const event = JSON.parse(payload) as JsonObject;
  const { source: Source, "detail-type": DetailType, detail, resources: Resources } = event;
  return { EventBusName: busArn, Source, DetailType, Detail: JSON.stringify(detail), Resources };
}

/** Queue URLs follow from the ARN: region, account, name. */
export function queueUrl(arn: string): string {
  const [, , , region, account, name] = arn.split(":");
  return `https://sqs.${region}.amazonaws.com/${account}/${name}`;
}

/**
 * The service of a target's ARN.
 *
 * @throws AwsError SimulatorUnsupportedTarget for what the simulator has no delivery for
 */
export function targetService(arn: string): string {
  const [, service = ""] = /^arn:aws:([\w-]+):/.exec(arn) ?? [];
  const isOther =
    (service === "events" && !arn.includes(":event-bus/")) ||
    (service === "kinesis" && !arn.includes(":stream/")) ||
    // PutTargets has no parameter for a topic's message group.
    (service === "sns" && arn.endsWith(".fifo"));
  if (!Object.hasOwn(calls, service) || isOther) {
    const known =
      "Lambda functions, SQS queues, SNS standard topics, Step Functions state machines, Kinesis streams and event buses";
    throw new AwsError("SimulatorUnsupportedTarget", `[Targets.Arn] the simulator delivers to ${known}, got "${arn}"`);
  }
  return service;
}

/** EventBridge acts in the role of the target when it has one, else as the service itself, on behalf of the rule. */
export function targetCall(target: TargetInput, ruleArn: string, payload: string, event: JsonObject): CallRequest {
  const { Arn: arn, RoleArn: roleArn } = target;
  const service = targetService(arn);
  const { action, input } = calls[service] as TargetCall;
  const principal: Principal =
    roleArn === undefined
      ? { kind: "service", service: "events.amazonaws.com", sourceArn: ruleArn }
      : { kind: "role", roleArn };
  return { service, action, input: input(target, payload, event), principal };
}
