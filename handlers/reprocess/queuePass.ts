// A run's way through one queue: receives batches, has each message attended to, deletes what is settled, gives back the rest.
import { randomUUID } from "node:crypto";
import type { Message } from "@aws-sdk/client-sqs";
import { fifoPlace, isFifo, type QueueBesideSpool } from "../../records/attribute";
import { BATCH_SIZE, deleteMessages, releaseMessages } from "../queueBatches";
import { groupOf } from "./groups";
import type { StopReason } from "./request";
import type { Run } from "./run";

const EMPTY_RECEIVES = 3;
/** Above 0 a receive asks all of SQS's servers; more than this only makes a run on an empty queue take longer. */
const WAIT_SECONDS = 2;

/** What became of a message. */
export interface Attended {
  /** It can be deleted: its work is confirmed to be elsewhere. */
  readonly settled: boolean;
  /** The run did something about it. */
  readonly used: boolean;
}

/** The message was passed over. */
export const SKIPPED: Attended = { settled: false, used: false };
/** Something was done, or tried, and the message stays. */
export const LEFT: Attended = { settled: false, used: true };
export const SETTLED: Attended = { settled: true, used: true };

/** The state of a run in one queue. */
export class QueuePass {
  /** Messages that stay in the queue. They stay invisible until the run ends, so that it meets none of them twice. */
  private readonly kept: string[] = [];
  private emptyReceives = 0;
  private receivesWithoutUse = 0;

  constructor(
    private readonly run: Run,
    readonly queueUrl: string,
    /** Undefined for the spool. */
    private readonly queue?: QueueBesideSpool,
  ) {}

  /** Why the run should go on to the next queue; undefined while it should stay. */
  stopReason(): StopReason | undefined {
    if (this.emptyReceives >= EMPTY_RECEIVES) return "empty";
    if (this.receivesWithoutUse >= (this.run.config.maxReceivesWithoutUse ?? 100)) return "noUse";
    return undefined;
  }

  /** Receives a batch and deals with it: starts in parallel, then deletes what is confirmed. */
  async step(): Promise<void> {
    const messages = await this.receive();
    if (messages.length === 0) {
      this.emptyReceives++;
      return;
    }
    this.emptyReceives = 0;
    const attended = isFifo(this.queueUrl) ? await this.attendGroups(messages) : await this.attendAll(messages);
    this.receivesWithoutUse = attended.some(({ used }) => used) ? 0 : this.receivesWithoutUse + 1;
  }

  /** Makes visible again what stays: the next run, or another operator's, need not wait for it. */
  async end(): Promise<void> {
    await releaseMessages(this.target(), this.kept);
  }

  private async attendAll(messages: readonly Message[]): Promise<readonly Attended[]> {
    const attended = await Promise.all(messages.map((message) => this.run.attend(message, this.queue)));
    await this.settle(messages, attended);
    return attended;
  }

  private async attendGroups(messages: readonly Message[]): Promise<readonly Attended[]> {
    const groups = Map.groupBy(messages, (message) => fifoPlace(message, this.queue)?.groupId ?? "");
    const attended = await Promise.all([...groups].map(([groupId, ofGroup]) => this.attendInOrder(groupId, ofGroup)));
    return attended.flat();
  }

  /**
   * One after the other: a message is deleted when its redrive has ended, and before the next one's begins. A crash in between leaves it, and
   * the next run, which finds it started, waits for its end, too.
   */
  private async attendInOrder(groupId: string, messages: readonly Message[]): Promise<readonly Attended[]> {
    const { groups, request } = this.run;
    const group = groupOf(this.queue?.source ?? "", groupId);
    const all: Attended[] = [];
    for (const message of messages) {
      const held = !request.dryRun && (groups.isStopped(group) || (await groups.settle(group)) !== "succeeded");
      const attended = held ? this.run.holdBack() : await this.run.attend(message, this.queue);
      if (!attended.settled && !request.dryRun) groups.stop(group);
      const ended = attended.settled ? await groups.settle(group) : "unknown";
      const settled = { ...attended, settled: attended.settled && ended !== "unknown" };
      await this.settle([message], [settled]);
      all.push(settled);
    }
    return all;
  }

  private async settle(messages: readonly Message[], attended: readonly Attended[]): Promise<void> {
    const handlesOf = (wanted: boolean) =>
      messages.flatMap(({ ReceiptHandle }, index) =>
        attended[index]?.settled === wanted ? (ReceiptHandle ?? []) : [],
      );
    this.kept.push(...handlesOf(false));
    await deleteMessages(this.target(), handlesOf(true));
  }

  private async receive(): Promise<readonly Message[]> {
    const { pace, clients, functionEnd } = this.run;
    const untilEnd = Math.max(0, functionEnd - Date.now());
    const input = {
      QueueUrl: this.queueUrl,
      MaxNumberOfMessages: Math.min(BATCH_SIZE, this.run.wanted(), Math.max(1, pace.left())),
      WaitTimeSeconds: WAIT_SECONDS,
      // Until nobody can be working on them: a batch takes no longer than the function lives. After a crash they are back then.
      VisibilityTimeout: Math.min(43_200, Math.ceil(untilEnd / 1000) + 5),
      MessageSystemAttributeNames: ["All" as const],
      MessageAttributeNames: ["All"],
      // A reply that is lost would hide whole groups for that long; the same attempt, made again, gets the same messages.
      // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/using-receiverequestattemptid-request-parameter.html
      ...(isFifo(this.queueUrl) && { ReceiveRequestAttemptId: randomUUID() }),
    };
    const { Messages = [] } = await pace.persist(() => clients.sqs.receiveMessage(input));
    return Messages;
  }

  private target() {
    return { ...this.run.clients, queueUrl: this.queueUrl };
  }
}
