// Hands events to a bucket's destinations: queues, topics, functions, and the account's default event bus.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html
import type { CallRequest } from "../../gateway";
import type { JsonObject } from "../../json";
import { AwsError, type Principal } from "../../service";
import type { World } from "../../world";
import { queueUrl } from "../eventBridge/targetCall";
import type { Bucket } from "./bucket";
import { busEvent, notificationMessage, type ObjectEvent, testMessage } from "./eventMessages";
import { matchesEvent, type NotificationDestination, type NotificationSettings } from "./notificationSettings";

/** "Typically in seconds but can sometimes take a minute or longer": our choice. */
const passage = { low: 200, high: 1_500 };
/** S3 says "at least once" and not how it tries again: our choice, up to a day. */
const firstRetryMilliseconds = 1_000;
const longestRetryMilliseconds = 300_000;
const giveUpAfterMilliseconds = 86_400_000;

function isTransient({ status, code }: AwsError): boolean {
  return status >= 500 || status === 429 || /Throttl|TooManyRequests/.test(code);
}

function callFor(
  { kind, arn }: NotificationDestination,
  text: string,
): Pick<CallRequest, "service" | "action" | "input"> {
  switch (kind) {
    case "queue":
      return { service: "sqs", action: "SendMessage", input: { QueueUrl: queueUrl(arn), MessageBody: text } };
    case "topic":
      return {
        service: "sns",
        action: "Publish",
        input: { TopicArn: arn, Message: text, Subject: "Amazon S3 Notification" },
      };
    default:
      return {
        service: "lambda",
        action: "Invoke",
        input: { FunctionName: arn, InvocationType: "Event", Payload: text },
      };
  }
}

export class Notifications {
  private changes = 0;

  constructor(private readonly world: World) {}

  /** Grows with every change to an object. */
  nextSequencer(): string {
    this.changes += 1;
    const seconds = Math.floor(this.world.clock.now / 1_000).toString(16);
    return `${seconds.padStart(10, "0")}${this.changes.toString(16).padStart(8, "0")}`.toUpperCase();
  }

  /**
   * Checks that S3 may use every destination.
   *
   * @throws AwsError InvalidArgument, as PutBucketNotificationConfiguration answers it
   */
  validate(bucket: Bucket, { destinations }: NotificationSettings): void {
    for (const destination of destinations) {
      const request = { ...callFor(destination, "{}"), principal: this.principal(bucket) };
      if (this.world.gateway.refusal(request) === undefined) continue;
      throw new AwsError("InvalidArgument", "Unable to validate the following destination configurations");
    }
  }

  /** Functions get no test event. */
  sendTestEvents(bucket: Bucket, { destinations }: NotificationSettings, requestId: string): void {
    for (const destination of destinations.filter(({ kind }) => kind !== "function")) {
      const text = JSON.stringify(testMessage(bucket, this.world.clock.now, requestId));
      this.attempt(bucket, destination, text, this.world.clock.now, 0);
    }
  }

  publish(bucket: Bucket, event: ObjectEvent): void {
    if (bucket.notifications.eventBridge) this.world.bus.publish(busEvent(this.world, bucket, event));
    for (const destination of bucket.notifications.destinations) {
      const { events, prefix, suffix } = destination;
      if (!event.key.startsWith(prefix) || !event.key.endsWith(suffix)) continue;
      if (events.some((pattern) => matchesEvent(pattern, event.name))) this.start(bucket, destination, event);
    }
  }

  private start(bucket: Bucket, destination: NotificationDestination, event: ObjectEvent): void {
    const { clock, events, faults, random } = this.world;
    const payload = JSON.stringify(notificationMessage(this.world, bucket, event, destination));
    const arrivals = faults.arrivals({ kind: "s3.notification", to: destination.arn, payload });
    if (arrivals.length === 0) events.append("s3.NotificationLost", { bucket: bucket.name, to: destination.arn });
    for (const late of arrivals) {
      const delay = late + random.integer(passage.low, passage.high);
      clock.after(delay, () => this.attempt(bucket, destination, payload, clock.now, 0));
    }
  }

  private attempt(bucket: Bucket, destination: NotificationDestination, text: string, since: number, retries: number) {
    const { clock, events, gateway } = this.world;
    gateway.call({ ...callFor(destination, text), principal: this.principal(bucket) }, (outcome) => {
      if (outcome.ok) return;
      const { error } = outcome;
      if (error.code.startsWith("SimulatorUnsupported")) throw error;
      const delay = Math.min(longestRetryMilliseconds, firstRetryMilliseconds * 2 ** retries);
      if (isTransient(error) && clock.now + delay <= since + giveUpAfterMilliseconds) {
        clock.after(delay, () => this.attempt(bucket, destination, text, since, retries + 1));
        return;
      }
      const detail: JsonObject = { bucket: bucket.name, to: destination.arn, error: error.code };
      events.append("s3.NotificationDropped", detail);
    });
  }

  private principal(bucket: Bucket): Principal {
    return { kind: "service", service: "s3.amazonaws.com", sourceArn: bucket.arn };
  }
}
