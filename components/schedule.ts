// Invokes a function on a schedule: a rule, its target, and the function's permission for that rule.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { durationOf } from "./duration";
import { type Transform, transformed } from "./transform";
import { inWords, matching } from "./validate";

/** Changes to the resources of a schedule. */
export interface ScheduleTransform {
  readonly rule?: Transform<aws.cloudwatch.EventRuleArgs>;
  readonly target?: Transform<aws.cloudwatch.EventTargetArgs>;
  readonly permission?: Transform<aws.lambda.PermissionArgs>;
}

export interface ScheduleArgs {
  readonly function: aws.lambda.Function;
  /** `rate(...)` or `cron(...)`. */
  readonly expression: pulumi.Input<string>;
  readonly description: string;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform?: ScheduleTransform;
}

/** Creates the three resources, named after `name`. */
export function createSchedule(name: string, args: ScheduleArgs, parent: pulumi.Resource): void {
  const { transform = {}, tags } = args;
  const child = { parent };
  const rule = new aws.cloudwatch.EventRule(
    ...transformed(
      transform.rule,
      name,
      { scheduleExpression: args.expression, description: args.description, tags },
      child,
    ),
  );
  const permission = new aws.lambda.Permission(
    ...transformed(
      transform.permission,
      `${name}-permission`,
      {
        action: "lambda:InvokeFunction",
        function: args.function.name,
        principal: "events.amazonaws.com",
        sourceArn: rule.arn,
      },
      child,
    ),
  );
  new aws.cloudwatch.EventTarget(
    ...transformed(
      transform.target,
      `${name}-target`,
      { rule: rule.name, arn: args.function.arn },
      { ...child, dependsOn: [permission] },
    ),
  );
}

/**
 * EventBridge's `rate(...)` of a number of seconds
 * (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html#eb-rate-expressions).
 *
 * @throws when it is no whole number of minutes
 */
export function rateOf(argument: string, seconds: number): string {
  if (seconds % 60 !== 0) {
    throw new Error(`[${argument}] must be a whole number of minutes, got ${inWords(durationOf(seconds))}`);
  }
  return `rate(${durationOf(seconds)})`;
}

/** Whether a schedule has one of EventBridge's two forms; EventBridge itself checks what is inside. */
export function scheduleExpression(argument: string, value: string): string {
  return matching(
    argument,
    value,
    /^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\))$/,
    `an EventBridge schedule such as "rate(1 hour)" or "cron(0 6 * * ? *)"`,
  );
}
