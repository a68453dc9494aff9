// One reprocess run: its state, what it does with a message, and when it ends.
import type { Message } from "@aws-sdk/client-sqs";
import { carriedBy, copyOf, parkedAt, type QueueBesideSpool, readAttribute } from "../../records/attribute";
import { redriveName } from "../../records/executionName";
import { parseRecord } from "../../records/parse";
import type { FailureRecord } from "../../records/record";
import type { DynamoDbApi, S3Api, SqsApi, StepFunctionsApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import type { ReprocessConfig } from "../config";
import { resolveRecord } from "../resolveRecord";
import { type Log, type Metrics, queueName } from "../telemetry";
import { Breakers } from "./breakers";
import { countMessages } from "./countMessages";
import { type Decision, decide, FILTERED_OUT, isNewer } from "./decide";
import { Groups, groupOfRecord } from "./groups";
import { heldGenerations } from "./holds";
import { originalError } from "./originalError";
import { OutOfTime, type Pace } from "./pace";
import { discardParked } from "./park";
import { type Attended, QueuePass } from "./queuePass";
import type { CheckedRequest, PlannedAction, ReprocessResult, StartedRedrive, StopReason } from "./request";
import { startNextGeneration } from "./start";
import type { StartOutcome } from "./starter";
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

const SKIPPED: Attended = { settled: false, used: false };
const LEFT: Attended = { settled: false, used: true };
const SETTLED: Attended = { settled: true, used: true };

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
  /** Starts of this run by machine and name: two records of one failure are one redrive. */
  private readonly starts = new Map<string, Promise<StartOutcome>>();

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
    const decision = await this.decisionOn(message, queue);
    if (decision === undefined) return LEFT;
    if (this.request.dryRun) return this.plan(decision);
    const group = groupOfRecord(decision.record);
    let isSettled = false;
    try {
      const attended = await this.perform(message, queue, decision, group);
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

  /** Undefined where it cannot be decided now. */
  private async decisionOn(message: Message, queue?: QueueBesideSpool): Promise<Decision | undefined> {
    const { sources, bucket, maxRedrives } = this.config;
    if (isNewer(message, Math.min(this.startedAt, this.request.parkedBefore ?? this.startedAt))) {
      const parsed = parseRecord(message, sources, queue);
      const group = parsed.readable ? groupOfRecord(parsed.record) : undefined;
      if (group !== undefined && !this.request.dryRun) this.groups.stop(group);
      return { action: "skip", reason: "parked after this run began" };
    }
    try {
      const resolver = { sources, bucket, s3: this.clients.s3 };
      const parsed = await this.pace.persist(() => resolveRecord(resolver, message, queue));
      const rules = { maxRedrives, request: this.request };
      let decision = decide(parsed, rules);
      const { record } = decision;
      // Asked only where work would become poison: it takes a call for each of its redrives.
      if ("tooOften" in decision && record !== undefined && sources[record.source]?.holds) {
        const enough = record.generation - maxRedrives;
        const held = await heldGenerations(record, enough, { ...this.clients, pace: this.pace });
        decision = decide(parsed, { ...rules, held });
      }
      return decision.action === "start" && this.breakers.guard(decision.record)
        ? await this.breakers.allow(decision)
        : decision;
    } catch (error) {
      if (error instanceof OutOfTime) return undefined;
      this.counts.failed++;
      const details = { messageId: message.MessageId, error: errorName(error), reason: errorMessage(error) };
      this.clients.log.error("message could not be decided on", details);
      return undefined;
    }
  }

  private async perform(
    message: Message,
    queue: QueueBesideSpool | undefined,
    decision: Decision,
    group: string | undefined,
  ): Promise<Attended> {
    const { action, record } = decision;
    if (action === "skip") return this.holdBack();
    if (action === "poison") return this.poison(message, queue, decision.reason, record);
    if (action === "discard") {
      this.clients.log.info("message discarded", { messageId: message.MessageId, reason: decision.reason });
      return SETTLED;
    }
    const outcome = await this.startOnce(decision.record, message);
    if (outcome.outcome === "poison") return this.poison(message, queue, outcome.reason, record);
    if (outcome.outcome === "outOfTime") return LEFT;
    this.counts[outcome.outcome]++;
    if (outcome.outcome === "superseded") return SETTLED;
    if (outcome.outcome === "success") this.note(decision.record, outcome.execution);
    if (!("execution" in outcome)) return LEFT;
    if (group !== undefined) this.groups.started(group, outcome.execution);
    return SETTLED;
  }

  private note(record: FailureRecord, execution: string): void {
    const { source, identity, generation } = record;
    // A new execution tells of itself, whatever the record's mode.
    const mode = execution === record.execution ? (record.mode ?? "restart") : "restart";
    this.started.push({ execution, source, id: identity.id, generation, mode });
  }

  private async startOnce(record: FailureRecord, message: Message): Promise<StartOutcome> {
    const { stateMachineArn, identity, generation, step = "" } = record;
    const key = `${stateMachineArn} ${redriveName(identity, generation + 1)} ${step}`;
    const first = this.starts.get(key);
    if (first !== undefined) {
      const started = await first;
      if (started.outcome === "success" || started.outcome === "alreadyStarted")
        return { outcome: "alreadyStarted", execution: started.execution };
    }
    const { bucket } = this.config;
    const { pace, startedAt, clients } = this;
    const sentBack = readAttribute(message).reason !== undefined;
    const start = startNextGeneration(record, { ...clients, bucket, pace, startedAt, sentBack });
    this.starts.set(key, start);
    return start;
  }

  /**
   * Copies a message to the poison queue, ends the execution that waits for it, if one does, then has it deleted. A crash in between
   * leaves it in both, and the next run copies it again: a copy too many, where another order would lose it.
   */
  private async poison(
    message: Message,
    queue: QueueBesideSpool | undefined,
    reason: string,
    record: FailureRecord | undefined,
  ): Promise<Attended> {
    const work = { messageId: message.MessageId, id: record?.identity.id, work: record?.work, source: record?.source };
    try {
      const now = { reason, at: new Date().toISOString(), parkedAt: parkedAt(message) };
      const copy = copyOf(message, { ...carriedBy(message, queue), ...now });
      if (copy === undefined) throw new Error(`it has no room for what its copy must carry; it is poison: ${reason}`);
      await this.pace.persist(() => this.clients.sqs.sendMessage({ QueueUrl: this.config.poisonUrl, ...copy }));
      if (record) await discardParked(record, reason, { ...this.clients, pace: this.pace });
      this.counts.poisoned++;
      this.clients.log.warn("message moved to the poison queue", { ...work, reason });
      return SETTLED;
    } catch (error) {
      if (error instanceof OutOfTime) return LEFT;
      this.counts.failed++;
      const details = { ...work, error: errorName(error), reason: errorMessage(error) };
      this.clients.log.error("message could not be moved to the poison queue", details);
      return LEFT;
    }
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
