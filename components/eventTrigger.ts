// Invokes a function with the events of a bus that match a pattern: a rule, its target, and the function's permission for that rule.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type DeliveryRetries, retryPolicy } from "./deliveryRetries";
import { eventPatternText } from "./eventPattern";
import { safetyNetRulePrefix } from "./spoolQueuePolicy";
import { type Transform, transformed } from "./transform";
import { allowInvocation, type TriggerTarget } from "./triggerTarget";
import { validated } from "./validate";

/** Events of EventBridge. What cannot be delivered goes to the spool. */
export interface EventTrigger extends DeliveryRetries {
  /**
   * Which events (https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html).
   *
   * @example `eventPattern: { source: ["shop.orders"], "detail-type": ["OrderPlaced"] }`
   */
  readonly eventPattern: pulumi.Input<Readonly<Record<string, unknown>>>;
  /** The bus, its name or its ARN. @default the account's default bus */
  readonly eventBus?: aws.cloudwatch.EventBus | pulumi.Input<string>;
  /** What its resources are named after. @default its place among the triggers */
  readonly name?: string;
}

/** Changes to the resources of an EventTrigger. */
export interface EventTriggerTransform {
  readonly rule?: Transform<aws.cloudwatch.EventRuleArgs>;
  readonly target?: Transform<aws.cloudwatch.EventTargetArgs>;
  readonly permission?: Transform<aws.lambda.PermissionArgs>;
}

/** @throws when an argument is not allowed */
export function checkEventTrigger(argument: string, trigger: EventTrigger): void {
  validated(trigger.eventPattern, (pattern) => eventPatternText(`${argument}.eventPattern`, pattern));
  retryPolicy(argument, trigger);
}

/** Creates the three resources; the rule's ARN is what a dead letter names. */
export function createEventTrigger(
  name: string,
  argument: string,
  trigger: EventTrigger,
  target: TriggerTarget,
  transform: EventTriggerTransform = {},
): pulumi.Output<string> {
  const { spool, tags, parent } = target;
  const eventBusName = aws.cloudwatch.EventBus.isInstance(trigger.eventBus) ? trigger.eventBus.name : trigger.eventBus;
  const rule = new aws.cloudwatch.EventRule(
    ...transformed(
      transform.rule,
      name,
      {
        // The spool's policy knows the rules that may send to it by the beginning of their names.
        namePrefix: spool.queueName.apply(safetyNetRulePrefix),
        description: `Invokes ${name}`,
        eventBusName,
        eventPattern: validated(trigger.eventPattern, (pattern) =>
          eventPatternText(`${argument}.eventPattern`, pattern),
        ),
        tags,
      },
      { parent },
    ),
  );
  const permission = allowInvocation(
    `${name}-permission`,
    target,
    { principal: "events.amazonaws.com", sourceArn: rule.arn },
    transform.permission,
  );
  new aws.cloudwatch.EventTarget(
    ...transformed(
      transform.target,
      `${name}-target`,
      {
        rule: rule.name,
        eventBusName,
        arn: target.function.arn,
        deadLetterConfig: { arn: spool.arn },
        retryPolicy: retryPolicy(argument, trigger),
      },
      { parent, dependsOn: [permission] },
    ),
  );
  return pulumi.output(rule.arn);
}
