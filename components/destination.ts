// Where Lambda sends records of invocations: queues, topics, event buses and functions, and what the role needs for each.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { PermissionStatement } from "./policy";
import { inWords, oneOf, validated } from "./validate";

/** The service in a destination's ARN. */
export type DestinationService = "sqs" | "sns" | "events" | "lambda";

/** A destination whose ARN is not known yet: which service it is must be said, since the role's permissions follow from it. */
export interface DestinationArn {
  readonly service: DestinationService;
  readonly arn: pulumi.Input<string>;
}

/**
 * A standard queue, a standard topic, an event bus or a function: the resource, or its ARN.
 *
 * @example `onSuccess: shippedTopic`
 * @example `onSuccess: "arn:aws:events:eu-west-1:123456789012:event-bus/orders"`
 * @example `onSuccess: { service: "sqs", arn: stack.requireOutput("queueArn") }`
 */
export type Destination =
  | aws.sqs.Queue
  | aws.sns.Topic
  | aws.cloudwatch.EventBus
  | aws.lambda.Function
  | DestinationArn
  | string;

/** A destination, and what a role needs in order to send there. */
export interface ResolvedDestination {
  readonly service: DestinationService;
  readonly arn: pulumi.Output<string>;
  readonly statements: readonly PermissionStatement[];
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-retain-records.html#invocation-async-destinations
const actions: Readonly<Record<DestinationService, string>> = {
  sqs: "sqs:SendMessage",
  sns: "sns:Publish",
  events: "events:PutEvents",
  lambda: "lambda:InvokeFunction",
};

const inWordsOf: Readonly<Record<DestinationService, string>> = {
  sqs: "a standard SQS queue",
  sns: "a standard SNS topic",
  events: "an EventBridge event bus",
  lambda: "a Lambda function",
};

const patterns: Readonly<Record<DestinationService, RegExp>> = {
  sqs: /^arn:[a-z-]+:sqs:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,80}$/,
  sns: /^arn:[a-z-]+:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]{1,256}$/,
  events: /^arn:[a-z-]+:events:[a-z0-9-]+:\d{12}:event-bus\/[/.\-_A-Za-z0-9]{1,256}$/,
  lambda: /^arn:[a-z-]+:lambda:[a-z0-9-]+:\d{12}:function:[A-Za-z0-9_-]{1,64}(:[A-Za-z0-9_$-]{1,128})?$/,
};

/**
 * FIFO queues and topics are no destinations of Lambda.
 *
 * @param services those that are possible here
 * @throws when it is none of these
 */
export function resolveDestination(
  argument: string,
  destination: Destination,
  services: readonly DestinationService[] = ["sqs", "sns", "events", "lambda"],
): ResolvedDestination {
  const found = typeof destination === "string" ? ofArn(argument, destination, services) : located(destination);
  if (found === undefined) {
    throw new Error(`[${argument}] must be ${choiceOf(services)}, or its ARN, got ${kindInWords(destination)}`);
  }
  const { service, arn } = found;
  oneOf(`${argument}.service`, service, services);
  const checked = pulumi.output(validated(arn, (known) => checkedArn(argument, known, [service])));
  return { service, arn: checked, statements: [{ actions: [actions[service]], resources: [checked] }] };
}

function ofArn(argument: string, arn: string, services: readonly DestinationService[]): DestinationArn {
  checkedArn(argument, arn, services);
  return { service: services.find((service) => patterns[service].test(arn)) ?? "sqs", arn };
}

function located(destination: Exclude<Destination, string>): DestinationArn | undefined {
  if (aws.sqs.Queue.isInstance(destination)) return { service: "sqs", arn: destination.arn };
  if (aws.sns.Topic.isInstance(destination)) return { service: "sns", arn: destination.arn };
  if (aws.cloudwatch.EventBus.isInstance(destination)) return { service: "events", arn: destination.arn };
  if (aws.lambda.Function.isInstance(destination)) return { service: "lambda", arn: destination.arn };
  return isDestinationArn(destination) ? destination : undefined;
}

function isDestinationArn(destination: unknown): destination is DestinationArn {
  return typeof destination === "object" && destination !== null && "service" in destination && "arn" in destination;
}

function checkedArn(argument: string, arn: string, services: readonly DestinationService[]): string {
  if (!services.some((service) => patterns[service].test(arn))) {
    throw new Error(`[${argument}] must be the ARN of ${choiceOf(services)}, got ${inWords(arn)}`);
  }
  return arn;
}

function choiceOf(services: readonly DestinationService[]): string {
  const named = services.map((service) => inWordsOf[service]);
  const last = named.pop() ?? "nothing";
  return named.length === 0 ? last : `${named.join(", ")} or ${last}`;
}

/** An Output's ARN does not tell the service in time; resources have no JSON. */
function kindInWords(destination: unknown): string {
  if (pulumi.Output.isInstance(destination)) {
    return `an Output: say which service it is, as { service: "sqs", arn: ... }`;
  }
  return typeof destination === "object" && destination !== null && pulumi.Resource.isInstance(destination)
    ? `an object of the class ${destination.constructor.name}`
    : inWords(destination);
}
