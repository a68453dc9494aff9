// Receiving: short and long polls, dead-letter queues, and what a receiver gets to see of a message.
import type { Message } from "@aws-sdk/client-sqs";
import type { Timer } from "../../clock";
import type { JsonObject } from "../../json";
import { AwsError, Deferred } from "../../service";
import type { World } from "../../world";
import { queueDoesNotExist } from "./errors";
import type { StoredMessage } from "./message";
import { md5OfAttributes, selectAttributes } from "./messageAttributes";
import type { Queue } from "./queue";
import { type Receipt, writeReceiptHandle } from "./receiptHandle";
import { ReceiveAttempts } from "./receiveAttempts";

export interface ReceiveRequest {
  readonly maxNumberOfMessages: number;
  /** Seconds. */
  readonly visibilityTimeout: number;
  /** Seconds; 0 is a short poll. */
  readonly waitTime: number;
  readonly systemAttributeNames: readonly string[];
  readonly messageAttributeNames: readonly string[];
  /** Of FIFO queues. */
  readonly attemptId?: string;
}

interface Waiter {
  readonly request: ReceiveRequest;
  readonly deferred: Deferred;
  readonly timer: Timer;
}

type Output = { readonly Messages?: Message[] };

/** The queue that messages go to after too many receives, when it exists and lets this one use it. */
export type FindDeadLetterQueue = (queue: Queue) => Queue | undefined;

function systemAttributes(message: StoredMessage, names: readonly string[]): Record<string, string> | undefined {
  if (names.length === 0) return undefined;
  const { content, receiveCount, firstReceivedAt, deadLetterSourceArn } = message;
  const present: Record<string, string | undefined> = {
    SenderId: content.senderId,
    ApproximateFirstReceiveTimestamp: String(firstReceivedAt),
    ApproximateReceiveCount: String(receiveCount),
    SentTimestamp: String(content.sentAt),
    AWSTraceHeader: content.traceHeader,
    DeadLetterQueueSourceArn: deadLetterSourceArn,
    MessageDeduplicationId: content.fifo?.deduplicationId,
    MessageGroupId: content.fifo?.groupId,
    SequenceNumber: content.sequenceNumber,
  };
  const chosen: Record<string, string> = {};
  for (const [name, value] of Object.entries(present)) {
    if (value !== undefined && (names.includes("All") || names.includes(name))) chosen[name] = value;
  }
  return chosen;
}

function describe(queue: Queue, message: StoredMessage, receipt: Receipt, request: ReceiveRequest): Message {
  const { content } = message;
  const attributes = systemAttributes(message, request.systemAttributeNames);
  const asked = Object.keys(content.attributes).length > 0 && request.messageAttributeNames.length > 0;
  const selected = selectAttributes(content.attributes, request.messageAttributeNames);
  const digest = md5OfAttributes(selected);
  return {
    MessageId: content.id,
    ReceiptHandle: writeReceiptHandle(queue.arn, receipt),
    MD5OfBody: content.bodyMd5,
    Body: content.body,
    ...(attributes === undefined ? {} : { Attributes: attributes }),
    ...(digest === undefined ? {} : { MD5OfMessageAttributes: digest }),
    ...(asked ? { MessageAttributes: selected as Message["MessageAttributes"] } : {}),
  };
}

/** Who receives from one queue. */
export class Receivers {
  private readonly waiters = new Set<Waiter>();
  private readonly attempts = new ReceiveAttempts();
  private readonly watchers = new Set<() => void>();
  private serving = false;

  constructor(
    private readonly world: World,
    private readonly queue: Queue,
    private readonly findDeadLetterQueue: FindDeadLetterQueue,
    private readonly maximumInFlight: number,
  ) {
    queue.onVisible = () => this.serve();
  }

  /**
   * AWS: API ReceiveMessage. A long poll answers when a message becomes visible, at the latest when its time is over;
   * those that wait are served in order.
   */
  receive(request: ReceiveRequest): Output | Deferred {
    const messages = this.repeat(request) ?? this.take(request);
    if (messages.length > 0) return { Messages: messages };
    if (request.waitTime > 0) return this.wait(request);
    // AWS: API ReceiveMessage: a FIFO queue gives no error at its limit.
    if (this.queue.inFlightCount >= this.maximumInFlight && !this.queue.isFifo) throw overLimit();
    return this.nothing();
  }

  /** Answers those that wait, because the queue was deleted. */
  close(): void {
    for (const { timer, deferred } of this.waiters) {
      timer.cancel();
      deferred.reject(queueDoesNotExist());
    }
    this.waiters.clear();
  }

  private repeat({ attemptId, visibilityTimeout }: ReceiveRequest): Message[] | undefined {
    if (attemptId === undefined) return undefined;
    const hide = (message: StoredMessage) => this.queue.hideFor(message, visibilityTimeout * 1000, "inFlight");
    return this.attempts.repeat(attemptId, this.world.clock.now, hide);
  }

  /** Calls back whenever messages became visible that nobody waited for; the result ends it. */
  watch(run: () => void): () => void {
    this.watchers.add(run);
    return () => this.watchers.delete(run);
  }

  private wait(request: ReceiveRequest): Deferred {
    const deferred = new Deferred();
    const giveUp = () => {
      this.waiters.delete(waiter);
      deferred.resolve(this.nothing());
    };
    const waiter = { request, deferred, timer: this.world.clock.after(request.waitTime * 1000, giveUp) };
    this.waiters.add(waiter);
    return deferred;
  }

  private nothing(): Record<string, never> {
    this.queue.metrics.count("NumberOfEmptyReceives", 1);
    this.queue.report();
    return {};
  }

  private serve(): void {
    // A visibility timeout of 0 makes a message visible again while it is being handed out.
    if (this.serving) return;
    this.serving = true;
    for (const waiter of this.waiters) {
      if (this.queue.visibleCount === 0) break;
      const messages = this.take(waiter.request);
      if (messages.length === 0) continue;
      this.waiters.delete(waiter);
      waiter.timer.cancel();
      waiter.deferred.resolve({ Messages: messages } as unknown as JsonObject);
    }
    this.serving = false;
    if (this.queue.visibleCount > 0) for (const watcher of this.watchers) watcher();
  }

  private take(request: ReceiveRequest): Message[] {
    const room = Math.min(request.maxNumberOfMessages, this.maximumInFlight - this.queue.inFlightCount);
    const chosen: StoredMessage[] = [];
    for (const message of this.queue.receivableMessages) {
      if (chosen.length >= room) break;
      if (this.moveToDeadLetterQueue(message)) continue;
      if (this.queue.isFifo || this.arrivesNow(message, request)) chosen.push(message);
    }
    if (!this.queue.isFifo) this.shuffleSlightly(chosen);
    const messages = chosen.map((message) => {
      const receipt = this.queue.receive(message, request.visibilityTimeout);
      return describe(this.queue, message, receipt, request);
    });
    if (messages.length > 0) this.queue.metrics.count("NumberOfMessagesReceived", messages.length);
    if (messages.length > 0 && request.attemptId !== undefined) {
      this.attempts.remember(request.attemptId, this.world.clock.now, chosen, messages);
    }
    this.queue.report();
    return messages;
  }

  /**
   * Applies the fault "sqs.redelivery" that a test injects: every further arrival is one more copy, whatever happens to
   * this one; without any, the message counts as received and its receiver never sees it.
   */
  private arrivesNow(message: StoredMessage, request: ReceiveRequest): boolean {
    const delivery = { kind: "sqs.redelivery", to: this.queue.arn, payload: message.content.body };
    const arrivals = this.world.faults.arrivals(delivery);
    const [first, ...again] = [...arrivals].sort((left, right) => left - right);
    for (const late of again) this.queue.redeliver(message, late);
    if (first === undefined) this.queue.receive(message, request.visibilityTimeout);
    else if (first > 0) this.queue.hideFor(message, first, "delayed");
    return first !== undefined && first <= 0;
  }

  /** AWS: "Using dead-letter queues in Amazon SQS": moved when it would be received once more than allowed. */
  private moveToDeadLetterQueue(message: StoredMessage): boolean {
    const { redrivePolicy } = this.queue.settings;
    if (redrivePolicy === undefined || message.receiveCount < redrivePolicy.maxReceiveCount) return false;
    const target = this.findDeadLetterQueue(this.queue);
    if (target === undefined) return false;
    this.queue.remove(message);
    target.takeOver(message, this.queue.arn);
    this.world.events.append("sqs.MovedToDeadLetterQueue", {
      queue: this.queue.name,
      to: target.name,
      messageId: message.content.id,
      receiveCount: message.receiveCount,
    });
    return true;
  }

  /** Standard queues keep the order by best effort only: now and then neighbours change places. */
  private shuffleSlightly(messages: StoredMessage[]): void {
    for (let index = 1; index < messages.length; index += 1) {
      if (this.world.random.integer(0, 3) > 0) continue;
      const [left, right] = [messages[index - 1], messages[index]] as [StoredMessage, StoredMessage];
      messages[index - 1] = right;
      messages[index] = left;
    }
  }
}

function overLimit(): AwsError {
  return new AwsError("OverLimit", "Too many messages in flight for this queue.", 403);
}
