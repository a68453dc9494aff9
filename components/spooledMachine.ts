// The state machine of a component that parks its failures: with its role, and the rule that records what it could not park itself.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { longestExecutionSeconds, year } from "./asl/longestExecution";
import type { StateMachineDefinition } from "./asl/states";
import { createLeaseRelease, type LeaseReleaseTransform, type LeaseReleaseUse } from "./leaseRelease";
import { type PermissionStatement, policyDocument, trustPolicy } from "./policy";
import { safetyNetPattern, safetyNetTemplate } from "./safetyNet";
import { safetyNetRulePrefix } from "./spoolQueuePolicy";
import { keyStatements, type SpoolReference } from "./spoolReference";
import { tracingStatements } from "./tracing";
import { type Transform, transformed } from "./transform";

/** Changes to the resources around a state machine. */
export interface SpooledMachineTransform {
  readonly stateMachine?: Transform<aws.sfn.StateMachineArgs>;
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly policy?: Transform<aws.iam.RolePolicyArgs>;
  readonly safetyNetRule?: Transform<aws.cloudwatch.EventRuleArgs>;
  readonly safetyNetTarget?: Transform<aws.cloudwatch.EventTargetArgs>;
  /** Where a semaphore is used: what frees the leases of executions that were stopped. */
  readonly leaseRelease?: LeaseReleaseTransform;
}

/** What such a machine is made of. */
export interface SpooledMachineArgs {
  /** The logical source that its records name. */
  readonly source: string;
  readonly spool: SpoolReference;
  readonly definition: pulumi.Output<StateMachineDefinition>;
  /** What its tasks need; writing to the spool is added. */
  readonly permissions: readonly PermissionStatement[];
  readonly tracing: boolean;
  /** Leases that its executions may hold. */
  readonly leases: readonly LeaseReleaseUse[];
  /** How long an execution may wait for leases, in seconds. */
  readonly waitSeconds: pulumi.Output<number>;
  /** Whether failed executions are resumed: then some fail on purpose, when their failure is recorded. */
  readonly resumes: boolean;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform: SpooledMachineTransform;
}

/** The resources that matter afterwards. */
export interface SpooledMachine {
  readonly stateMachine: aws.sfn.StateMachine;
  readonly role: aws.iam.Role;
  readonly longestExecutionSeconds: pulumi.Output<number>;
}

/** @param parent the component, whose name the state machine bears */
export function spooledMachine(name: string, args: SpooledMachineArgs, parent: pulumi.Resource): SpooledMachine {
  const { spool, source, definition, tags, tracing, transform } = args;
  const child = { parent };
  const role = new aws.iam.Role(
    ...transformed(
      transform.role,
      `${name}-role`,
      {
        assumeRolePolicy: trustPolicy("states.amazonaws.com"),
        description: `Execution role of the state machine ${name}`,
        tags,
      },
      child,
    ),
  );
  const policy = new aws.iam.RolePolicy(
    ...transformed(
      transform.policy,
      `${name}-policy`,
      { role: role.name, policy: policyDocument(machineStatements(args.permissions, spool, tracing)) },
      child,
    ),
  );
  const stateMachine = new aws.sfn.StateMachine(
    ...transformed(
      transform.stateMachine,
      name,
      {
        type: "STANDARD",
        roleArn: role.arn,
        definition: definition.apply((known) => JSON.stringify(known, undefined, 2)),
        tracingConfiguration: { enabled: tracing },
        tags,
      },
      { ...child, dependsOn: [policy] },
    ),
  );
  const rule = new aws.cloudwatch.EventRule(
    ...transformed(
      transform.safetyNetRule,
      `${name}-safety-net`,
      {
        namePrefix: spool.queueName.apply(safetyNetRulePrefix),
        description: `Records executions of ${source} that failed without having parked their work`,
        eventPattern: stateMachine.arn.apply((arn) => safetyNetPattern(arn, { resumes: args.resumes })),
        tags,
      },
      child,
    ),
  );
  // No dead-letter queue: what EventBridge cannot deliver within a day, the reconciler finds.
  new aws.cloudwatch.EventTarget(
    ...transformed(
      transform.safetyNetTarget,
      `${name}-safety-net-spool`,
      { rule: rule.name, arn: spool.arn, inputTransformer: { inputTemplate: safetyNetTemplate(source) } },
      child,
    ),
  );
  if (args.leases.length > 0) {
    const uses = args.leases;
    const { resumes } = args;
    const release = {
      stateMachineArn: stateMachine.arn,
      uses,
      resumes,
      tracing,
      tags,
      transform: transform.leaseRelease,
    };
    createLeaseRelease(`${name}-release`, release, parent);
  }
  const longest = pulumi
    .all([definition.apply(longestExecutionSeconds), args.waitSeconds])
    .apply(([states, waits]) => Math.min(states + waits, year));
  return { stateMachine, role, longestExecutionSeconds: longest };
}

/** What the state machine itself does: call its tasks, write to the spool, and report traces. */
function machineStatements(
  tasks: readonly PermissionStatement[],
  spool: SpoolReference,
  tracing: boolean,
): PermissionStatement[] {
  return [
    ...tasks,
    { actions: ["sqs:SendMessage"], resources: [spool.arn] },
    ...keyStatements(spool),
    ...tracingStatements(tracing),
  ];
}
