// The state machine of a component that parks its failures: with its role, and the rule that records what it could not park itself.
import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { longestExecutionSeconds } from "./asl/longestExecution";
import type { StateMachineDefinition } from "./asl/states";
import { type PermissionStatement, policyDocument, trustPolicy } from "./policy";
import { safetyNetPattern, safetyNetTemplate } from "./safetyNet";
import { safetyNetRulePrefix } from "./spoolQueuePolicy";
import { keyStatements, type SpoolReference } from "./spoolReference";
import { type Transform, transformed } from "./transform";

/** Changes to the resources around a state machine. */
export interface SpooledMachineTransform {
  readonly stateMachine?: Transform<aws.sfn.StateMachineArgs>;
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly policy?: Transform<aws.iam.RolePolicyArgs>;
  readonly safetyNetRule?: Transform<aws.cloudwatch.EventRuleArgs>;
  readonly safetyNetTarget?: Transform<aws.cloudwatch.EventTargetArgs>;
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
        eventPattern: stateMachine.arn.apply(safetyNetPattern),
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
  return { stateMachine, role, longestExecutionSeconds: definition.apply(longestExecutionSeconds) };
}

/** What the state machine itself does: call its tasks, write to the spool, and report traces. */
function machineStatements(
  tasks: readonly PermissionStatement[],
  spool: SpoolReference,
  tracing: boolean,
): PermissionStatement[] {
  // https://docs.aws.amazon.com/step-functions/latest/dg/xray-iam.html; none can be restricted to a resource.
  const xray = [
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
  ];
  return [
    ...tasks,
    { actions: ["sqs:SendMessage"], resources: [spool.arn] },
    ...keyStatements(spool),
    ...(tracing ? [{ actions: xray, resources: ["*"] }] : []),
  ];
}
