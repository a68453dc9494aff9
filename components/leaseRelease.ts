// Frees the leases of executions that were aborted, timed out or failed without giving them back: a rule, and a small state machine.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { SPOOL_FAILED_ERROR, SPOOLED_ERROR } from "../records/record";
import { leaseReleaseDefinition } from "./asl/leaseReleaseDefinition";
import { policyDocument, trustPolicy } from "./policy";
import { failedOtherwise } from "./safetyNet";
import type { Semaphore } from "./semaphore";
import { tracingStatements } from "./tracing";
import { type Transform, transformed } from "./transform";

/** Changes to the resources that free leases. */
export interface LeaseReleaseTransform {
  readonly stateMachine?: Transform<aws.sfn.StateMachineArgs>;
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly policy?: Transform<aws.iam.RolePolicyArgs>;
  readonly rule?: Transform<aws.cloudwatch.EventRuleArgs>;
  readonly target?: Transform<aws.cloudwatch.EventTargetArgs>;
  readonly ruleRole?: Transform<aws.iam.RoleArgs>;
  readonly rulePolicy?: Transform<aws.iam.RolePolicyArgs>;
}

/** A semaphore that a step of the state machine uses. */
export interface LeaseReleaseUse {
  readonly semaphore: Pick<Semaphore, "tableName" | "statements">;
  /** As of the step: JSONata over the execution's input. @default one key for all */
  readonly key?: string;
  /** How long the step's work may go on after its execution ended, in seconds: `runsOnSeconds`. */
  readonly holdSeconds: pulumi.Input<number>;
}

/** What frees leases must know. */
export interface LeaseReleaseArgs {
  /** Of the state machine whose executions hold them. */
  readonly stateMachineArn: pulumi.Input<string>;
  readonly uses: readonly LeaseReleaseUse[];
  /** Whether failed executions are resumed: then those that wait at a gate are left out. @default false */
  readonly resumes?: boolean;
  /** Whether executions are traced by X-Ray. @default true */
  readonly tracing?: boolean;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform?: LeaseReleaseTransform;
}

/**
 * The pattern of the rule. What failed in the spool's own states, or at the gate after them, has given its lease back, or must keep it until it expires
 * (https://docs.aws.amazon.com/step-functions/latest/dg/eventbridge-integration.html).
 */
function leaseReleasePattern(stateMachineArn: string, resumes: boolean): string {
  return JSON.stringify({
    source: ["aws.states"],
    "detail-type": ["Step Functions Execution Status Change"],
    detail: {
      status: ["ABORTED", "FAILED", "TIMED_OUT"],
      stateMachineArn: [stateMachineArn],
      ...failedOtherwise([SPOOLED_ERROR, SPOOL_FAILED_ERROR], resumes),
    },
  });
}

/** Creates the resources, named after `name`. Without them leases are free when they expire. */
export function createLeaseRelease(
  name: string,
  { stateMachineArn, uses, resumes = false, tracing = true, tags, transform = {} }: LeaseReleaseArgs,
  parent: pulumi.Resource,
): aws.sfn.StateMachine {
  const child = { parent };
  const statements = [...uses.flatMap(({ semaphore }) => semaphore.statements), ...tracingStatements(tracing)];
  const { role, policy } = roleOf(name, "states.amazonaws.com", statements, { tags, transform, child });
  const stateMachine = new aws.sfn.StateMachine(
    ...transformed(
      transform.stateMachine,
      name,
      {
        type: "STANDARD",
        roleArn: role.arn,
        definition: definitionOf(uses),
        tracingConfiguration: { enabled: tracing },
        tags,
      },
      { ...child, dependsOn: [policy] },
    ),
  );
  const rule = new aws.cloudwatch.EventRule(
    ...transformed(
      transform.rule,
      `${name}-rule`,
      {
        description: "Frees the leases of executions that ended without giving them back",
        eventPattern: pulumi.output(stateMachineArn).apply((arn) => leaseReleasePattern(arn, resumes)),
        tags,
      },
      child,
    ),
  );
  const start = [{ actions: ["states:StartExecution"], resources: [stateMachine.arn] }];
  const { role: ruleRole, policy: rulePolicy } = roleOf(`${name}-rule`, "events.amazonaws.com", start, {
    tags,
    transform: { role: transform.ruleRole, policy: transform.rulePolicy },
    child,
  });
  // No dead-letter queue: what EventBridge cannot deliver within a day is a lease that expires.
  new aws.cloudwatch.EventTarget(
    ...transformed(
      transform.target,
      `${name}-target`,
      { rule: rule.name, arn: stateMachine.arn, roleArn: ruleRole.arn },
      { ...child, dependsOn: [rulePolicy] },
    ),
  );
  return stateMachine;
}

function definitionOf(uses: readonly LeaseReleaseUse[]): pulumi.Output<string> {
  return pulumi
    .all(
      uses.map(({ semaphore, key, holdSeconds }) =>
        pulumi
          .all([semaphore.tableName, holdSeconds])
          .apply(([tableName, seconds]) => ({ use: { tableName, key }, holdSeconds: seconds })),
      ),
    )
    .apply((known) => JSON.stringify(leaseReleaseDefinition(known), undefined, 2));
}

interface RoleOptions extends Pick<LeaseReleaseArgs, "tags"> {
  readonly transform: Pick<LeaseReleaseTransform, "role" | "policy">;
  readonly child: pulumi.CustomResourceOptions;
}

function roleOf(
  name: string,
  service: string,
  statements: Parameters<typeof policyDocument>[0],
  { tags, transform, child }: RoleOptions,
) {
  const role = new aws.iam.Role(
    ...transformed(
      transform.role,
      `${name}-role`,
      { assumeRolePolicy: trustPolicy(service), description: `Execution role of ${name}`, tags },
      child,
    ),
  );
  const policy = new aws.iam.RolePolicy(
    ...transformed(transform.policy, `${name}-policy`, { role: role.name, policy: policyDocument(statements) }, child),
  );
  return { role, policy };
}
