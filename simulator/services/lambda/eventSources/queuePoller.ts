// Reads a queue for a function: receives when there are messages, gathers batches, hands them over, deletes what succeeded.
import type { Message } from "@aws-sdk/client-sqs";
import type { Timer } from "../../../clock";
import type { JsonObject } from "../../../json";
import { AwsError, type Outcome } from "../../../service";
import type { World } from "../../../world";
import { queueUrl } from "../../eventBridge/targetCall";
import { isTransient } from "../deliveries";
import type { InvocationResult } from "../executionEnvironment";
import type { LambdaFunction } from "../lambdaFunction";
import { failedMessages } from "./batchItemFailures";
import { compileFilters } from "./filters";
import type { QueueSettings } from "./mappingSettings";
import { queueRecord } from "./queueEvent";
import type { QueueSource } from "./queueSource";
import { Scaling } from "./scaling";

/** What a poller works with. */
export interface PollerParts {
  readonly world: World;
  readonly queues: QueueSource;
  /** The mapping's UUID. */
  readonly mapping: string;
  readonly target: LambdaFunction;
  readonly settings: QueueSettings;
  /** Throws AwsError unless the function's role may read the queue. */
  assertRights(): void;
  /** Starts an invocation, or throws when it is throttled. */
  start(target: LambdaFunction, requestId: string, payload: string, done: (result: InvocationResult) => void): void;
}

interface Batch {
  readonly messages: Message[];
  readonly records: JsonObject[];
  /** When its first message was received. */
  readonly since: number;
  bytes: number;
  timer: Timer | undefined;
}

/** A batch is complete, too, when its payload reaches what an invocation can take. */
const payloadLimit = 6 * 1024 * 1024;
const deleteAttempts = 3;

/** From one second to a minute: AWS gives no figures. */
function backoff(failures: number): number {
  return Math.min(60_000, 1000 * 2 ** failures);
}

export class QueuePoller {
  /** As API GetEventSourceMapping shows it. */
  lastProcessingResult = "No records processed";
  private readonly takes: (body: string) => boolean;
  private readonly scaling: Scaling;
  private gathering: Batch | undefined;
  /** Batches from their first message to their deletion. */
  private batches = 0;
  private receiving = false;
  /** Whether there may be messages that were not asked for. */
  private wanted = false;
  private receiveFailures = 0;
  private retry: Timer | undefined;
  private growth: Timer | undefined;
  private unwatch: (() => void) | undefined;

  constructor(private readonly parts: PollerParts) {
    this.takes = compileFilters("body", parts.settings.filters);
    this.scaling = new Scaling(parts.world.clock, parts.settings.maximumConcurrency);
  }

  start(): void {
    this.unwatch = this.parts.queues.onVisible(this.parts.settings.sourceArn, () => this.wake());
    if (this.hasVisible()) this.wake();
  }

  /** Batches under way come to their end. */
  stop(): void {
    this.unwatch?.();
    this.unwatch = undefined;
    this.retry?.cancel();
    this.growth?.cancel();
  }

  private hasVisible(): boolean {
    return (this.parts.queues.source(this.parts.settings.sourceArn)?.visibleCount ?? 0) > 0;
  }

  private wake(): void {
    this.wanted = true;
    this.poll();
  }

  private poll(): void {
    if (!this.wanted || this.receiving || this.retry !== undefined || this.unwatch === undefined) return;
    if (this.gathering === undefined && this.batches >= this.scaling.limit) {
      this.scaling.behind();
      this.growth?.cancel();
      if (this.scaling.canGrow) this.growth = this.parts.world.clock.after(1000, () => this.poll());
      return;
    }
    this.wanted = false;
    const { batchSize } = this.parts.settings;
    const room = batchSize - (this.gathering?.messages.length ?? 0);
    try {
      this.parts.assertRights();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.problem(error);
      return;
    }
    this.receiving = true;
    const input = {
      MaxNumberOfMessages: Math.min(10, room),
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    };
    this.call("ReceiveMessage", input, (outcome) => this.received(outcome));
  }

  private received(outcome: Outcome): void {
    this.receiving = false;
    if (!outcome.ok) {
      this.problem(outcome.error);
      if (!isTransient(outcome.error)) return;
      this.wanted = true;
      this.retry = this.parts.world.clock.after(backoff(this.receiveFailures++), () => {
        this.retry = undefined;
        this.poll();
      });
      return;
    }
    this.receiveFailures = 0;
    const { Messages = [] } = outcome.output as { readonly Messages?: readonly Message[] };
    const unseen = Messages.filter(({ Body = "" }) => !this.takes(Body));
    this.delete(unseen, () => undefined);
    for (const message of Messages) if (!unseen.includes(message)) this.gather(message);
    const { batchSize, batchingWindow } = this.parts.settings;
    const { gathering } = this;
    if (gathering !== undefined && (batchingWindow === 0 || gathering.messages.length >= batchSize)) this.complete();
    if (Messages.length > 0 && this.hasVisible()) this.wanted = true;
    if (!this.wanted) this.scaling.caughtUp();
    this.poll();
  }

  private gather(message: Message): void {
    const { world, settings } = this.parts;
    const record = queueRecord(message, settings.sourceArn, settings.batchingWindow > 0);
    const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (this.gathering !== undefined && this.gathering.bytes + bytes > payloadLimit) this.complete();
    if (this.gathering === undefined) {
      this.batches += 1;
      const started: Batch = { messages: [], records: [], since: world.clock.now, bytes: 0, timer: undefined };
      this.gathering = started;
      if (settings.batchingWindow > 0) {
        started.timer = world.clock.after(settings.batchingWindow * 1000, () => this.complete());
      }
    }
    this.gathering.messages.push(message);
    this.gathering.records.push(record);
    this.gathering.bytes += bytes;
  }

  private complete(): void {
    const batch = this.gathering;
    if (batch === undefined) return;
    batch.timer?.cancel();
    this.gathering = undefined;
    this.invoke(batch, JSON.stringify({ Records: batch.records }), 0);
  }

  /**
   * "If the invocation failed because of throttling, Lambda [...] continues to retry the message until the message's
   * timestamp exceeds your queue's visibility timeout, at which point Lambda drops the message": it is visible again then.
   */
  private invoke(batch: Batch, payload: string, throttles: number): void {
    const { world, target, queues, settings } = this.parts;
    try {
      this.parts.start(target, world.random.uuid(), payload, (result) => this.finished(batch, result));
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "TooManyRequestsException") throw error;
      const wait = backoff(throttles);
      const hiddenUntil = batch.since + (queues.source(settings.sourceArn)?.visibilityTimeout ?? 0) * 1000;
      if (world.clock.now + wait < hiddenUntil) {
        world.clock.after(wait, () => this.invoke(batch, payload, throttles + 1));
        return;
      }
      this.report(batch, batch.messages.length, "Throttled");
      this.release();
    }
  }

  private finished(batch: Batch, result: InvocationResult): void {
    const ids = batch.messages.map(({ MessageId = "" }) => MessageId);
    let failed: ReadonlySet<string> = new Set();
    if (!result.ok) failed = new Set(ids);
    else if (this.parts.settings.reportsFailures) failed = failedMessages(result.payload, ids);
    this.lastProcessingResult = result.ok ? "OK" : "PROBLEM: Function call failed";
    this.report(batch, failed.size, result.ok ? "OK" : "FunctionError");
    const done = batch.messages.filter(({ MessageId = "" }) => !failed.has(MessageId));
    this.delete(done, () => this.release());
  }

  private release(): void {
    this.batches -= 1;
    if (this.hasVisible()) this.wake();
  }

  /** Deletes messages, ten at a time; what cannot be deleted will be received again. */
  private delete(messages: readonly Message[], done: () => void, attempt = 1): void {
    if (messages.length === 0) {
      done();
      return;
    }
    const Entries = messages
      .slice(0, 10)
      .map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle: String(ReceiptHandle) }));
    this.call("DeleteMessageBatch", { Entries }, (outcome) => {
      if (!outcome.ok && isTransient(outcome.error) && attempt < deleteAttempts) {
        this.parts.world.clock.after(attempt * 1000, () => this.delete(messages, done, attempt + 1));
        return;
      }
      if (!outcome.ok) this.problem(outcome.error);
      this.delete(messages.slice(10), done);
    });
  }

  /** In the role of the function. */
  private call(action: string, input: JsonObject, reply: (outcome: Outcome) => void): void {
    const { world, target, settings } = this.parts;
    const principal = { kind: "role", roleArn: target.configuration.role } as const;
    const full = { QueueUrl: queueUrl(settings.sourceArn), ...input };
    world.gateway.call({ service: "sqs", action, input: full, principal }, reply);
  }

  private report({ messages }: Batch, failed: number, result: string): void {
    const { world, mapping, target } = this.parts;
    const detail = { mapping, function: target.configuration.name, messages: messages.length, failed, result };
    world.events.append("lambda.Batch", detail);
  }

  private problem({ code, message }: AwsError): void {
    const { world, mapping, target } = this.parts;
    this.lastProcessingResult = `PROBLEM: ${message}`;
    world.events.append("lambda.EventSourceProblem", { mapping, function: target.configuration.name, error: code });
  }
}
