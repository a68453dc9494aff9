// Keeps work away from a dependency that does not work: it is parked without an attempt until a probe has succeeded.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { breakerControlDefinition } from "./asl/breakerControlDefinition";
import type { BreakerUse } from "./asl/breakerTable";
import { type BreakerAlarm, type BreakerAlarmTransform, checkedAlarms, createAlarmRule } from "./breakerAlarms";
import { createAlarms } from "./createAlarms";
import { defaultBusBeside } from "./defaultBus";
import { type Duration, toSeconds } from "./duration";
import { type PermissionStatement, policyDocument, trustPolicy } from "./policy";
import { type Transform, transformed } from "./transform";
import { validated, wholeNumber } from "./validate";

/** Changes to the resources that a CircuitBreaker creates. */
export interface CircuitBreakerTransform extends BreakerAlarmTransform {
  readonly table?: Transform<aws.dynamodb.TableArgs>;
  readonly control?: Transform<aws.sfn.StateMachineArgs>;
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly policy?: Transform<aws.iam.RolePolicyArgs>;
  /** The alarm that watches the control state machine. */
  readonly controlFailures?: Transform<aws.cloudwatch.MetricAlarmArgs>;
}

/** Arguments of a CircuitBreaker. */
export interface CircuitBreakerArgs {
  /** So many failures in a row, of all that it protects, open it: 1 to 1000. @default 5 */
  readonly failureThreshold?: pulumi.Input<number>;
  /**
   * How long it stays open before one piece of work is let through to probe the dependency, from "1 second" to "7 days"; and again after
   * each probe that fails.
   *
   * @default "1 minute"
   */
  readonly openFor?: pulumi.Input<Duration>;
  /**
   * So many successes while it is half-open close it, 1 to 1000. At first one piece of work is tried at a time, and after each success one more.
   *
   * @default 3
   */
  readonly successThreshold?: pulumi.Input<number>;
  /**
   * Alarms of this account and region, of metrics or composite, that open it when they go off: themselves, their names or their ARNs. An alarm
   * that is OK again changes nothing: an open circuit breaker makes failures vanish, and alarms with them.
   *
   * @default none
   */
  readonly alarms?: readonly BreakerAlarm[];
  /** ARNs, of SNS topics for instance, that are notified when an execution of the control state machine fails. @default none */
  readonly alarmActions?: readonly pulumi.Input<string>[];
  /** Tags of every resource that has tags. @default none */
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  /** Changes to the resources that this component creates. @default none */
  readonly transform?: CircuitBreakerTransform;
}

/** What a step tells of itself. */
export interface BreakerStep {
  /** Names it in permits. */
  readonly step: string;
  /** Names of errors that are an answer of the dependency: it works. @default none */
  readonly answers?: readonly string[];
  /** How long the step can take at most, in seconds, from the check to its report. */
  readonly permitSeconds: pulumi.Input<number>;
}

/**
 * A circuit breaker for a dependency, which the steps that call it share. Closed, it lets everything through and counts failures in a row. Open, it
 * lets nothing through: work is parked without an attempt. After `openFor` it is half-open: one piece of work probes the dependency, and more
 * are let through only as they succeed.
 *
 * It is a DynamoDB table with one item, written by the protected state machines themselves: one state transition for the check and one for the report
 * while it is closed. DynamoDB takes a thousand writes a second of one item, so that it bears 500 attempts a second
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/bp-partition-key-design.html).
 *
 * Operators hold, release, open and close it by starting the control state machine, whose history says who did what:
 * `aws stepfunctions start-execution --state-machine-arn ... --input '{"action": "hold", "by": "Kim", "reason": "maintenance"}'`.
 * Events on the default bus tell that it opened and that it closed: see {@link breakerEventPattern}.
 *
 * @example `const payments = new CircuitBreaker("payments", { failureThreshold: 5, openFor: "1 minute" });`
 * @throws when an argument is not allowed
 */
export class CircuitBreaker extends pulumi.ComponentResource {
  readonly table: aws.dynamodb.Table;
  readonly tableName: pulumi.Output<string>;
  readonly tableArn: pulumi.Output<string>;
  /** The state machine by which operators and alarms control it. */
  readonly control: aws.sfn.StateMachine;
  /** Start executions of it. */
  readonly controlArn: pulumi.Output<string>;
  /** What a state machine that it protects must be allowed. */
  readonly statements: readonly PermissionStatement[];
  private readonly name: string;
  private readonly settings: pulumi.Output<
    Pick<BreakerUse, "failureThreshold" | "openSeconds" | "successThreshold" | "tableName">
  >;

  constructor(name: string, args: CircuitBreakerArgs = {}, opts?: pulumi.ComponentResourceOptions) {
    super("respool:index:CircuitBreaker", name, {}, opts);
    const { alarms = [], alarmActions, tags, transform = {} } = args;
    const child = { parent: this };
    this.name = name;
    const limits = checkedLimits(args);
    const alarmNames = checkedAlarms(alarms);
    this.table = new aws.dynamodb.Table(
      ...transformed(
        transform.table,
        name,
        { billingMode: "PAY_PER_REQUEST", hashKey: "key", attributes: [{ name: "key", type: "S" }], tags },
        child,
      ),
    );
    this.tableName = this.table.name;
    this.tableArn = this.table.arn;
    this.settings = pulumi
      .all([this.tableName, limits.failureThreshold, limits.openSeconds, limits.successThreshold])
      .apply(([tableName, failureThreshold, openSeconds, successThreshold]) => ({
        tableName,
        failureThreshold,
        openSeconds,
        successThreshold,
      }));
    this.statements = [
      { actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [this.table.arn] },
      { actions: ["events:PutEvents"], resources: [this.table.arn.apply(defaultBusBeside)] },
    ];
    this.control = this.createControl(transform, tags);
    this.controlArn = this.control.arn;
    if (alarmNames.length > 0) {
      createAlarmRule(name, { alarmNames, controlArn: this.controlArn, tags, transform }, this);
    }
    createAlarms(
      name,
      {
        alarms: { controlFailures: controlFailuresAlarm(name, this.controlArn) },
        alarmActions,
        tags,
        transform: { controlFailures: transform.controlFailures },
      },
      this,
    );
    this.registerOutputs({ tableName: this.tableName, controlArn: this.controlArn });
  }

  /** What the fragments of a protected step must know. */
  use({ step, answers = [], permitSeconds }: BreakerStep): pulumi.Output<BreakerUse> {
    return pulumi
      .all([this.settings, permitSeconds])
      .apply(([settings, seconds]) => ({ ...settings, breaker: this.name, permitSeconds: seconds, step, answers }));
  }

  private createControl(transform: CircuitBreakerTransform, tags: CircuitBreakerArgs["tags"]): aws.sfn.StateMachine {
    const { name } = this;
    const child = { parent: this };
    const role = new aws.iam.Role(
      ...transformed(
        transform.role,
        `${name}-control-role`,
        {
          assumeRolePolicy: trustPolicy("states.amazonaws.com"),
          description: `Execution role of the state machine that controls the circuit breaker ${name}`,
          tags,
        },
        child,
      ),
    );
    const policy = new aws.iam.RolePolicy(
      ...transformed(
        transform.policy,
        `${name}-control-policy`,
        { role: role.name, policy: policyDocument(this.statements) },
        child,
      ),
    );
    const definition = this.settings.apply(({ tableName, openSeconds }) =>
      JSON.stringify(breakerControlDefinition({ tableName, openSeconds, breaker: name }), undefined, 2),
    );
    return new aws.sfn.StateMachine(
      ...transformed(
        transform.control,
        `${name}-control`,
        { type: "STANDARD", roleArn: role.arn, definition, tags },
        { ...child, dependsOn: [policy] },
      ),
    );
  }
}

function checkedLimits({ failureThreshold = 5, openFor = "1 minute", successThreshold = 3 }: CircuitBreakerArgs) {
  const range = { minimum: 1, maximum: 1_000 };
  return {
    failureThreshold: validated(failureThreshold, (value) => wholeNumber("failureThreshold", value, range)),
    openSeconds: validated(openFor, (value) => toSeconds("openFor", value, { minimum: 1, maximum: 7 * 86_400 })),
    successThreshold: validated(successThreshold, (value) => wholeNumber("successThreshold", value, range)),
  };
}

/** https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html */
function controlFailuresAlarm(name: string, controlArn: pulumi.Output<string>): aws.cloudwatch.MetricAlarmArgs {
  return {
    alarmDescription: `The circuit breaker ${name} could not be held, released, opened or closed: see the execution that failed.`,
    namespace: "AWS/States",
    metricName: "ExecutionsFailed",
    dimensions: { StateMachineArn: controlArn },
    statistic: "Sum",
    period: 60,
    evaluationPeriods: 1,
    comparisonOperator: "GreaterThanThreshold",
    threshold: 0,
    treatMissingData: "notBreaching",
  };
}
