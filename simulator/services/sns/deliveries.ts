// Brings a message to a subscriber: attempts, retries, and the dead-letter queue.
// (Developer Guide: "Amazon SNS message delivery retries", "Amazon SNS dead-letter queues (DLQs)".)
import type { CallRequest } from "../../gateway";
import type { JsonObject } from "../../json";
import type { AwsError } from "../../service";
import type { World } from "../../world";
import { queueUrl } from "../eventBridge/targetCall";
import { envelope, lambdaEvent, type Message, textFor } from "./message";
import type { Subscription, Topic } from "./topic";

/** Server-side failures of AWS-managed endpoints are tried again 100,015 times over 23 days. */
const immediate = 3;
const oneSecond = 2;
const backingOff = 10;
const longest = 20_000;
const attempts = 100_015;

/** Milliseconds before a retry; undefined after the last. @param retry counts from 1 */
export function retryDelay(retry: number): number | undefined {
  if (retry > attempts) return undefined;
  if (retry <= immediate) return 0;
  if (retry <= immediate + oneSecond) return 1_000;
  const step = retry - immediate - oneSecond;
  return step <= backingOff ? Math.round(1_000 * 20 ** (step / backingOff)) : longest;
}

/** A client-side error, such as a queue that is gone or a missing permission, is final. */
function isFinal({ status, code }: AwsError): boolean {
  return status >= 400 && status < 500 && status !== 429 && !/Throttl|TooManyRequests/.test(code);
}

function queueInput(queueArn: string, message: Message, body: string, raw: boolean): JsonObject {
  const attributes = raw && Object.keys(message.attributes).length > 0 ? { MessageAttributes: message.attributes } : {};
  const fifo = queueArn.endsWith(".fifo")
    ? { MessageGroupId: message.groupId, MessageDeduplicationId: message.deduplicationId }
    : {};
  return { QueueUrl: queueUrl(queueArn), MessageBody: body, ...attributes, ...fifo } as unknown as JsonObject;
}

function callFor(message: Message, subscription: Subscription): Pick<CallRequest, "service" | "action" | "input"> {
  const { protocol, endpoint, raw } = subscription;
  if (protocol === "sqs") {
    const body = raw ? textFor(message, subscription) : envelope(message, subscription);
    return { service: "sqs", action: "SendMessage", input: queueInput(endpoint, message, body, raw) };
  }
  const Payload = JSON.stringify(lambdaEvent(message, subscription));
  return { service: "lambda", action: "Invoke", input: { FunctionName: endpoint, InvocationType: "Event", Payload } };
}

export class Deliveries {
  constructor(private readonly world: World) {}

  /** Starts the delivery of a message to one subscriber. Faults: "sns.delivery" makes it late, doubled or lost. */
  start(topic: Topic, subscription: Subscription, message: Message): void {
    const { faults, clock } = this.world;
    const payload = textFor(message, subscription);
    const arrivals = faults.arrivals({ kind: "sns.delivery", to: subscription.endpoint, payload });
    for (const late of arrivals) clock.after(late, () => this.attempt(topic, subscription, message, 0));
  }

  private attempt(topic: Topic, subscription: Subscription, message: Message, retries: number): void {
    const principal = { kind: "service", service: "sns.amazonaws.com", sourceArn: topic.arn } as const;
    this.world.gateway.call({ ...callFor(message, subscription), principal }, (outcome) => {
      if (outcome.ok) {
        this.count(topic, "NumberOfNotificationsDelivered");
        return;
      }
      const { error } = outcome;
      if (error.code.startsWith("SimulatorUnsupported")) throw error;
      const delay = isFinal(error) ? undefined : retryDelay(retries + 1);
      if (delay === undefined) this.giveUp(topic, subscription, message, error);
      else this.world.clock.after(delay, () => this.attempt(topic, subscription, message, retries + 1));
    });
  }

  /** To the subscription's dead-letter queue, or, without one, nowhere. */
  private giveUp(topic: Topic, subscription: Subscription, message: Message, error: AwsError): void {
    const { events, gateway } = this.world;
    this.count(topic, "NumberOfNotificationsFailed");
    events.append("sns.DeliveryFailed", { subscription: subscription.arn, message: message.id, error: error.code });
    const { deadLetterQueue, raw } = subscription;
    if (deadLetterQueue === undefined) return;
    const body = raw ? textFor(message, subscription) : envelope(message, subscription);
    const input = queueInput(deadLetterQueue, message, body, raw);
    const principal = { kind: "service", service: "sns.amazonaws.com", sourceArn: topic.arn } as const;
    gateway.call({ service: "sqs", action: "SendMessage", input, principal }, (outcome) => {
      const metric = outcome.ok ? "NumberOfNotificationsRedrivenToDlq" : "NumberOfNotificationsFailedToRedriveToDlq";
      this.count(topic, metric);
      if (!outcome.ok) {
        events.append("sns.Dropped", {
          subscription: subscription.arn,
          message: message.id,
          error: outcome.error.code,
        });
      }
    });
  }

  /** Developer Guide: "Monitoring Amazon SNS topics using CloudWatch". */
  count(topic: Topic, name: string): void {
    const dimensions = { TopicName: topic.name };
    this.world.metrics.put({ namespace: "AWS/SNS", name, dimensions, values: [1], unit: "Count" });
  }
}
