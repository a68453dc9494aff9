// How an alarm that goes off opens a circuit breaker: the pattern of the rule, and what it tells the control state machine.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { policyDocument, trustPolicy } from "./policy";
import { type Transform, transformed } from "./transform";
import { inWords, matching, validated } from "./validate";

/** An alarm, its name, or its ARN. */
export type BreakerAlarm = aws.cloudwatch.MetricAlarm | aws.cloudwatch.CompositeAlarm | pulumi.Input<string>;

/** Changes to the resources by which alarms open a circuit breaker. */
export interface BreakerAlarmTransform {
  readonly alarmRule?: Transform<aws.cloudwatch.EventRuleArgs>;
  readonly alarmTarget?: Transform<aws.cloudwatch.EventTargetArgs>;
  readonly alarmRole?: Transform<aws.iam.RoleArgs>;
  readonly alarmPolicy?: Transform<aws.iam.RolePolicyArgs>;
}

export interface AlarmRuleArgs {
  readonly alarmNames: readonly pulumi.Output<string>[];
  /** The state machine that is started. */
  readonly controlArn: pulumi.Output<string>;
  readonly tags?: pulumi.Input<Record<string, pulumi.Input<string>>>;
  readonly transform: BreakerAlarmTransform;
}

/**
 * The pattern of alarms that go off, by their names. One that is OK again starts nothing.
 *
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
 */
export function breakerAlarmPattern(alarmNames: readonly string[]): string {
  return JSON.stringify({
    source: ["aws.cloudwatch"],
    "detail-type": ["CloudWatch Alarm State Change"],
    detail: { alarmName: alarmNames, state: { value: ["ALARM"] } },
  });
}

/** Placeholders stand without quotes, so that quotes inside of their values do no harm. */
export const breakerAlarmTemplate = {
  inputPaths: { alarm: "$.detail.alarmName", reason: "$.detail.state.reason" },
  inputTemplate: `{"action": "open", "by": <alarm>, "reason": <reason>}`,
};

/**
 * The name of an alarm that is given by its name or its ARN.
 *
 * @throws when it is neither
 */
export function alarmName(argument: string, value: string): string {
  const allowed = 'the name or the ARN of an alarm, such as "payments-errors"';
  matching(argument, value, /^(?!arn:)[^\s].{0,254}$|^arn:[\w-]+:cloudwatch:[\w-]+:\d{12}:alarm:.+$/, allowed);
  return value.replace(/^arn:[^:]+:cloudwatch:[^:]+:\d{12}:alarm:/, "");
}

/**
 * The names of the alarms: events have them, whatever the program gave.
 *
 * @throws when it is no list, or holds something that is no alarm
 */
export function checkedAlarms(alarms: readonly BreakerAlarm[]): pulumi.Output<string>[] {
  if (!Array.isArray(alarms)) {
    throw new Error(`[alarms] must be a list of alarms, their names or their ARNs, got ${inWords(alarms)}`);
  }
  return alarms.map((alarm: BreakerAlarm, index) => {
    if (alarm instanceof aws.cloudwatch.MetricAlarm) return alarm.name;
    if (alarm instanceof aws.cloudwatch.CompositeAlarm) return alarm.alarmName;
    return pulumi.output(validated(alarm, (value) => alarmName(`alarms[${index}]`, value)));
  });
}

/** The rule, its target, and the role in which EventBridge starts the state machine. */
export function createAlarmRule(name: string, args: AlarmRuleArgs, parent: pulumi.Resource): void {
  const { alarmNames, controlArn, tags, transform } = args;
  const child = { parent };
  const rule = new aws.cloudwatch.EventRule(
    ...transformed(
      transform.alarmRule,
      `${name}-alarms`,
      {
        description: `Opens the circuit breaker ${name} when an alarm goes off`,
        eventPattern: pulumi.all([...alarmNames]).apply(breakerAlarmPattern),
        tags,
      },
      child,
    ),
  );
  const role = new aws.iam.Role(
    ...transformed(
      transform.alarmRole,
      `${name}-alarms-role`,
      {
        assumeRolePolicy: trustPolicy("events.amazonaws.com"),
        description: `Role of the rule that opens the circuit breaker ${name}`,
        tags,
      },
      child,
    ),
  );
  const policy = new aws.iam.RolePolicy(
    ...transformed(
      transform.alarmPolicy,
      `${name}-alarms-policy`,
      {
        role: role.name,
        policy: policyDocument([{ actions: ["states:StartExecution"], resources: [controlArn] }]),
      },
      child,
    ),
  );
  new aws.cloudwatch.EventTarget(
    ...transformed(
      transform.alarmTarget,
      `${name}-alarms-control`,
      { rule: rule.name, arn: controlArn, roleArn: role.arn, inputTransformer: breakerAlarmTemplate },
      { ...child, dependsOn: [policy] },
    ),
  );
}
