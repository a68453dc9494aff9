// EventBridge Scheduler's schedules, created by the AWS SDK.
import {
  CreateScheduleCommand,
  DeleteScheduleCommand,
  type FlexibleTimeWindowMode,
  type SchedulerClient,
  type ScheduleState,
} from "@aws-sdk/client-scheduler";
import { given, type LiveResourceTypes, liveType } from "./resourceType";

interface ScheduleArguments {
  readonly name?: string;
  readonly namePrefix?: string;
  readonly description?: string;
  readonly flexibleTimeWindow: {
    readonly mode: FlexibleTimeWindowMode;
    readonly maximumWindowInMinutes?: number;
  };
  readonly scheduleExpression: string;
  readonly scheduleExpressionTimezone?: string;
  readonly state?: ScheduleState;
  readonly target: {
    readonly arn: string;
    readonly roleArn: string;
    readonly input?: string;
    readonly deadLetterConfig?: { readonly arn: string };
    readonly retryPolicy?: { readonly maximumEventAgeInSeconds?: number; readonly maximumRetryAttempts?: number };
  };
}

export function scheduleTypes(scheduler: SchedulerClient): LiveResourceTypes {
  return {
    "aws:scheduler/schedule:Schedule": liveType<ScheduleArguments>({
      knownArguments: [
        "name",
        "namePrefix",
        "description",
        "flexibleTimeWindow",
        "scheduleExpression",
        "scheduleExpressionTimezone",
        "state",
        "target",
      ],
      async create(inputs, physicalName) {
        const Name = inputs.name ?? `${inputs.namePrefix ?? ""}${physicalName}`;
        const { ScheduleArn } = await scheduler.send(new CreateScheduleCommand({ Name, ...settings(inputs) }));
        return {
          id: `default/${Name}`,
          state: { name: Name, arn: given("ScheduleArn", ScheduleArn) },
          remove: () => scheduler.send(new DeleteScheduleCommand({ Name })),
        };
      },
    }),
  };
}

function settings({ flexibleTimeWindow, target, ...inputs }: ScheduleArguments) {
  const { deadLetterConfig, retryPolicy } = target;
  return {
    Description: inputs.description,
    FlexibleTimeWindow: {
      Mode: flexibleTimeWindow.mode,
      MaximumWindowInMinutes: flexibleTimeWindow.maximumWindowInMinutes,
    },
    ScheduleExpression: inputs.scheduleExpression,
    ScheduleExpressionTimezone: inputs.scheduleExpressionTimezone,
    State: inputs.state,
    Target: {
      Arn: target.arn,
      RoleArn: target.roleArn,
      Input: target.input,
      DeadLetterConfig: deadLetterConfig && { Arn: deadLetterConfig.arn },
      RetryPolicy: retryPolicy && {
        MaximumEventAgeInSeconds: retryPolicy.maximumEventAgeInSeconds,
        MaximumRetryAttempts: retryPolicy.maximumRetryAttempts,
      },
    },
  };
}
