// A queue: where each message is, and who waits for one.
import { arn, type World } from "../../world";
import type { GaugeRegistry } from "../cloudWatch/metricStore";
import { Deduplication } from "./deduplication";
import { invalidParameter, invalidValue, receiptHandleIsInvalid } from "./errors";
import { Expiry } from "./expiry";
import type { MessageContent, MessageState, NewMessage, StoredMessage } from "./message";
import { md5 } from "./messageAttributes";
import { type AttributeTexts, mergeAttributes, type QueueSettings, settingsOf } from "./queueAttributes";
import { QueueMetrics } from "./queueMetrics";
import { type Receipt, readReceiptHandle } from "./receiptHandle";
import { inGroupOrder } from "./receivable";

export class Queue {
  readonly arn: string;
  readonly url: string;
  readonly createdAt: number;
  readonly metrics: QueueMetrics;
  modifiedAt: number;
  lastPurgeAt: number | undefined;
  /** Called when a message has become receivable. */
  onVisible: () => void = () => undefined;
  private texts: AttributeTexts;
  private parsed: QueueSettings;
  private readonly stored = new Map<string, StoredMessage>();
  private readonly visible = new Set<StoredMessage>();
  /** The messages that the age of the oldest one looks at, oldest first. */
  private readonly counted = new Set<StoredMessage>();
  private readonly numbers: Record<MessageState, number> = { visible: 0, inFlight: 0, delayed: 0 };
  private copies = 0;
  private readonly deduplication = new Deduplication();
  private readonly expiry: Expiry;

  constructor(
    private readonly world: World,
    registry: GaugeRegistry,
    readonly name: string,
    attributes: AttributeTexts,
    /** TagQueue and UntagQueue replace them. */
    public tags: Readonly<Record<string, string>>,
  ) {
    this.texts = mergeAttributes(undefined, attributes);
    this.parsed = settingsOf(this.texts);
    this.arn = arn(world, "sqs", name);
    this.url = `https://sqs.${world.region}.amazonaws.com/${world.accountId}/${name}`;
    this.createdAt = world.clock.now;
    this.modifiedAt = this.createdAt;
    this.metrics = new QueueMetrics(world, registry, name);
    const expiresAt = ({ content }: StoredMessage) => content.sentAt + this.parsed.retention * 1000;
    this.expiry = new Expiry(
      world.clock,
      () => this.messages,
      expiresAt,
      (expired) => this.expire(expired),
    );
    this.report();
  }

  get attributes(): AttributeTexts {
    return this.texts;
  }

  get settings(): QueueSettings {
    return this.parsed;
  }

  get visibleCount(): number {
    return this.numbers.visible;
  }

  get inFlightCount(): number {
    return this.numbers.inFlight;
  }

  get delayedCount(): number {
    return this.numbers.delayed;
  }

  /** Every message that is not deleted or expired, in the order of arrival. */
  get messages(): readonly StoredMessage[] {
    return [...this.stored.values()];
  }

  get isFifo(): boolean {
    return this.parsed.fifo !== undefined;
  }

  /** The messages that can be received now: by groups, or in the order in which they became visible. */
  get receivableMessages(): Iterable<StoredMessage> {
    return this.isFifo ? inGroupOrder(this.messages) : this.visible;
  }

  /** Throws without effect when an attribute is not right. */
  setAttributes(changes: AttributeTexts): void {
    const texts = mergeAttributes(this.texts, changes);
    this.parsed = settingsOf(texts);
    this.texts = texts;
    this.modifiedAt = this.world.clock.now;
    this.expiry.restart();
  }

  /**
   * Takes a message in. A duplicate in a FIFO queue is answered as the first one was, and not stored.
   *
   * @param delay seconds
   */
  send(message: NewMessage, delay: number): MessageContent {
    const { clock, random, faults } = this.world;
    const content = { ...message, id: random.uuid(), bodyMd5: md5(message.body), sentAt: clock.now };
    this.metrics.count("NumberOfMessagesSent", 1);
    // Faults leave FIFO queues alone: those neither lose, nor repeat, nor reorder.
    if (this.parsed.fifo !== undefined) {
      const taken = this.deduplication.take(content, this.parsed.fifo, clock.now);
      if (!taken.isDuplicate) this.store(taken.content, delay * 1000);
      return taken.content;
    }
    for (const late of faults.arrivals({ kind: "sqs.delivery", to: this.arn, payload: message.body })) {
      if (late <= 0) this.store(content, delay * 1000);
      else clock.after(late, () => this.store(content, delay * 1000));
    }
    return content;
  }

  /** Takes a message over from a queue that this is the dead-letter queue of. */
  takeOver({ content, receiveCount, firstReceivedAt }: StoredMessage, sourceArn: string): void {
    const kept = this.isFifo ? this.deduplication.takeOver(content, this.world.clock.now) : content;
    this.store(kept, 0, { deadLetterSourceArn: sourceArn, receiveCount, firstReceivedAt });
  }

  /** Hands a message out; the receipt names this receive. */
  receive(message: StoredMessage, visibilityTimeout: number): Receipt {
    const { now } = this.world.clock;
    message.receiveCount += 1;
    message.receivesHere += 1;
    message.firstReceivedAt ??= now;
    message.lastReceivedAt = now;
    // "After a message is received three times (or more) and not processed", the age looks at the next one.
    if (message.receivesHere >= 3) this.counted.delete(message);
    this.hideFor(message, visibilityTimeout * 1000, "inFlight");
    return { copy: message.copy, receive: message.receivesHere };
  }

  /** A message becomes visible again, or for the first time, after so many milliseconds. */
  hideFor(message: StoredMessage, milliseconds: number, state: MessageState): void {
    message.timer?.cancel();
    message.timer = undefined;
    if (milliseconds <= 0) {
      this.show(message);
      return;
    }
    this.visible.delete(message);
    this.changeState(message, state);
    message.timer = this.world.clock.after(milliseconds, () => this.show(message), { background: true });
  }

  /** A second copy becomes receivable later, whatever happens to this one: standard queues deliver at least once. */
  redeliver(message: StoredMessage, late: number): void {
    const { content, receiveCount, firstReceivedAt, deadLetterSourceArn } = message;
    this.world.clock.after(late, () => this.store(content, 0, { receiveCount, firstReceivedAt, deadLetterSourceArn }));
  }

  /**
   * Deletes what a receipt handle stands for. A handle of an earlier receive succeeds and deletes nothing, the worse of
   * what API DeleteMessage announces ("the request will succeed, but the message might not be deleted"); a FIFO queue
   * refuses it, as it does one whose visibility timeout is over.
   */
  delete(handle: string): void {
    const receipt = this.readHandle(handle);
    this.metrics.count("NumberOfMessagesDeleted", 1);
    const message = this.stored.get(receipt.copy);
    const isLatest = message?.receivesHere === receipt.receive;
    if (this.isFifo && message !== undefined && !(isLatest && message.state === "inFlight")) {
      throw invalidValue("ReceiptHandle", handle, "The receipt handle has expired.");
    }
    if (!isLatest) return;
    this.remove(message);
    if (this.isFifo) this.onVisible();
  }

  /** @param visibilityTimeout seconds from now */
  changeVisibility(handle: string, visibilityTimeout: number): void {
    const receipt = this.readHandle(handle);
    const message = this.stored.get(receipt.copy);
    if (message?.receivesHere !== receipt.receive) {
      throw invalidValue(
        "ReceiptHandle",
        handle,
        "Message does not exist or is not available for visibility timeout change.",
      );
    }
    const { now } = this.world.clock;
    if (now + visibilityTimeout * 1000 - (message.lastReceivedAt ?? now) > 43_200_000) {
      throw invalidParameter("Total VisibilityTimeout for the message is beyond the limit [43200 seconds]");
    }
    this.hideFor(message, visibilityTimeout * 1000, "inFlight");
  }

  remove(message: StoredMessage): void {
    message.timer?.cancel();
    message.timer = undefined;
    this.stored.delete(message.copy);
    this.visible.delete(message);
    this.counted.delete(message);
    this.numbers[message.state] -= 1;
  }

  purge(): void {
    for (const message of this.messages) this.remove(message);
  }

  /** Ends all that the queue would still do, because it was deleted. */
  close(): void {
    this.purge();
    this.expiry.stop();
    this.report();
  }

  /** Tells CloudWatch how the queue is; also that it was called. */
  report(): void {
    const [oldest] = this.counted;
    const { visible, inFlight, delayed } = this.numbers;
    this.metrics.update({ visible, inFlight, delayed, oldestSince: oldest?.enteredAt });
  }

  private store(content: MessageContent, hiddenFor: number, from: Partial<StoredMessage> = {}): void {
    const message: StoredMessage = {
      content,
      copy: `${content.id}/${this.copies++}`,
      enteredAt: this.world.clock.now,
      deadLetterSourceArn: undefined,
      receiveCount: 0,
      firstReceivedAt: undefined,
      ...from,
      state: "delayed",
      timer: undefined,
      receivesHere: 0,
      lastReceivedAt: undefined,
    };
    this.stored.set(message.copy, message);
    this.counted.add(message);
    this.numbers.delayed += 1;
    this.expiry.add(message);
    this.hideFor(message, hiddenFor, "delayed");
    if (hiddenFor > 0) this.report();
  }

  private show(message: StoredMessage): void {
    message.timer = undefined;
    this.changeState(message, "visible");
    this.visible.add(message);
    this.report();
    this.onVisible();
  }

  private changeState(message: StoredMessage, state: MessageState): void {
    this.numbers[message.state] -= 1;
    this.numbers[state] += 1;
    message.state = state;
  }

  private readHandle(handle: string): Receipt {
    const receipt = readReceiptHandle(this.arn, handle);
    if (receipt === undefined) throw receiptHandleIsInvalid(handle);
    return receipt;
  }

  private expire(expired: readonly StoredMessage[]): void {
    for (const message of expired) {
      this.remove(message);
      this.world.events.append("sqs.MessageExpired", { queue: this.name, messageId: message.content.id });
    }
    this.report();
    if (this.isFifo && expired.length > 0) this.onVisible();
  }
}
