// Invokes a function with the messages of an SNS topic: a subscription, and the function's permission for that topic.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type Transform, transformed } from "./transform";
import { allowInvocation, type TriggerTarget } from "./triggerTarget";
import { matching, oneOf, validated } from "./validate";

/** Messages of a standard SNS topic. What cannot be delivered goes to the spool, with its envelope. */
export interface TopicTrigger {
  /** The topic or its ARN. */
  readonly topic: aws.sns.Topic | pulumi.Input<string>;
  /**
   * Which messages (https://docs.aws.amazon.com/sns/latest/dg/sns-subscription-filter-policies.html).
   *
   * @default all
   * @example `filterPolicy: { kind: ["refund"] }`
   */
  readonly filterPolicy?: pulumi.Input<Readonly<Record<string, unknown>>>;
  /** What the filter looks at. @default "MessageAttributes" */
  readonly filterPolicyScope?: "MessageAttributes" | "MessageBody";
  /** What its resources are named after. @default its place among the triggers */
  readonly name?: string;
}

/** Changes to the resources of a TopicTrigger. */
export interface TopicTriggerTransform {
  readonly subscription?: Transform<aws.sns.TopicSubscriptionArgs>;
  readonly permission?: Transform<aws.lambda.PermissionArgs>;
}

/** @throws when an argument is not allowed */
export function checkTopicTrigger(argument: string, trigger: TopicTrigger): void {
  topicArn(argument, trigger);
  oneOf(`${argument}.filterPolicyScope`, trigger.filterPolicyScope ?? "MessageAttributes", [
    "MessageAttributes",
    "MessageBody",
  ]);
}

/** Creates both resources; the subscription's ARN is what a dead letter names. */
export function createTopicTrigger(
  name: string,
  argument: string,
  trigger: TopicTrigger,
  target: TriggerTarget,
  transform: TopicTriggerTransform = {},
): pulumi.Output<string> {
  const topic = topicArn(argument, trigger);
  const permission = allowInvocation(
    `${name}-permission`,
    target,
    { principal: "sns.amazonaws.com", sourceArn: topic },
    transform.permission,
  );
  const { filterPolicy, filterPolicyScope } = trigger;
  const subscription = new aws.sns.TopicSubscription(
    ...transformed(
      transform.subscription,
      name,
      {
        topic,
        protocol: "lambda",
        endpoint: target.function.arn,
        redrivePolicy: target.spool.arn.apply((arn) => JSON.stringify({ deadLetterTargetArn: arn })),
        ...(filterPolicy === undefined
          ? {}
          : {
              filterPolicy: pulumi.output(filterPolicy).apply((known) => JSON.stringify(known)),
              filterPolicyScope: filterPolicyScope ?? "MessageAttributes",
            }),
      },
      { parent: target.parent, dependsOn: [permission] },
    ),
  );
  return subscription.arn;
}

// A FIFO topic has no subscriptions of functions: https://docs.aws.amazon.com/sns/latest/dg/fifo-topic-message-delivery.html
function topicArn(argument: string, { topic }: TopicTrigger): pulumi.Input<string> {
  return validated(aws.sns.Topic.isInstance(topic) ? topic.arn : topic, (arn) =>
    matching(
      `${argument}.topic`,
      arn,
      /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
      "a standard SNS topic or its ARN",
    ),
  );
}
