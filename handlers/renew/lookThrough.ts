// Goes through the messages of one queue: finds the oldest, and copies those near the end of their retention.
import type { Message } from "@aws-sdk/client-sqs";
import { carriedBy, copyOf, parkedAt, type QueueBesideSpool, sentAt } from "../../records/attribute";
import { errorName } from "../awsErrors";
import { BATCH_SIZE, deleteMessages, releaseMessages } from "../queueBatches";
import type { RenewClients, RenewedQueue } from "../renew";
import { isDue } from "./carryOver";

/** A queue whose messages must not expire. */
export interface QueueToRenew {
  readonly queueUrl: string;
  /** The queue beside the spool that it is; undefined for the spool and the poison queue. */
  readonly beside?: QueueBesideSpool;
  /** Where copies go. */
  readonly copyTo: string;
  /** @default what SQS says */
  readonly retentionSeconds?: number;
  readonly renewBeforeSeconds: number;
  /** Whether a message can be deleted instead of being copied. */
  isSettled(message: Message): Promise<boolean>;
  /** When the work of a message first started, in milliseconds since 1970: its age counts from here. */
  waitsSince(message: Message): number;
  /** The body of its copy. */
  renewedBody(message: Message): Promise<string>;
  /** When resumable work failed, in milliseconds since 1970; undefined for other work. @default no work is resumable */
  resumableSince?(message: Message): number | undefined;
  /** Takes care of resumable work that must soon be redriven; whether its message can be deleted. @default it is left */
  carryOver?(message: Message): Promise<boolean>;
}

type QueueOfKnownRetention = QueueToRenew & { readonly retentionSeconds: number };

/** How long messages of a large queue may be invisible to a reprocess run. */
const LONGEST_PASS_MS = 60_000;
const RECEIVES_AT_ONCE = 5;
/** SQS's limit. https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-short-and-long-polling.html */
const LONGEST_POLL_SECONDS = 20;

/**
 * Looks through a queue until `deadline`, in milliseconds since 1970.
 *
 * An empty queue costs one call. Up to ten messages cost one more, a receive that leaves them visible. More are held while the pass goes
 * on, or the same ones would be received again and again instead of the rest, and given back as soon as it ends: a second for about
 * two thousand.
 */
export async function lookThrough(clients: RenewClients, asked: QueueToRenew, deadline: number): Promise<RenewedQueue> {
  const { visible, hidden, retentionSeconds } = await countMessages(clients, asked);
  const queue = { retentionSeconds, ...asked };
  if (visible + hidden === 0)
    return { seen: 0, renewed: 0, settled: 0, failed: 0, oldestAgeSeconds: 0, complete: true };
  const glance = visible <= BATCH_SIZE ? await glanceAt(clients, queue, deadline) : [];
  const expected = Math.max(visible, glance.length);
  if (glance.length > 0 && glance.length >= visible && !glance.some((message) => needsCare(message, queue)))
    return report(ageOf(glance, queue), {
      seen: expected,
      renewed: 0,
      settled: 0,
      failed: 0,
      complete: hidden === 0,
    });
  const pass = new Pass(clients, queue);
  try {
    await pass.run(expected, Math.min(deadline, Date.now() + LONGEST_PASS_MS));
  } finally {
    await pass.end();
  }
  return report(pass.ages, { ...pass.counts, complete: pass.counts.seen >= expected && hidden === 0 });
}

/** When the oldest work first started, and the oldest resumable work failed: milliseconds since 1970, infinite where there is none. */
interface Ages {
  readonly oldest: number;
  readonly resumable: number;
}

const NO_AGES: Ages = { oldest: Number.POSITIVE_INFINITY, resumable: Number.POSITIVE_INFINITY };

function report(
  { oldest, resumable }: Ages,
  rest: Omit<RenewedQueue, "oldestAgeSeconds" | "oldestResumableSeconds">,
): RenewedQueue {
  const secondsSince = (moment: number) => Math.max(0, Math.round((Date.now() - moment) / 1000));
  return {
    ...rest,
    ...(Number.isFinite(oldest) && { oldestAgeSeconds: secondsSince(oldest) }),
    ...(Number.isFinite(resumable) && { oldestResumableSeconds: secondsSince(resumable) }),
  };
}

/** A look at all messages, each held until the end. */
class Pass {
  readonly counts = { seen: 0, renewed: 0, settled: 0, failed: 0 };
  /** Of the work that stays. */
  ages = NO_AGES;
  private readonly held: string[] = [];

  constructor(
    private readonly clients: RenewClients,
    private readonly queue: QueueOfKnownRetention,
  ) {}

  async run(visible: number, until: number): Promise<void> {
    while (this.counts.seen < visible && Date.now() < until) {
      const left = Math.ceil((visible - this.counts.seen) / BATCH_SIZE);
      const holdSeconds = Math.ceil((until - Date.now()) / 1000) + 5;
      const receives = Array.from({ length: Math.min(left, RECEIVES_AT_ONCE) }, () =>
        receive(this.clients, this.queue, holdSeconds),
      );
      const messages = (await Promise.all(receives)).flat();
      if (messages.length === 0) return;
      const settled = await Promise.all(messages.map((message) => this.attend(message)));
      const handles = (wanted: boolean) =>
        messages.flatMap(({ ReceiptHandle }, index) => (settled[index] === wanted ? (ReceiptHandle ?? []) : []));
      this.held.push(...handles(false));
      await deleteMessages({ ...this.clients, queueUrl: this.queue.queueUrl }, handles(true));
    }
  }

  async end(): Promise<void> {
    await releaseMessages({ ...this.clients, queueUrl: this.queue.queueUrl }, this.held);
  }

  /** Whether this very message can be deleted: it was copied, or there is nothing left to do. */
  private async attend(message: Message): Promise<boolean> {
    this.counts.seen++;
    const nearEnd = isNearEnd(message, this.queue);
    if ((nearEnd && (await this.queue.isSettled(message))) || (await this.isCarriedOver(message))) {
      this.counts.settled++;
      return true;
    }
    this.ages = ageOf([message], this.queue, this.ages);
    if (!nearEnd) return false;
    return this.renew(message);
  }

  private async isCarriedOver(message: Message): Promise<boolean> {
    const { resumableSince, carryOver } = this.queue;
    return carryOver !== undefined && isDue(resumableSince?.(message)) && carryOver(message);
  }

  private async renew(message: Message): Promise<boolean> {
    const Body = await this.queue.renewedBody(message);
    const carried = { ...carriedBy(message, this.queue.beside), parkedAt: parkedAt(message) };
    const copy = copyOf({ ...message, Body }, carried);
    if (copy === undefined) {
      this.counts.failed++;
      this.clients.log.error("message has no room for what its copy must carry", { messageId: message.MessageId });
      return false;
    }
    try {
      await this.clients.sqs.sendMessage({ QueueUrl: this.queue.copyTo, ...copy });
      this.counts.renewed++;
      return true;
    } catch (error) {
      this.counts.failed++;
      this.clients.log.error("message could not be renewed", { messageId: message.MessageId, error: errorName(error) });
      return false;
    }
  }
}

/** Looks at a few messages without hiding them. Where all are in flight it waits: a reprocess run may be about to give them back. */
async function glanceAt(clients: RenewClients, queue: QueueToRenew, deadline: number) {
  const seconds = Math.floor((deadline - Date.now()) / 1000);
  return receive(clients, queue, 0, Math.max(0, Math.min(LONGEST_POLL_SECONDS, seconds)));
}

async function countMessages({ sqs }: RenewClients, { queueUrl }: QueueToRenew) {
  const { Attributes = {} } = await sqs.getQueueAttributes({
    QueueUrl: queueUrl,
    AttributeNames: [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
      "MessageRetentionPeriod",
    ],
  });
  const count = (name: keyof typeof Attributes) => Number(Attributes[name] ?? 0);
  return {
    visible: count("ApproximateNumberOfMessages"),
    hidden: count("ApproximateNumberOfMessagesNotVisible") + count("ApproximateNumberOfMessagesDelayed"),
    retentionSeconds: count("MessageRetentionPeriod"),
  };
}

async function receive({ sqs }: RenewClients, { queueUrl }: QueueToRenew, visibilityTimeout: number, wait = 1) {
  const { Messages = [] } = await sqs.receiveMessage({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: BATCH_SIZE,
    WaitTimeSeconds: wait,
    VisibilityTimeout: visibilityTimeout,
    MessageSystemAttributeNames: ["All"],
    MessageAttributeNames: ["All"],
  });
  return Messages;
}

function ageOf(messages: readonly Message[], queue: QueueToRenew, { oldest, resumable } = NO_AGES): Ages {
  const failed = messages.flatMap((message) => queue.resumableSince?.(message) ?? []);
  return {
    oldest: Math.min(oldest, ...messages.map((message) => queue.waitsSince(message))),
    resumable: Math.min(resumable, ...failed),
  };
}

function needsCare(message: Message, queue: QueueOfKnownRetention): boolean {
  return isNearEnd(message, queue) || isDue(queue.resumableSince?.(message));
}

function isNearEnd(message: Message, { retentionSeconds, renewBeforeSeconds }: QueueOfKnownRetention): boolean {
  return Date.now() >= sentAt(message) + (retentionSeconds - renewBeforeSeconds) * 1000;
}
