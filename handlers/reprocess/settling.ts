// What a run does about a message that it decided on, and whether the message is done with.
import type { Message } from "@aws-sdk/client-sqs";
import { carriedBy, copyOf, parkedAt, type QueueBesideSpool, readAttribute } from "../../records/attribute";
import { redriveName } from "../../records/executionName";
import type { FailureRecord } from "../../records/record";
import { errorMessage, errorName } from "../awsErrors";
import type { Decision } from "./decide";
import { OutOfTime } from "./pace";
import { discardParked } from "./park";
import { type Attended, LEFT, SETTLED } from "./queuePass";
import type { Run } from "./run";
import { startNextGeneration } from "./start";
import type { StartOutcome } from "./starter";

/** A message, and what is to be done with it. */
interface Decided {
  readonly message: Message;
  readonly queue: QueueBesideSpool | undefined;
  readonly decision: Decision;
  /** The FIFO group of its work. */
  readonly group: string | undefined;
}

/** The deeds of a run. */
export class Settling {
  /** Starts of this run by what they redrive: two records of one failure are one redrive. */
  private readonly starts = new Map<string, Promise<StartOutcome>>();

  constructor(private readonly run: Run) {}

  async settle({ message, queue, decision, group }: Decided): Promise<Attended> {
    const { counts, clients, groups } = this.run;
    const { action, record } = decision;
    if (action === "skip") return this.run.holdBack();
    if (action === "poison") return this.poison(message, queue, decision.reason, record);
    if (action === "discard") {
      clients.log.info("message discarded", { messageId: message.MessageId, reason: decision.reason });
      return SETTLED;
    }
    const outcome = await this.startOnce(decision.record, message);
    if (outcome.outcome === "poison") return this.poison(message, queue, outcome.reason, record);
    if (outcome.outcome === "outOfTime") return LEFT;
    counts[outcome.outcome]++;
    if (outcome.outcome === "superseded") return SETTLED;
    if (outcome.outcome === "success") this.note(decision.record, outcome.execution);
    if (!("execution" in outcome)) return LEFT;
    if (group !== undefined) groups.started(group, outcome.execution);
    return SETTLED;
  }

  private note(record: FailureRecord, execution: string): void {
    const { source, identity, generation } = record;
    // A new execution tells of itself, whatever the record's mode.
    const mode = execution === record.execution ? (record.mode ?? "restart") : "restart";
    this.run.started.push({ execution, source, id: identity.id, generation, mode });
  }

  private async startOnce(record: FailureRecord, message: Message): Promise<StartOutcome> {
    const key = redriveKey(record);
    const first = this.starts.get(key);
    if (first !== undefined) {
      const started = await first;
      if (started.outcome === "success" || started.outcome === "alreadyStarted")
        return { outcome: "alreadyStarted", execution: started.execution };
    }
    const { config, pace, startedAt, clients } = this.run;
    const { bucket } = config;
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
    const { config, clients, pace, counts } = this.run;
    const work = { messageId: message.MessageId, id: record?.identity.id, work: record?.work, source: record?.source };
    try {
      const now = { reason, at: new Date().toISOString(), parkedAt: parkedAt(message) };
      const copy = copyOf(message, { ...carriedBy(message, queue), ...now });
      if (copy === undefined) throw new Error(`it has no room for what its copy must carry; it is poison: ${reason}`);
      await pace.persist(() => clients.sqs.sendMessage({ QueueUrl: config.poisonUrl, ...copy }));
      if (record) await discardParked(record, reason, { ...clients, pace });
      counts.poisoned++;
      clients.log.warn("message moved to the poison queue", { ...work, reason });
      return SETTLED;
    } catch (error) {
      if (error instanceof OutOfTime) return LEFT;
      counts.failed++;
      const details = { ...work, error: errorName(error), reason: errorMessage(error) };
      clients.log.error("message could not be moved to the poison queue", details);
      return LEFT;
    }
  }
}

/** Names one redrive. Work whose execution goes on counts its generations anew: those of a restart before it are others. */
function redriveKey({ mode, stateMachineArn, execution, identity, generation, step = "" }: FailureRecord): string {
  if (mode === undefined) return `${stateMachineArn} ${redriveName(identity, generation + 1)}`;
  return `${mode} ${execution} ${generation} ${step}`;
}
