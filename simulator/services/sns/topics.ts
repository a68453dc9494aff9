// All topics of an account and region.
import { createHash } from "node:crypto";
import { arn, type World } from "../../world";
import { invalidParameter, subscriptionDoesNotExist, topicDoesNotExist, unsupported } from "./errors";
import { type AttributeTexts, Subscription, Topic } from "./topic";

export class Topics {
  private readonly byArn = new Map<string, Topic>();
  /** How often an endpoint has been subscribed to a topic. */
  private readonly subscribed = new Map<string, number>();

  constructor(private readonly world: World) {}

  get all(): readonly Topic[] {
    return [...this.byArn.values()];
  }

  /** Throws AwsError InvalidParameter, NotFound. */
  get(topicArn: string | undefined): Topic {
    if (topicArn === undefined || !/^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_.-]+$/.test(topicArn)) {
      throw invalidParameter(
        `TopicArn Reason: An ARN must have at least 6 elements, not ${topicArn?.split(":").length ?? 0}`,
      );
    }
    const topic = this.byArn.get(topicArn);
    if (topic === undefined) throw topicDoesNotExist();
    return topic;
  }

  arnOf(name: string): string {
    return arn(this.world, "sns", name);
  }

  /** A topic of the same name is given back. (API Reference: CreateTopic.) */
  create(name: string, attributes: AttributeTexts): Topic {
    if (!/^[A-Za-z0-9_-]{1,256}(\.fifo)?$/.test(name)) throw invalidParameter("Topic Name");
    if (name.endsWith(".fifo") !== (attributes.FifoTopic === "true")) {
      throw invalidParameter(
        name.endsWith(".fifo")
          ? "Topic Name"
          : "Fifo Topic names must end with .fifo and must be made up of only uppercase and lowercase ASCII letters, numbers, underscores, and hyphens, and must be between 1 and 256 characters long.",
      );
    }
    const topicArn = this.arnOf(name);
    const known = this.byArn.get(topicArn);
    if (known !== undefined) {
      const different = Object.keys(attributes).some((key) => known.attributes[key] !== attributes[key]);
      if (different) throw invalidParameter("Attributes Reason: Topic already exists with different attributes");
      return known;
    }
    const topic = new Topic(topicArn, name);
    topic.change(attributes);
    this.byArn.set(topicArn, topic);
    return topic;
  }

  /** Deleting what is not there succeeds, as on AWS. */
  delete(topicArn: string | undefined): void {
    this.byArn.delete(topicArn ?? "");
  }

  /** The subscription of the same protocol and endpoint is given back. (API Reference: Subscribe.) */
  subscribe(topic: Topic, protocol: string, endpoint: string, attributes: AttributeTexts): Subscription {
    if (protocol !== "sqs" && protocol !== "lambda") throw unsupported("Protocol", protocol, "sqs and lambda");
    if (!endpoint.startsWith(`arn:aws:${protocol}:`)) {
      throw invalidParameter(`${protocol === "sqs" ? "SQS" : "Lambda"} endpoint ARN`);
    }
    const known = [...topic.subscriptions.values()].find(
      (subscription) => subscription.protocol === protocol && subscription.endpoint === endpoint,
    );
    if (known !== undefined) {
      const different = Object.keys(attributes).some((key) => known.attributes[key] !== attributes[key]);
      if (different) {
        throw invalidParameter("Attributes Reason: Subscription already exists with different attributes");
      }
      return known;
    }
    const subscription = new Subscription(`${topic.arn}:${this.newId(topic, endpoint)}`, topic.arn, protocol, endpoint);
    subscription.change(attributes);
    topic.subscriptions.set(subscription.arn, subscription);
    return subscription;
  }

  /** Throws AwsError NotFound. */
  subscription(subscriptionArn: string | undefined): Subscription {
    const topic = this.byArn.get((subscriptionArn ?? "").replace(/:[^:]*$/, ""));
    const subscription = topic?.subscriptions.get(subscriptionArn ?? "");
    if (subscription === undefined) throw subscriptionDoesNotExist();
    return subscription;
  }

  /** Not from the seed: a program that is created again in another simulation names its subscriptions by the ARNs that it knows. */
  private newId(topic: Topic, endpoint: string): string {
    const place = `${topic.arn} ${endpoint}`;
    const before = this.subscribed.get(place) ?? 0;
    this.subscribed.set(place, before + 1);
    const digits = createHash("sha256").update(`${place} ${before}`).digest("hex");
    return digits.replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, "$1-$2-4$3-a$4-$5");
  }

  unsubscribe(subscriptionArn: string | undefined): void {
    const topic = this.byArn.get((subscriptionArn ?? "").replace(/:[^:]*$/, ""));
    topic?.subscriptions.delete(subscriptionArn ?? "");
  }
}
