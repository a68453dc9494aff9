// Starts executions of a state machine by rules of EventBridge: schedules, and events of the default bus.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { policyDocument, trustPolicy } from "./policy";
import { type Transform, transformed } from "./transform";

/** Changes to the resources of the rules that start a state machine. */
export interface MachineRulesTransform {
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly policy?: Transform<aws.iam.RolePolicyArgs>;
  readonly rule?: Transform<aws.cloudwatch.EventRuleArgs>;
  readonly target?: Transform<aws.cloudwatch.EventTargetArgs>;
}

/** When the machine is started. */
export type MachineRule = { readonly name: string; readonly description: string } & (
  | { readonly schedule: pulumi.Input<string> }
  | { readonly eventPattern: pulumi.Input<string> }
);

export interface MachineRulesArgs {
  readonly stateMachineArn: pulumi.Output<string>;
  readonly rules: readonly MachineRule[];
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform?: MachineRulesTransform;
  /** What the machine cannot do without. */
  readonly dependsOn: readonly pulumi.Resource[];
}

/**
 * Creates the rules, each with its target, and the role that EventBridge starts executions with; nothing where there are no rules.
 *
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-events-iam-roles.html
 */
export function createMachineRules(name: string, args: MachineRulesArgs, parent: pulumi.Resource): void {
  const { stateMachineArn, rules, tags, transform = {}, dependsOn } = args;
  if (rules.length === 0) {
    return;
  }
  const child = { parent };
  const role = new aws.iam.Role(
    ...transformed(
      transform.role,
      `${name}-starter-role`,
      {
        assumeRolePolicy: trustPolicy("events.amazonaws.com"),
        description: `Lets EventBridge start the state machine ${name}`,
        tags,
      },
      child,
    ),
  );
  const policy = new aws.iam.RolePolicy(
    ...transformed(
      transform.policy,
      `${name}-starter-policy`,
      {
        role: role.name,
        policy: policyDocument([{ actions: ["states:StartExecution"], resources: [stateMachineArn] }]),
      },
      child,
    ),
  );
  for (const { name: suffix, description, ...when } of rules) {
    const rule = new aws.cloudwatch.EventRule(
      ...transformed(
        transform.rule,
        `${name}-${suffix}`,
        {
          description,
          ...("schedule" in when ? { scheduleExpression: when.schedule } : { eventPattern: when.eventPattern }),
          tags,
        },
        child,
      ),
    );
    new aws.cloudwatch.EventTarget(
      ...transformed(
        transform.target,
        `${name}-${suffix}-target`,
        { rule: rule.name, arn: stateMachineArn, roleArn: role.arn },
        { ...child, dependsOn: [policy, ...dependsOn] },
      ),
    );
  }
}
