// Pulumi's EventBridge resources: rules and their targets.

import type { JsonObject } from "../../json";
import { AwsError, type ResourceType } from "../../service";
import { defaultBus } from "./eventBuses";
import type { Bus } from "./operations";
import type { TargetInput } from "./rule";

interface RuleArguments {
  readonly name?: string;
  readonly namePrefix?: string;
  readonly description?: string;
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
  readonly state?: string;
  readonly isEnabled?: boolean;
  readonly roleArn?: string;
  readonly eventBusName?: string;
  readonly tags?: Readonly<Record<string, string>>;
}

interface TargetArguments {
  readonly arn?: string;
  readonly rule?: string;
  readonly targetId?: string;
  readonly eventBusName?: string;
  readonly roleArn?: string;
  readonly input?: string;
  readonly inputPath?: string;
  readonly inputTransformer?: {
    readonly inputPaths?: Readonly<Record<string, string>>;
    readonly inputTemplate?: string;
  };
  readonly deadLetterConfig?: { readonly arn?: string };
  readonly retryPolicy?: { readonly maximumRetryAttempts?: number; readonly maximumEventAgeInSeconds?: number };
  readonly kinesisTarget?: { readonly partitionKeyPath?: string };
  readonly sqsTarget?: { readonly messageGroupId?: string };
}

function required(value: string | undefined, argument: string): string {
  if (value === undefined || value === "") throw new AwsError("ValidationException", `[${argument}] is required`);
  return value;
}

function ruleType(bus: Bus): ResourceType {
  return {
    knownArguments: [
      "name",
      "namePrefix",
      "description",
      "eventPattern",
      "scheduleExpression",
      "state",
      "isEnabled",
      "roleArn",
      "eventBusName",
      "forceDestroy",
      "tags",
    ],
    create: (given: JsonObject, physicalName) => {
      const inputs = given as unknown as RuleArguments;
      const state = inputs.state ?? (inputs.isEnabled === false ? "DISABLED" : "ENABLED");
      const { name, namePrefix } = inputs;
      const rule = bus.rules.put({
        Name: name ?? (namePrefix === undefined ? physicalName : `${namePrefix}${physicalName}`),
        EventPattern: inputs.eventPattern,
        ScheduleExpression: inputs.scheduleExpression,
        State: state,
        Description: inputs.description,
        RoleArn: inputs.roleArn,
        EventBusName: inputs.eventBusName,
      });
      const defaults = { eventBusName: defaultBus, namePrefix: "", forceDestroy: false, tagsAll: given.tags ?? {} };
      const own = { name: rule.name, arn: rule.arn, state, isEnabled: rule.enabled };
      const id = rule.bus === defaultBus ? rule.name : `${rule.bus}/${rule.name}`;
      return { id, state: { ...defaults, ...given, ...own } };
    },
  };
}

function toTarget(inputs: TargetArguments, id: string): TargetInput {
  const { inputTransformer, deadLetterConfig, retryPolicy, sqsTarget, kinesisTarget } = inputs;
  return {
    Id: id,
    Arn: required(inputs.arn, "arn"),
    RoleArn: inputs.roleArn,
    Input: inputs.input,
    InputPath: inputs.inputPath,
    InputTransformer: inputTransformer && {
      InputPathsMap: inputTransformer.inputPaths,
      InputTemplate: required(inputTransformer.inputTemplate, "inputTransformer.inputTemplate"),
    },
    ...(sqsTarget === undefined ? {} : { SqsParameters: { MessageGroupId: sqsTarget.messageGroupId } }),
    ...(kinesisTarget === undefined ? {} : { KinesisParameters: { PartitionKeyPath: kinesisTarget.partitionKeyPath } }),
    DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
    RetryPolicy: retryPolicy && {
      MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
    },
  };
}

function targetType(bus: Bus): ResourceType {
  return {
    knownArguments: [
      "arn",
      "rule",
      "targetId",
      "eventBusName",
      "roleArn",
      "input",
      "inputPath",
      "inputTransformer",
      "deadLetterConfig",
      "retryPolicy",
      "sqsTarget",
      "kinesisTarget",
      "forceDestroy",
    ],
    create: (given: JsonObject, physicalName) => {
      const inputs = given as unknown as TargetArguments;
      const ruleName = required(inputs.rule, "rule");
      const targetId = inputs.targetId ?? physicalName;
      const rule = bus.rules.find(ruleName, inputs.eventBusName);
      bus.putTargets(rule, [toTarget(inputs, targetId)]);
      const id = rule.bus === defaultBus ? `${ruleName}-${targetId}` : `${rule.bus}-${ruleName}-${targetId}`;
      return { id, state: { eventBusName: defaultBus, ...given, targetId } };
    },
  };
}

export function eventBridgeResourceTypes(bus: Bus): Record<string, ResourceType> {
  return {
    "aws:cloudwatch/eventRule:EventRule": ruleType(bus),
    "aws:cloudwatch/eventTarget:EventTarget": targetType(bus),
  };
}
