// One reprocess run: its state, what it does with a batch of messages, and when it ends.
import type { Message } from "@aws-sdk/client-sqs";
import { copyOf, parkedAt } from "../../records/attribute";
import { redriveName } from "../../records/executionName";
import type { FailureRecord } from "../../records/record";
import type { SqsApi, StepFunctionsApi } from "../aws";
import { errorMessage, errorName } from "../awsErrors";
import type { ReprocessConfig } from "../config";
import { BATCH_SIZE, deleteMessages, releaseMessages } from "../queueBatches";
import type { Log, Metrics } from "../telemetry";
import { type Decision, decide } from "./decide";
import { originalError } from "./originalError";
import { OutOfTime, type Pace } from "./pace";
import type { CheckedRequest, PlannedAction, ReprocessResult, StopReason } from "./request";
import { type StartOutcome, startNextGeneration } from "./start";

/** What a reprocess function works with. */
export interface ReprocessClients {
  readonly sqs: SqsApi;
  readonly stepFunctions: StepFunctionsApi;
  readonly log: Log;
  readonly metrics: Metrics;
}

const EMPTY_RECEIVES = 3;
/** Above 0 a receive asks all of SQS's servers; more than this only makes a run on an empty queue take longer. */
const WAIT_SECONDS = 2;
const LISTED_AT_MOST = 100;

type Counts = Omit<ReprocessResult, "remaining" | "stoppedBecause" | "planned">;
type Act = Decision & { readonly message: Message };

/** The state of a run. */
export class Run {
  readonly counts: Counts = { success: 0, alreadyStarted: 0, superseded: 0, skipped: 0, poisoned: 0, failed: 0 };
  readonly planned: PlannedAction[] = [];
  readonly startedAt = Date.now();
  /** Messages that stay in the spool. They stay invisible until the run ends, so that it meets none of them twice. */
  private readonly kept: string[] = [];
  /** Starts of this run by machine and name: two records of one failure are one redrive. */
  private readonly starts = new Map<string, Promise<StartOutcome>>();
  private emptyReceives = 0;
  private receivesWithoutUse = 0;

  constructor(
    private readonly config: ReprocessConfig,
    private readonly clients: ReprocessClients,
    private readonly request: CheckedRequest,
    private readonly pace: Pace,
    /** When Lambda ends the function at the latest, in milliseconds since 1970. */
    private readonly functionEnd: number,
  ) {}

  /** Why the run should end now; undefined while it should go on. */
  stopReason(): StopReason | undefined {
    if (this.wanted() <= 0) return "max";
    if (this.pace.left() === 0) return "deadline";
    if (this.emptyReceives >= EMPTY_RECEIVES) return "empty";
    if (this.receivesWithoutUse >= (this.config.maxReceivesWithoutUse ?? 100)) return "noUse";
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
    const acts = messages.map((message): Act => ({ ...decide(message, this.rules()), message }));
    const settled = await Promise.all(acts.map((act) => (this.request.dryRun ? this.plan(act) : this.perform(act))));
    const used = acts.some(({ action }) => action !== "skip");
    this.receivesWithoutUse = used ? 0 : this.receivesWithoutUse + 1;
    const handlesOf = (wanted: boolean) =>
      acts.flatMap(({ message }, index) => (settled[index] === wanted ? (message.ReceiptHandle ?? []) : []));
    this.kept.push(...handlesOf(false));
    await deleteMessages(this.spool(), handlesOf(true));
  }

  /** Makes visible again what stays: the next run, or another operator's, need not wait for it. */
  async end(): Promise<void> {
    await releaseMessages(this.spool(), this.kept);
  }

  /** How many messages the spool holds, visible or not. */
  async remaining(): Promise<number> {
    const names = [
      "ApproximateNumberOfMessages",
      "ApproximateNumberOfMessagesNotVisible",
      "ApproximateNumberOfMessagesDelayed",
    ] as const;
    const { Attributes = {} } = await this.clients.sqs.getQueueAttributes({
      QueueUrl: this.config.spoolUrl,
      AttributeNames: [...names],
    });
    return names.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
  }

  /** What was refused or poisoned counts, too: `max` bounds everything that a run changes, or tries to. */
  private wanted(): number {
    const { success, poisoned, failed } = this.counts;
    return this.request.max - success - poisoned - failed;
  }

  private async receive(): Promise<readonly Message[]> {
    const untilEnd = Math.max(0, this.functionEnd - Date.now());
    const { Messages = [] } = await this.pace.persist(() =>
      this.clients.sqs.receiveMessage({
        QueueUrl: this.config.spoolUrl,
        MaxNumberOfMessages: Math.min(BATCH_SIZE, this.wanted(), Math.max(1, this.pace.left())),
        WaitTimeSeconds: WAIT_SECONDS,
        // Until nobody can be working on them: a batch takes no longer than the function lives. After a crash they are back then.
        VisibilityTimeout: Math.min(43_200, Math.ceil(untilEnd / 1000) + 5),
        MessageSystemAttributeNames: ["SentTimestamp"],
        MessageAttributeNames: ["All"],
      }),
    );
    return Messages;
  }

  /** Does what was decided; whether the message is settled, so that it can be deleted. */
  private async perform(act: Act): Promise<boolean> {
    if (act.action === "skip") {
      this.counts.skipped++;
      return false;
    }
    if (act.action === "poison") return this.poison(act.message, act.reason, act.record);
    const outcome = await this.startOnce(act.record);
    if (outcome.outcome === "poison") return this.poison(act.message, outcome.reason, act.record);
    if (outcome.outcome === "outOfTime") return false;
    this.counts[outcome.outcome]++;
    return outcome.outcome !== "failed";
  }

  private async startOnce(record: FailureRecord): Promise<StartOutcome> {
    const key = `${record.stateMachineArn} ${redriveName(record.identity, record.generation + 1)}`;
    const first = this.starts.get(key);
    if (first !== undefined) {
      const { outcome } = await first;
      if (outcome === "success" || outcome === "alreadyStarted") return { outcome: "alreadyStarted" };
    }
    const start = startNextGeneration(record, { ...this.clients, pace: this.pace });
    this.starts.set(key, start);
    return start;
  }

  /**
   * Copies a message to the poison queue, then has it deleted. A crash between the two leaves it in both, and the next run copies it
   * again: a copy too many, where the other order would lose it.
   */
  private async poison(message: Message, reason: string, record: FailureRecord | undefined): Promise<boolean> {
    const work = { messageId: message.MessageId, id: record?.identity.id, source: record?.source };
    try {
      const attribute = { reason, at: new Date().toISOString(), parkedAt: parkedAt(message) };
      const copy = { QueueUrl: this.config.poisonUrl, ...copyOf(message, attribute) };
      await this.pace.persist(() => this.clients.sqs.sendMessage(copy));
      this.counts.poisoned++;
      this.clients.log.warn("message moved to the poison queue", { ...work, reason });
      return true;
    } catch (error) {
      if (error instanceof OutOfTime) return false;
      this.counts.failed++;
      const details = { ...work, error: errorName(error), reason: errorMessage(error) };
      this.clients.log.error("message could not be moved to the poison queue", details);
      return false;
    }
  }

  private async plan({ action, record, ...act }: Act): Promise<boolean> {
    this.counts[action === "start" ? "success" : action === "poison" ? "poisoned" : "skipped"]++;
    if (this.planned.length >= LISTED_AT_MOST) return false;
    const { identity, source, generation } = record ?? {};
    const plan = { action, id: identity?.id, source, generation, ...("reason" in act && { reason: act.reason }) };
    const at = this.planned.push(plan) - 1;
    if (record) this.planned[at] = { ...plan, error: await originalError(this.clients.stepFunctions, record) };
    return false;
  }

  private rules() {
    const { sources, maxRedrives } = this.config;
    return { sources, maxRedrives, request: this.request, startedAt: this.startedAt };
  }

  private spool() {
    return { ...this.clients, queueUrl: this.config.spoolUrl };
  }
}
