// Invokes a function on a schedule of EventBridge Scheduler: the schedule, and the role by which it invokes.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type DeliveryRetries, retryPolicy } from "./deliveryRetries";
import { policyDocument, trustPolicy } from "./policy";
import { keyStatements } from "./spoolReference";
import { type Transform, transformed } from "./transform";
import type { TriggerTarget } from "./triggerTarget";
import { matching, nonEmpty, validated } from "./validate";

/** A schedule. What cannot be delivered goes to the spool. */
export interface ScheduleTrigger extends DeliveryRetries {
  /**
   * When (https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html).
   *
   * @example `schedule: "rate(1 hour)"`
   * @example `schedule: "cron(0 6 * * ? *)"`
   * @example `schedule: "at(2027-01-01T00:00:00)"`
   */
  readonly schedule: pulumi.Input<string>;
  /** The time zone of `cron(...)` and `at(...)`. @default "UTC" */
  readonly timezone?: string;
  /** The event. @default Scheduler's own, which has an id */
  readonly input?: pulumi.Input<Readonly<Record<string, unknown>>>;
  /** What its resources are named after. @default its place among the triggers */
  readonly name?: string;
}

/** Changes to the resources of a ScheduleTrigger. */
export interface ScheduleTriggerTransform {
  readonly schedule?: Transform<aws.scheduler.ScheduleArgs>;
  readonly role?: Transform<aws.iam.RoleArgs>;
  readonly policy?: Transform<aws.iam.RolePolicyArgs>;
}

/** @throws when an argument is not allowed */
export function checkScheduleTrigger(argument: string, trigger: ScheduleTrigger): void {
  expression(argument, trigger);
  nonEmpty(`${argument}.timezone`, trigger.timezone ?? "UTC");
  retryPolicy(argument, trigger);
}

/** Creates the three resources; the schedule's ARN is what a dead letter names. */
export function createScheduleTrigger(
  name: string,
  argument: string,
  trigger: ScheduleTrigger,
  target: TriggerTarget,
  transform: ScheduleTriggerTransform = {},
): pulumi.Output<string> {
  const { spool, tags, parent } = target;
  const role = new aws.iam.Role(
    ...transformed(
      transform.role,
      `${name}-role`,
      {
        assumeRolePolicy: trustPolicy("scheduler.amazonaws.com"),
        description: `Execution role of the schedule ${name}`,
        tags,
      },
      { parent },
    ),
  );
  // Scheduler writes dead letters as the schedule's role: https://docs.aws.amazon.com/scheduler/latest/UserGuide/configuring-schedule-dlq.html
  const statements = [
    { actions: ["lambda:InvokeFunction"], resources: [target.function.arn] },
    { actions: ["sqs:SendMessage"], resources: [spool.arn] },
    ...keyStatements(spool),
  ];
  const policy = new aws.iam.RolePolicy(
    ...transformed(
      transform.policy,
      `${name}-policy`,
      { role: role.name, policy: policyDocument(statements) },
      { parent },
    ),
  );
  const schedule = new aws.scheduler.Schedule(
    ...transformed(
      transform.schedule,
      name,
      {
        scheduleExpression: expression(argument, trigger),
        scheduleExpressionTimezone: trigger.timezone ?? "UTC",
        flexibleTimeWindow: { mode: "OFF" },
        target: {
          arn: target.function.arn,
          roleArn: role.arn,
          ...(trigger.input === undefined
            ? {}
            : { input: pulumi.output(trigger.input).apply((known) => JSON.stringify(known)) }),
          deadLetterConfig: { arn: spool.arn },
          retryPolicy: retryPolicy(argument, trigger),
        },
      },
      { parent, dependsOn: [policy, target.after] },
    ),
  );
  return schedule.arn;
}

const forms =
  /^(rate\((1 (minute|hour|day)|([2-9]|[1-9]\d+) (minutes|hours|days))\)|cron\(\S+( \S+){5}\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))$/;

function expression(argument: string, { schedule }: ScheduleTrigger): pulumi.Input<string> {
  return validated(schedule, (value) =>
    matching(
      `${argument}.schedule`,
      value,
      forms,
      `a schedule such as "rate(1 hour)", "cron(0 6 * * ? *)" or "at(2027-01-01T00:00:00)"`,
    ),
  );
}
