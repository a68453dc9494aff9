// Brings an event to a target: attempts, retries, and the dead-letter queue.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html

import type { JsonObject } from "../../json";
import type { AwsError } from "../../service";
import type { World } from "../../world";
import { classifyError, type DeliveryError } from "./deliveryError";
import { isoSeconds, type TakenEvent } from "./event";
import type { Rule, Target } from "./rule";
import { queueUrl, targetCall, targetService } from "./targetCall";

type RetryCondition = "MaximumRetryAttempts" | "MaximumEventAgeInSeconds";

interface Delivery {
  readonly rule: Rule;
  readonly target: Target;
  readonly event: TakenEvent;
  readonly payload: string;
}

/** AWS gives the limits, 185 retries and 24 hours, and says "exponential back off and jitter"; with this cap both are about reached. */
const firstRetryMilliseconds = 1_000;
const longestRetryMilliseconds = 600_000;
const deadLetterRetries = 3;

function simulatorLacks(error: AwsError): boolean {
  return error.code.startsWith("SimulatorUnsupported");
}

/** Delivers for all rules of a world. */
export class Deliveries {
  /** The events that calls of PutEvents carry from one bus to another: such an event keeps its id, time and source. */
  private readonly forwarded = new WeakMap<object, TakenEvent>();

  constructor(private readonly world: World) {}

  /** The event that a bus sends to another one by this call; undefined when it is anyone else's call. */
  forwardedBy(input: object): TakenEvent | undefined {
    return this.forwarded.get(input);
  }

  /**
   * Starts the delivery of an event to one target of a rule. What came from another bus does not go to a third one:
   * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html
   */
  start(rule: Rule, target: Target, event: TakenEvent): void {
    if (event.isForwarded && targetService(target.given.Arn) === "events") {
      this.note("events.NotForwardedAgain", rule, target, event);
      return;
    }
    const ingestionTime = isoSeconds(event.ingestedAt);
    const payload = target.input({ event: event.body, ruleArn: rule.arn, ruleName: rule.name, ingestionTime });
    if (payload === undefined) {
      const message = "The input that the InputTransformer made is not valid JSON.";
      this.giveUp({ rule, target, event, payload: "" }, { code: "INVALID_JSON", message, retriable: false }, 0);
      return;
    }
    const { clock, faults } = this.world;
    const to = target.given.Arn;
    const arrivals = faults.arrivals({ kind: "events.target", to, payload });
    if (arrivals.length === 0) this.note("events.DeliveryLost", rule, target, event);
    for (const late of arrivals) {
      if (late <= 0) this.attempt({ rule, target, event, payload }, 0);
      else clock.after(late, () => this.attempt({ rule, target, event, payload }, 0));
    }
  }

  private attempt(delivery: Delivery, retries: number): void {
    const { rule, target, event, payload } = delivery;
    const request = targetCall(target.given, rule.arn, payload, event.body);
    this.forwarded.set(request.input, event);
    this.world.gateway.call(request, (outcome) => {
      if (outcome.ok) {
        this.count(rule, "Invocations");
        this.note("events.Delivered", rule, target, event, { retries });
      } else {
        this.fail(delivery, outcome.error, retries);
      }
    });
  }

  private fail(delivery: Delivery, error: AwsError, retries: number): void {
    if (simulatorLacks(error)) throw error;
    const failure = classifyError(error);
    if (!failure.retriable) {
      this.giveUp(delivery, failure, retries);
      return;
    }
    const { target, event } = delivery;
    if (retries >= target.maximumRetryAttempts) {
      this.giveUp(delivery, failure, retries, "MaximumRetryAttempts");
      return;
    }
    const { clock } = this.world;
    const at = clock.now + this.backoff(retries);
    if (at > event.ingestedAt + target.maximumEventAgeSeconds * 1_000) {
      this.giveUp(delivery, failure, retries, "MaximumEventAgeInSeconds");
      return;
    }
    clock.at(at, () => this.attempt(delivery, retries + 1));
  }

  private backoff(retries: number): number {
    const longest = Math.min(longestRetryMilliseconds, firstRetryMilliseconds * 2 ** retries);
    return this.world.random.integer(longest / 2, longest);
  }

  /** To the dead-letter queue, or, without one, nowhere: EventBridge drops silently, and only metrics tell. */
  private giveUp(delivery: Delivery, error: DeliveryError, retries: number, condition?: RetryCondition): void {
    const { rule, target, event } = delivery;
    this.count(rule, "Invocations");
    this.count(rule, "FailedInvocations");
    this.note("events.DeliveryFailed", rule, target, event, { error: error.code, retries });
    const queue = target.given.DeadLetterConfig?.Arn;
    if (queue === undefined) return;
    const attributes = {
      RULE_ARN: rule.arn,
      TARGET_ARN: target.given.Arn,
      ERROR_CODE: error.code,
      ERROR_MESSAGE: error.message,
      ...(condition === undefined ? {} : { EXHAUSTED_RETRY_CONDITION: condition }),
      RETRY_ATTEMPTS: String(retries),
    };
    const typed = Object.entries(attributes).map(([name, text]) => [name, { DataType: "String", StringValue: text }]);
    const input = {
      QueueUrl: queueUrl(queue),
      MessageBody: JSON.stringify(event.body),
      MessageAttributes: Object.fromEntries(typed) as JsonObject,
    };
    this.sendToDeadLetterQueue(delivery, input, 0);
  }

  private sendToDeadLetterQueue(delivery: Delivery, input: JsonObject, retries: number): void {
    const { rule, target, event } = delivery;
    const principal = { kind: "service", service: "events.amazonaws.com", sourceArn: rule.arn } as const;
    this.world.gateway.call({ service: "sqs", action: "SendMessage", input, principal }, (outcome) => {
      if (outcome.ok) {
        this.count(rule, "InvocationsSentToDlq");
        this.note("events.SentToDlq", rule, target, event);
        return;
      }
      if (simulatorLacks(outcome.error)) throw outcome.error;
      if (classifyError(outcome.error).retriable && retries < deadLetterRetries) {
        this.world.clock.after(this.backoff(retries), () => this.sendToDeadLetterQueue(delivery, input, retries + 1));
        return;
      }
      this.count(rule, "InvocationsFailedToBeSentToDlq");
      this.note("events.Dropped", rule, target, event, { error: outcome.error.code });
    });
  }

  /** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html */
  private count(rule: Rule, name: string): void {
    this.world.metrics.put({
      namespace: "AWS/Events",
      name,
      dimensions: { RuleName: rule.name },
      values: [1],
      unit: "Count",
    });
  }

  private note(kind: string, rule: Rule, target: Target, event: TakenEvent, more: JsonObject = {}): void {
    this.world.events.append(kind, { rule: rule.name, target: target.given.Id, event: event.id, ...more });
  }
}
