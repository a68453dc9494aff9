// The templated targets of schedules: the call that each is, and what it needs to be told.
// https://docs.aws.amazon.com/scheduler/latest/UserGuide/managing-targets-templated.html
import type { CallRequest } from "../../gateway";
import type { JsonObject } from "../../json";
import { AwsError } from "../../service";
import { queueUrl } from "../eventBridge/targetCall";

/** https://docs.aws.amazon.com/scheduler/latest/APIReference/API_Target.html */
export interface TargetInput {
  readonly Arn?: string;
  readonly RoleArn?: string;
  readonly Input?: string;
  readonly DeadLetterConfig?: { readonly Arn?: string };
  readonly RetryPolicy?: { readonly MaximumEventAgeInSeconds?: number; readonly MaximumRetryAttempts?: number };
  readonly SqsParameters?: { readonly MessageGroupId?: string };
  readonly EventBridgeParameters?: { readonly DetailType?: string; readonly Source?: string };
  readonly KinesisParameters?: { readonly PartitionKey?: string };
}

interface Template {
  readonly action: string;
  readonly arn: RegExp;
  /** The member of the target that this template has for itself. */
  readonly parameters?: keyof TargetInput;
  readonly needsInput?: boolean;
  readonly needsParameters?: boolean;
  readonly input: (target: TargetInput & { readonly Arn: string }, payload: string) => JsonObject;
}

const templates: Readonly<Record<string, Template>> = {
  lambda: {
    action: "Invoke",
    arn: /:function:/,
    input: ({ Arn }, Payload) => ({ FunctionName: Arn, InvocationType: "Event", Payload }),
  },
  sqs: {
    action: "SendMessage",
    arn: /./,
    parameters: "SqsParameters",
    input: ({ Arn, SqsParameters }, MessageBody) => ({
      QueueUrl: queueUrl(Arn),
      MessageBody,
      ...(SqsParameters?.MessageGroupId === undefined ? {} : { MessageGroupId: SqsParameters.MessageGroupId }),
    }),
  },
  sns: { action: "Publish", arn: /./, input: ({ Arn }, Message) => ({ TopicArn: Arn, Message }) },
  states: {
    action: "StartExecution",
    arn: /:stateMachine:/,
    input: ({ Arn }, input) => ({ stateMachineArn: Arn, input }),
  },
  events: {
    action: "PutEvents",
    arn: /:event-bus\//,
    parameters: "EventBridgeParameters",
    needsInput: true,
    needsParameters: true,
    input: ({ Arn, EventBridgeParameters: { DetailType, Source } = {} }, Detail) => ({
      Entries: [{ EventBusName: Arn, DetailType, Source, Detail }],
    }),
  },
  kinesis: {
    action: "PutRecord",
    arn: /:stream\//,
    parameters: "KinesisParameters",
    needsParameters: true,
    input: ({ Arn, KinesisParameters }, payload) => ({
      StreamARN: Arn,
      PartitionKey: KinesisParameters?.PartitionKey,
      Data: Buffer.from(payload).toString("base64"),
    }),
  },
};

const known = "Lambda functions, SQS queues, SNS topics, Step Functions state machines, event buses, Kinesis streams";

function templateOf(arn: string): readonly [service: string, template: Template] {
  const [, service = ""] = /^arn:aws:([\w-]+):/.exec(arn) ?? [];
  const template = Object.hasOwn(templates, service) ? templates[service] : undefined;
  if (template?.arn.test(arn)) return [service, template];
  const what = arn.startsWith("arn:aws:scheduler:::aws-sdk:") ? "no universal targets; it invokes" : "as targets only";
  throw new AwsError(
    "SimulatorUnsupportedTarget",
    `[Target.Arn] the simulator's schedules have ${what} ${known}, got "${arn}"`,
  );
}

function invalid(message: string): AwsError {
  return new AwsError("ValidationException", message);
}

/** @throws AwsError ValidationException, or SimulatorUnsupported... for a target that the simulator lacks */
export function checkTarget(target: TargetInput): void {
  const { Arn: arn = "", Input: payload } = target;
  const [, template] = templateOf(arn);
  const { parameters, needsInput, needsParameters } = template;
  const all = ["SqsParameters", "EventBridgeParameters", "KinesisParameters"] as const;
  const foreign = all.find((name) => name !== parameters && target[name] !== undefined);
  if (foreign !== undefined) throw invalid(`[Target.${foreign}] does not belong to the target ${arn}`);
  if (needsParameters && target[parameters as (typeof all)[number]] === undefined) {
    throw invalid(`[Target.${parameters}] is required for the target ${arn}`);
  }
  if (needsInput && payload === undefined) throw invalid(`[Target.Input] is required for the target ${arn}`);
  if (payload !== undefined && (payload === "" || Buffer.byteLength(payload) > 262_144)) {
    throw invalid("[Target.Input] must have 1 to 262144 bytes");
  }
  const group = target.SqsParameters?.MessageGroupId;
  if (arn.startsWith("arn:aws:sqs:") && arn.endsWith(".fifo") !== (group !== undefined)) {
    throw invalid(
      `[Target.SqsParameters.MessageGroupId] belongs to FIFO queues, which need it; got ${group} for ${arn}`,
    );
  }
}

/** The schedule's role calls the target. */
export function targetCall(target: TargetInput, payload: string): CallRequest {
  const { Arn = "", RoleArn = "" } = target;
  const [service, { action, input }] = templateOf(Arn);
  return { service, action, input: input({ ...target, Arn }, payload), principal: { kind: "role", roleArn: RoleArn } };
}
