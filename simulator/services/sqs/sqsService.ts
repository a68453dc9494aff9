// Amazon SQS: standard and FIFO queues.
import type { PolicyDocument } from "../../iam";
import type { Operation, ResourceType, Service } from "../../service";
import type { World } from "../../world";
import type { GaugeRegistry } from "../cloudWatch/metricStore";
import { queueDoesNotExist } from "./errors";
import type { MessageState } from "./message";
import { messageOperations } from "./messageOperations";
import { moveTaskOperations } from "./moveTaskOperations";
import { permissionOperations } from "./permissionOperations";
import { queueOperations } from "./queueOperations";
import { queueResources } from "./queueResources";
import { Queues } from "./queues";

/** AWS: "Amazon SQS message quotas", in-flight messages per queue, of either type. */
const defaultMaximumInFlight = 120_000;

/** What a test sees of a message, without receiving it. */
export interface InspectedMessage {
  readonly messageId: string;
  readonly body: string;
  /** The message attributes' values; binary ones are base64. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly state: MessageState;
  /** Across all queues. */
  readonly receiveCount: number;
  /** Milliseconds since the epoch. */
  readonly sentAt: number;
}

/**
 * Queues as AWS documents them: standard ones deliver at least once, in no strict order; FIFO ones deduplicate and keep
 * the order of each message group. Fair queues are refused by name. Faults of standard queues: "sqs.delivery" (a sent
 * message arrives late, twice or never) and "sqs.redelivery" (a received one comes again).
 */
export class SqsService implements Service {
  readonly name = "sqs";
  readonly operations: Readonly<Record<string, Operation>>;
  readonly resourceTypes: Readonly<Record<string, ResourceType>>;
  private readonly queues: Queues;

  /**
   * @param gauges where queues report their depth and age: CloudWatch
   * @param maximumInFlight messages in flight that a queue can have
   */
  constructor(world: World, gauges: GaugeRegistry, maximumInFlight = defaultMaximumInFlight) {
    this.queues = new Queues(world, gauges, maximumInFlight);
    this.operations = {
      ...queueOperations(world, this.queues),
      ...messageOperations(this.queues),
      ...permissionOperations(this.queues),
      ...moveTaskOperations(world, this.queues),
    };
    this.resourceTypes = queueResources(this.queues);
  }

  /** Every queue's ARN and URL, in the order of creation. */
  list(): readonly { readonly name: string; readonly arn: string; readonly url: string }[] {
    return this.queues.all.map(({ name, arn, url }) => ({ name, arn, url }));
  }

  /**
   * For services that read queues without polling them: calls back whenever a queue has visible messages that no receiver
   * waits for. The result ends it.
   */
  onVisible(queueArn: string, run: () => void): () => void {
    const queue = this.queues.byArn(queueArn);
    if (queue === undefined) throw queueDoesNotExist();
    return this.queues.receivers(queue).watch(run);
  }

  /** What an event source mapping needs to know of a queue; undefined when there is none. */
  source(
    queueArn: string,
  ):
    | { readonly visibilityTimeout: number; readonly visibleCount: number; readonly policy: PolicyDocument | undefined }
    | undefined {
    const queue = this.queues.byArn(queueArn);
    if (queue === undefined) return undefined;
    const { visibilityTimeout, policy } = queue.settings;
    return { visibilityTimeout, visibleCount: queue.visibleCount, policy };
  }

  /** The messages of a queue in the order of arrival; looking at them changes nothing. */
  messages(queueArnOrUrl: string): readonly InspectedMessage[] {
    const queue = this.queues.byArn(queueArnOrUrl) ?? this.queues.find(queueArnOrUrl);
    if (queue === undefined) throw queueDoesNotExist();
    return queue.messages.map(({ content, state, receiveCount }) => ({
      messageId: content.id,
      body: content.body,
      attributes: Object.fromEntries(
        Object.entries(content.attributes).map(([name, { StringValue, BinaryValue }]) => [
          name,
          StringValue ?? String(BinaryValue),
        ]),
      ),
      state,
      receiveCount,
      sentAt: content.sentAt,
    }));
  }
}
