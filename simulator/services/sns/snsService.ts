// Amazon SNS: topics that hand messages to queues and functions.
import type { JsonObject } from "../../json";
import { AwsError, type Operation, operation, type ResourceType, type Service } from "../../service";
import type { World } from "../../world";
import { flatten } from "../eventBridge/eventPattern";
import { Deliveries } from "./deliveries";
import { invalidParameter, unsupported } from "./errors";
import { deduplicationIdOf, filterable, type Message, type PublishInput, textsOf } from "./message";
import { snsResources } from "./resources";
import { onTopic, subscriptionOperations } from "./subscriptionOperations";
import type { Topic } from "./topic";
import { Topics } from "./topics";

/** Developer Guide: "Message deduplication for FIFO topics". */
const deduplicationInterval = 5 * 60 * 1000;

interface TopicInput {
  readonly TopicArn?: string;
}

interface CreateTopicInput {
  readonly Name?: string;
  readonly Attributes?: Readonly<Record<string, string>>;
}

interface PublishBatchInput extends TopicInput {
  readonly PublishBatchRequestEntries?: readonly (PublishInput & { readonly Id: string })[];
}

/**
 * Topics, standard and FIFO, with subscriptions of queues and functions: raw delivery, filter policies, and a dead-letter
 * queue each. Other protocols are refused by name.
 */
export class SnsService implements Service {
  readonly name = "sns";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  private readonly topics: Topics;
  private readonly deliveries: Deliveries;

  constructor(private readonly world: World) {
    this.topics = new Topics(world);
    this.deliveries = new Deliveries(world);
    this.operations = {
      ...this.topicOperations(),
      ...subscriptionOperations(this.topics),
      ...this.publishOperations(),
    };
    this.resourceTypes = snsResources(this.topics);
  }

  private topicOperations(): Record<string, Operation> {
    const { topics } = this;
    return {
      CreateTopic: operation<CreateTopicInput>({
        authorize: ({ Name = "" }) => [{ action: "sns:CreateTopic", resource: topics.arnOf(Name) }],
        handle: ({ Name = "", Attributes = {} }) => ({ TopicArn: topics.create(Name, Attributes).arn }),
      }),
      DeleteTopic: operation<TopicInput>({
        authorize: ({ TopicArn }) => onTopic(topics, "DeleteTopic", TopicArn),
        handle: ({ TopicArn }) => {
          topics.delete(TopicArn);
          return {};
        },
      }),
      ListTopics: operation<TopicInput>({
        authorize: () => [{ action: "sns:ListTopics", resource: "*" }],
        handle: () => ({ Topics: topics.all.map(({ arn }) => ({ TopicArn: arn })) }),
      }),
      GetTopicAttributes: operation<TopicInput>({
        authorize: ({ TopicArn }) => onTopic(topics, "GetTopicAttributes", TopicArn),
        handle: ({ TopicArn }) => this.attributesOf(topics.get(TopicArn)),
      }),
      SetTopicAttributes: operation<TopicInput & { readonly AttributeName: string; readonly AttributeValue?: string }>({
        authorize: ({ TopicArn }) => onTopic(topics, "SetTopicAttributes", TopicArn),
        handle: ({ TopicArn, AttributeName, AttributeValue = "" }) => {
          topics.get(TopicArn).change({ [AttributeName]: AttributeValue });
          return {};
        },
      }),
    };
  }

  private publishOperations(): Record<string, Operation> {
    return {
      Publish: operation<PublishInput>({
        authorize: ({ TopicArn, TargetArn }) => onTopic(this.topics, "Publish", TopicArn ?? TargetArn),
        handle: (input) => {
          if (input.PhoneNumber !== undefined) throw unsupported("PhoneNumber", input.PhoneNumber, "TopicArn");
          const topicArn = input.TopicArn ?? input.TargetArn;
          if (topicArn === undefined) {
            throw invalidParameter("TopicArn or TargetArn Reason: no value for required parameter");
          }
          return this.publish(this.topics.get(topicArn), input);
        },
      }),
      PublishBatch: operation<PublishBatchInput>({
        authorize: ({ TopicArn }) => onTopic(this.topics, "Publish", TopicArn),
        handle: ({ TopicArn, PublishBatchRequestEntries: entries = [] }) => this.publishBatch(TopicArn, entries),
      }),
    };
  }

  private publishBatch(
    topicArn: string | undefined,
    entries: readonly (PublishInput & { readonly Id: string })[],
  ): JsonObject {
    const topic = this.topics.get(topicArn);
    if (entries.length === 0) throw new AwsError("EmptyBatchRequest", "The batch request doesn't contain any entries.");
    if (entries.length > 10) {
      const message = "The batch request contains more entries than permissible.";
      throw new AwsError("TooManyEntriesInBatchRequest", message);
    }
    if (new Set(entries.map(({ Id }) => Id)).size < entries.length) {
      throw new AwsError("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.");
    }
    const Successful: JsonObject[] = [];
    const Failed: JsonObject[] = [];
    for (const { Id, ...entry } of entries) {
      try {
        Successful.push({ Id, ...this.publish(topic, entry) });
      } catch (error) {
        if (!(error instanceof AwsError)) throw error;
        Failed.push({ Id, Code: error.code, Message: error.message, SenderFault: error.status < 500 });
      }
    }
    return { Successful, Failed };
  }

  private publish(topic: Topic, input: PublishInput): Readonly<Record<string, string>> {
    const { clock, random } = this.world;
    const texts = textsOf(input);
    const deduplicationId = topic.fifo ? deduplicationIdOf(topic, input) : undefined;
    const known = topic.deduplicated.get(deduplicationId ?? "");
    // The message is accepted, but not delivered again.
    if (known !== undefined && known.at + deduplicationInterval > clock.now) return known.answer;
    if (topic.fifo) topic.sequence += 1n;
    const sequenceNumber = topic.fifo ? `1${topic.sequence.toString().padStart(19, "0")}` : undefined;
    const message: Message = {
      id: random.uuid(),
      at: clock.now,
      texts,
      subject: input.Subject,
      attributes: input.MessageAttributes ?? {},
      groupId: input.MessageGroupId,
      deduplicationId,
      sequenceNumber,
    };
    const answer = {
      MessageId: message.id,
      ...(sequenceNumber === undefined ? {} : { SequenceNumber: sequenceNumber }),
    };
    if (deduplicationId !== undefined) topic.deduplicated.set(deduplicationId, { at: clock.now, answer });
    this.deliver(topic, message);
    return answer;
  }

  private deliver(topic: Topic, message: Message): void {
    this.deliveries.count(topic, "NumberOfMessagesPublished");
    for (const subscription of topic.subscriptions.values()) {
      if (subscription.filter !== undefined) {
        const seen = filterable(message, subscription);
        if (seen === undefined || !subscription.filter.matches(flatten(seen))) {
          this.deliveries.count(topic, "NumberOfNotificationsFilteredOut");
          continue;
        }
      }
      this.deliveries.start(topic, subscription, message);
    }
  }

  private attributesOf(topic: Topic): JsonObject {
    const count = String(topic.subscriptions.size);
    const fixed = { TopicArn: topic.arn, Owner: this.world.accountId, SubscriptionsConfirmed: count };
    return { Attributes: { ...topic.attributes, ...fixed, SubscriptionsPending: "0", SubscriptionsDeleted: "0" } };
  }
}
