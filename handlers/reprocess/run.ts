// One reprocess run: its state, what it does with a message, and when it ends.
import type { Message } from "@aws-sdk/client-sqs";
import type { QueueBesideSpool } from "../../records/attribute";
import type { DynamoDbApi, S3Api, SqsApi, StepFunctionsApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import type { ReprocessConfig } from "../config";
import { type Log, type Metrics, queueName } from "../telemetry";
import { Breakers } from "./breakers";
import { countMessages } from "./countMessages";
import { type Decision, FILTERED_OUT } from "./decide";
import { Deciding } from "./deciding";
import { Groups, groupOfRecord } from "./groups";
import { originalError } from "./originalError";
import type { Pace } from "./pace";
import { type Attended, LEFT, QueuePass, SKIPPED } from "./queuePass";
import type { CheckedRequest, PlannedAction, ReprocessResult, StartedRedrive, StopReason } from "./request";
import { Settling } from "./settling";
import { StopFlag } from "./stopFlag";

/** What a reprocess function works with. */
export interface ReprocessClients {
  readonly sqs: SqsApi;
  readonly stepFunctions: StepFunctionsApi;
  readonly s3: S3Api;
  /** Where circuit breakers are. */
  readonly dynamoDb: DynamoDbApi;
  readonly log: Log;
  readonly metrics: Metrics;
}

const LISTED_AT_MOST = 100;

type Counts = Omit<ReprocessResult, "remaining" | "stoppedBecause" | "unreadable" | "heldBack" | "planned" | "started">;

/** The state of a run. */
export class Run {
  readonly counts: Counts = { success: 0, alreadyStarted: 0, superseded: 0, skipped: 0, poisoned: 0, failed: 0 };
  readonly planned: PlannedAction[] = [];
  readonly started: StartedRedrive[] = [];
  readonly stopFlag: StopFlag;
  readonly startedAt = Date.now();
  readonly groups: Groups;
  readonly breakers: Breakers;
  /** The spool, then the queues beside it: a FIFO group's earlier messages may have failed into the spool. */
  readonly passes: readonly QueuePass[];
  /** What SQS said of queues that it did not let this run deal with. */
  private readonly refusals = new Map<string, unknown>();
  private readonly deciding: Deciding;
  private readonly settling: Settling;

  constructor(
    readonly config: ReprocessConfig,
    readonly clients: ReprocessClients,
    readonly request: CheckedRequest,
    readonly pace: Pace,
    /** When Lambda ends the function at the latest, in milliseconds since 1970. */
    readonly functionEnd: number,
  ) {
    this.stopFlag = new StopFlag(clients, request.run);
    this.groups = new Groups(clients, pace);
    this.breakers = new Breakers(config.sources, clients, pace);
    this.deciding = new Deciding(this);
    this.settling = new Settling(this);
    const beside = config.deadLetterQueues ?? [];
    this.passes = [
      new QueuePass(this, config.spoolUrl),
      ...beside.map((queue) => new QueuePass(this, queue.url, queue)),
    ];
  }

  /** Why the run should end now; undefined while it should go on. */
  stopReason(): StopReason | undefined {
    if (this.wanted() <= 0) return "max";
    if (this.pace.left() === 0) return "deadline";
    return undefined;
  }

  /** How many messages all queues hold, visible or not. */
  async remaining(): Promise<number> {
    const counts = await Promise.all(
      this.passes.map(({ queueUrl }) =>
        countMessages(this.clients.sqs, queueUrl).catch((error: unknown) => {
          this.refused(queueUrl, error);
          return 0;
        }),
      ),
    );
    return counts.reduce((sum, count) => sum + count, 0);
  }

  /** Notes a queue that SQS does not let this run deal with. */
  refused(queueUrl: string, error: unknown): void {
    this.refusals.set(queueUrl, this.refusals.get(queueUrl) ?? error);
    const details = { queue: queueName(queueUrl), error: errorName(error), reason: errorMessage(error) };
    this.clients.log.error("queue could not be read", details);
  }

  isRefused(queueUrl: string): boolean {
    return this.refusals.has(queueUrl);
  }

  /**
   * The names of the queues beside the spool that were refused.
   *
   * @throws what SQS said of the spool, where it was the spool
   */
  unreadable(): readonly string[] {
    if (this.refusals.has(this.config.spoolUrl)) throw this.refusals.get(this.config.spoolUrl);
    return [...this.refusals.keys()].map(queueName);
  }

  /** What was refused or poisoned counts, too: `max` bounds everything that a run changes, or tries to. */
  wanted(): number {
    const { success, poisoned, failed } = this.counts;
    return this.request.max - success - poisoned - failed;
  }

  /** Does what is to be done with a message, or in a dry run lists it. It never fails: one message must not keep a run from the others. */
  async attend(message: Message, queue?: QueueBesideSpool): Promise<Attended> {
    try {
      return await this.dealWith(message, queue);
    } catch (error) {
      this.counts.failed++;
      const details = { messageId: message.MessageId, error: errorName(error), reason: errorMessage(error) };
      this.clients.log.error("message could not be dealt with", details);
      return LEFT;
    }
  }

  private async dealWith(message: Message, queue?: QueueBesideSpool): Promise<Attended> {
    const decision = await this.deciding.on(message, queue);
    if (decision === undefined) return LEFT;
    if (this.request.dryRun) return this.plan(decision);
    const group = groupOfRecord(decision.record);
    let isSettled = false;
    try {
      const attended = await this.settling.settle({ message, queue, decision, group });
      isSettled = attended.settled;
      return attended;
    } finally {
      if (group !== undefined && !isSettled) this.groups.stop(group);
    }
  }

  /** Leaves a message alone since an earlier one of its group must come first. */
  holdBack(): Attended {
    this.counts.skipped++;
    return SKIPPED;
  }

  private async plan({ action, record, ...act }: Decision): Promise<Attended> {
    if (action !== "discard")
      this.counts[action === "start" ? "success" : action === "poison" ? "poisoned" : "skipped"]++;
    const attended = action === "skip" ? SKIPPED : LEFT;
    const isListed = !("reason" in act && act.reason === FILTERED_OUT);
    if (!isListed || this.planned.length >= LISTED_AT_MOST) return attended;
    const { identity, work, source, generation } = record ?? {};
    const plan = {
      action,
      id: identity?.id,
      ...(work !== undefined && { work }),
      source,
      generation,
      ...("reason" in act && { reason: act.reason }),
    };
    const at = this.planned.push(plan) - 1;
    if (record) this.planned[at] = { ...plan, error: await originalError(this.clients.stepFunctions, record) };
    return attended;
  }
}
