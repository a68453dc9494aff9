// Finds the messages of one piece of work, in the spool and in the queues beside it, and holds them while they are worked on.
import { randomUUID } from "node:crypto";
import type { Message } from "@aws-sdk/client-sqs";
import { fifoPlace, isFifo, type QueueBesideSpool } from "../../records/attribute";
import { canonicalId } from "../../records/executionName";
import type { FailureRecord } from "../../records/record";
import type { SqsApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import { BATCH_SIZE, deleteMessages, releaseMessages } from "../queueBatches";
import { groupOfRecord } from "../reprocess/groups";
import { type RecordResolver, resolveRecord } from "../resolveRecord";
import { type Log, queueName } from "../telemetry";
import type { CheckedEdit } from "./request";

/** A queue that is searched. */
export interface SearchedQueue {
  readonly url: string;
  /** Undefined for the spool and the poison queue. */
  readonly beside?: QueueBesideSpool;
  readonly isPoison?: boolean;
}

/** A message that is held. */
export interface HeldMessage {
  readonly queue: SearchedQueue;
  readonly message: Message;
  readonly record: FailureRecord;
}

/** What searching takes. */
export interface SearchClients extends RecordResolver {
  readonly sqs: SqsApi;
  readonly log: Log;
}

const EMPTY_RECEIVES = 2;
const RECEIVES_AT_ONCE = 5;
/** Above 0 a receive asks all of SQS's servers. */
const WAIT_SECONDS = 1;

/**
 * A look through queues. Every message stays invisible until the end, so that none is met twice; a reprocess run at the same time finds
 * those that it received first, and the rest afterwards.
 */
export class Search {
  readonly found: HeldMessage[] = [];
  /** Messages that were received. */
  seen = 0;
  /** Whether every queue was looked through to its end. */
  complete = true;
  private readonly held = new Map<string, Set<string>>();
  /** Groups of FIFO queues, and of each the places of messages that are not looked for. */
  private readonly others = new Map<string, (string | undefined)[]>();

  constructor(
    private readonly clients: SearchClients,
    private readonly request: Pick<CheckedEdit, "id" | "source">,
    /** How long messages are held at most, in seconds. */
    private readonly holdSeconds: number,
  ) {}

  /** @param until when to give up, in milliseconds since 1970 */
  async lookThrough(queue: SearchedQueue, until: number): Promise<void> {
    for (let empty = 0; empty < EMPTY_RECEIVES; ) {
      if (Date.now() >= until) {
        this.complete = false;
        return;
      }
      // Groups of a FIFO queue are received one batch after the other anyway.
      const receives = Array.from({ length: isFifo(queue.url) ? 1 : RECEIVES_AT_ONCE }, () => this.receive(queue));
      // All are waited for: what one of them received while another failed must be given back, too.
      const received = await Promise.allSettled(receives);
      for (const one of received) if (one.status === "rejected") throw one.reason;
      const messages = received.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
      this.seen += messages.length;
      empty = messages.length === 0 ? empty + 1 : 0;
      await Promise.all(messages.map((message) => this.look(queue, message)));
    }
  }

  /** How many messages of its FIFO group stand before this one; 0 for one of no group. */
  before({ queue, message, record }: HeldMessage): number {
    const own = fifoPlace(message, queue.beside)?.sequenceNumber;
    const places = this.others.get(groupOfRecord(record) ?? "") ?? [];
    return places.filter((other) => other === undefined || own === undefined || BigInt(other) < BigInt(own)).length;
  }

  /** Deletes messages whose work is confirmed. */
  async settle(messages: readonly HeldMessage[]): Promise<void> {
    for (const [queueUrl, ofQueue] of Map.groupBy(messages, ({ queue }) => queue.url)) {
      const handles = ofQueue.flatMap(({ message }) => message.ReceiptHandle ?? []);
      await deleteMessages({ ...this.clients, queueUrl }, handles);
      for (const handle of handles) this.held.get(queueUrl)?.delete(handle);
    }
  }

  /** Gives back all that is held still. */
  async end(): Promise<void> {
    const releases = [...this.held].map(([queueUrl, handles]) =>
      releaseMessages({ ...this.clients, queueUrl }, [...handles]),
    );
    await Promise.all(releases);
  }

  private async receive({ url }: SearchedQueue): Promise<readonly Message[]> {
    const { Messages = [] } = await this.clients.sqs.receiveMessage({
      QueueUrl: url,
      MaxNumberOfMessages: BATCH_SIZE,
      WaitTimeSeconds: WAIT_SECONDS,
      VisibilityTimeout: this.holdSeconds,
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
      ...(isFifo(url) && { ReceiveRequestAttemptId: randomUUID() }),
    });
    const handles = this.held.get(url) ?? new Set();
    for (const { ReceiptHandle } of Messages) if (ReceiptHandle !== undefined) handles.add(ReceiptHandle);
    this.held.set(url, handles);
    return Messages;
  }

  private async look(queue: SearchedQueue, message: Message): Promise<void> {
    const record = await this.recordOf(queue, message);
    if (record === undefined) return;
    if (isWanted(record, this.request)) {
      this.found.push({ queue, message, record });
      return;
    }
    const group = groupOfRecord(record);
    if (group === undefined) return;
    this.others.set(group, [...(this.others.get(group) ?? []), fifoPlace(message, queue.beside)?.sequenceNumber]);
  }

  private async recordOf(queue: SearchedQueue, message: Message): Promise<FailureRecord | undefined> {
    try {
      const parsed = await resolveRecord(this.clients, message, queue.beside);
      return parsed.readable ? parsed.record : undefined;
    } catch (error) {
      const details = { messageId: message.MessageId, error: errorName(error), reason: errorMessage(error) };
      this.clients.log.error("a record's object could not be read", { queue: queueName(queue.url), ...details });
      return undefined;
    }
  }
}

function isWanted({ identity, work, source }: FailureRecord, request: Pick<CheckedEdit, "id" | "source">): boolean {
  if (request.source !== undefined && request.source !== source) return false;
  return work === request.id || identity.id === request.id || identity.id === canonicalId(request.id);
}
