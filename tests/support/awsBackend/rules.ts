// EventBridge rules of the default bus and their targets, created by the AWS SDK.
import {
  DeleteRuleCommand,
  type EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { given, type LiveResourceTypes, liveType } from "./resourceType";

interface RuleArguments {
  readonly name?: string;
  readonly namePrefix?: string;
  readonly description?: string;
  readonly eventPattern?: string;
  readonly scheduleExpression?: string;
}

interface TargetArguments {
  readonly arn: string;
  readonly rule: string;
  readonly targetId?: string;
  readonly roleArn?: string;
  readonly inputTransformer?: {
    readonly inputPaths?: Readonly<Record<string, string>>;
    readonly inputTemplate: string;
  };
  readonly deadLetterConfig?: { readonly arn: string };
  readonly retryPolicy?: { readonly maximumEventAgeInSeconds?: number; readonly maximumRetryAttempts?: number };
}

export function ruleTypes(eventBridge: EventBridgeClient): LiveResourceTypes {
  return {
    "aws:cloudwatch/eventRule:EventRule": liveType<RuleArguments>({
      knownArguments: ["name", "namePrefix", "description", "eventPattern", "scheduleExpression"],
      async create({ name, namePrefix = "", description, eventPattern, scheduleExpression }, physicalName) {
        const Name = name ?? `${namePrefix}${physicalName}`;
        const { RuleArn } = await eventBridge.send(
          new PutRuleCommand({
            Name,
            Description: description,
            EventPattern: eventPattern,
            ScheduleExpression: scheduleExpression,
          }),
        );
        return {
          id: Name,
          state: { name: Name, arn: given("RuleArn", RuleArn) },
          remove: () => eventBridge.send(new DeleteRuleCommand({ Name })),
        };
      },
    }),
    "aws:cloudwatch/eventTarget:EventTarget": liveType<TargetArguments>({
      knownArguments: ["arn", "rule", "targetId", "roleArn", "inputTransformer", "deadLetterConfig", "retryPolicy"],
      async create({ arn, rule, targetId, roleArn, inputTransformer, deadLetterConfig, retryPolicy }, physicalName) {
        // A target's id has at most 64 characters.
        const Id = targetId ?? physicalName.slice(-64);
        const InputTransformer = inputTransformer && {
          InputPathsMap: inputTransformer.inputPaths,
          InputTemplate: inputTransformer.inputTemplate,
        };
        const target = {
          Id,
          Arn: arn,
          RoleArn: roleArn,
          InputTransformer,
          DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
          RetryPolicy: retryPolicy && {
            MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
            MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
          },
        };
        const answer = await eventBridge.send(new PutTargetsCommand({ Rule: rule, Targets: [target] }));
        const [refused] = answer.FailedEntries ?? [];
        if (refused !== undefined) throw new Error(`${refused.ErrorCode}: ${refused.ErrorMessage}`);
        return {
          id: `${rule}-${Id}`,
          state: { targetId: Id },
          remove: () => eventBridge.send(new RemoveTargetsCommand({ Rule: rule, Ids: [Id] })),
        };
      },
    }),
  };
}
