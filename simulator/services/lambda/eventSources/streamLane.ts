// Reads one shard for a function, in order, one batch at a time; with a parallelization factor, one of the shard's shares.
// https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis.html, "Polling and batching streams"
import type { Timer } from "../../../clock";
import type { JsonObject } from "../../../json";
import { AwsError } from "../../../service";
import type { World } from "../../../world";
import type { Start } from "../asyncInvocations";
import type { Deliveries } from "../deliveries";
import type { InvocationResult } from "../executionEnvironment";
import type { LambdaFunction } from "../lambdaFunction";
import { afterFailure, type BatchOutcome, head, newBatch, outcomeOf, type StreamBatch, tail } from "./streamBatch";
import { type DiscardReason, failureCall, failureRecord, type StreamPlace } from "./streamFailure";
import { functionEvent, gather } from "./streamGathering";
import { isBefore } from "./streamPosition";
import type { StreamSettings } from "./streamSettings";
import type { SourceRecord, SourceStream } from "./streamSource";

/** What a lane works with. */
export interface LaneParts {
  readonly world: World;
  readonly target: LambdaFunction;
  readonly settings: StreamSettings;
  readonly place: StreamPlace;
  readonly deliveries: Deliveries;
  readonly start: Start;
  readonly stream: () => SourceStream | undefined;
  /** Throws AwsError unless the function's role may read the stream. */
  readonly assertRights: () => void;
  /** Whether a record is of this lane and passes the filters. */
  readonly takes: (record: SourceRecord) => boolean;
  /** The sequence number up to which everything is done. */
  readonly position: () => string | undefined;
  readonly advance: (sequenceNumber: string) => void;
  /** Everything there was is done; called again whenever that comes true. */
  readonly drained: () => void;
  /** An invocation came to its end after the lane was ended. */
  readonly settled: () => void;
  /** What API GetEventSourceMapping shows. */
  readonly result: (text: string) => void;
}

/** "Lambda polls each shard in your stream for records using HTTP at a base rate of once per second", DynamoDB four times. */
const pollInterval = { kinesis: 1000, dynamodb: 250 } as const;

export class StreamLane {
  /** What is read and not done, in order: more than one after a split. */
  private pending: StreamBatch[] = [];
  private invoking = false;
  private ended = false;
  private timer: Timer | undefined;
  private waiting: "poll" | "window" | "backoff" | undefined;
  private windowEnd: number | undefined;
  private throttles = 0;
  /** Whether the batch had to wait since it was read. */
  private waited = false;

  constructor(private readonly parts: LaneParts) {}

  get busy(): boolean {
    return this.invoking;
  }

  /** There may be records. */
  wake(): void {
    if (this.ended || this.invoking || this.waiting === "poll" || this.waiting === "backoff") return;
    const { world, place } = this.parts;
    this.later("poll", world.random.integer(5, pollInterval[place.kind]));
  }

  /** Nothing begins any more; an invocation under way comes to its end. */
  end(): void {
    this.ended = true;
    this.timer?.cancel();
  }

  private later(waiting: "poll" | "window" | "backoff", milliseconds: number): void {
    this.timer?.cancel();
    this.waiting = waiting;
    this.timer = this.parts.world.clock.after(milliseconds, () => {
      this.waiting = undefined;
      this.step();
    });
  }

  private step(): void {
    if (this.pending.length === 0 && !this.gather()) return;
    this.dropLost();
    this.dropOverdue();
    const batch = this.pending[0];
    if (batch === undefined) this.later("poll", 0);
    else this.invoke(batch);
  }

  /** Reads the next batch; tells whether there is one that may begin. */
  private gather(): boolean {
    const { world, settings, place, position, advance, stream, takes } = this.parts;
    try {
      this.parts.assertRights();
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      this.problem(error);
      return false;
    }
    const found = gather(stream(), place.shardId, position(), settings.batchSize, takes);
    if (found.records.length === 0) {
      if (found.through !== undefined) advance(found.through);
      this.parts.drained();
      return false;
    }
    if (!found.complete && settings.batchingWindow > 0) {
      this.windowEnd ??= world.clock.now + settings.batchingWindow * 1000;
      if (world.clock.now < this.windowEnd) {
        this.later("window", this.windowEnd - world.clock.now);
        return false;
      }
    }
    this.windowEnd = undefined;
    this.waited = false;
    this.pending = [newBatch(found.records, found.through as string)];
    return true;
  }

  /** "Lambda retries until the records expire": what the stream has no more is gone. */
  private dropLost(): void {
    const { stream, place, position, world, target } = this.parts;
    const batch = this.pending[0];
    if (batch === undefined || !this.waited) return;
    const oldest = stream()?.read(place.shardId, position(), 1)[0];
    const there = batch.records.findIndex((each) => !(oldest && isBefore(each.sequenceNumber, oldest.sequenceNumber)));
    const lost = oldest === undefined || there === -1 ? batch.records.length : there;
    if (lost === 0) return;
    const detail = { mapping: place.mapping, function: target.configuration.name, shard: place.shardId, records: lost };
    world.events.append("lambda.RecordsExpired", detail);
    this.done(lost);
  }

  private dropOverdue(): void {
    const batch = this.pending[0];
    const fresh = batch?.records.findIndex((record) => this.parts.world.clock.now < this.dueAt(record)) ?? 0;
    if (batch === undefined || fresh === 0) return;
    const count = fresh === -1 ? batch.records.length : fresh;
    this.discard(head(batch, count), "RecordAgeExceeded");
    this.done(count);
  }

  /** When a record is too old. */
  private dueAt({ arrivedAt }: SourceRecord): number {
    const { maximumRecordAge } = this.parts.settings;
    return maximumRecordAge === -1 ? Number.POSITIVE_INFINITY : arrivedAt + maximumRecordAge * 1000;
  }

  private invoke(batch: StreamBatch): void {
    const { world, target } = this.parts;
    const requestId = world.random.uuid();
    const payload = JSON.stringify({ Records: this.events(batch) });
    try {
      this.parts.start(target, requestId, payload, (result) => this.finished(batch, requestId, result));
    } catch (error) {
      if (!(error instanceof AwsError) || error.code !== "TooManyRequestsException") throw error;
      // "If unable to invoke the function due to throttling, it retries until the records expire or exceed the maximum age."
      this.again(batch.retries + this.throttles);
      this.throttles += 1;
      return;
    }
    this.invoking = true;
    this.throttles = 0;
    const age = world.clock.now - (batch.records.at(-1) as SourceRecord).arrivedAt;
    const dimensions = { FunctionName: target.configuration.name };
    const metric = { namespace: "AWS/Lambda", name: "IteratorAge", dimensions, unit: "Milliseconds" };
    world.metrics.put({ ...metric, values: [age] });
  }

  private finished(before: StreamBatch, requestId: string, result: InvocationResult): void {
    const { settings, target, place, world } = this.parts;
    this.invoking = false;
    let outcome: BatchOutcome = { kind: result.ok ? "success" : "failure" };
    if (result.ok && settings.reportsFailures) outcome = outcomeOf(before, result.payload);
    const processed =
      outcome.kind === "success" ? before.records.length : outcome.kind === "partial" ? outcome.index : 0;
    const last = { requestId, functionError: !result.ok };
    const batch = { ...before, invocations: before.invocations + 1, last };
    world.events.append("lambda.Batch", {
      mapping: place.mapping,
      function: target.configuration.name,
      shard: place.shardId,
      records: batch.records.length,
      failed: batch.records.length - processed,
      result: result.ok ? "OK" : "FunctionError",
    });
    this.parts.result(result.ok ? "OK" : "PROBLEM: Function call failed");
    this.pending[0] = batch;
    if (processed > 0) this.done(processed);
    if (this.ended) {
      this.parts.settled();
      return;
    }
    if (outcome.kind === "success") this.step();
    else this.failed(this.pending[0] as StreamBatch, outcome);
  }

  private failed(batch: StreamBatch, outcome: BatchOutcome): void {
    const next = afterFailure(batch, outcome, this.parts.settings);
    if (next.length > 0) {
      this.pending.splice(0, 1, ...next);
      this.again((next[0] as StreamBatch).retries - 1);
      return;
    }
    this.discard(batch, "RetryAttemptsExhausted");
    this.done(batch.records.length);
    this.step();
  }

  /**
   * From a quarter of a second to a minute, for which AWS gives no figures (eight invocations in the first minute are
   * recorded), not beyond the moment at which a record is too old.
   */
  private again(failures: number): void {
    this.waited = true;
    const wait = Math.min(60_000, 250 * 2 ** Math.max(0, failures));
    const due = this.dueAt(this.pending[0]?.records[0] as SourceRecord);
    this.later("backoff", Math.min(wait, due - this.parts.world.clock.now));
  }

  /** Sets the checkpoint behind that many records of the first batch. */
  private done(count: number): void {
    const batch = this.pending[0] as StreamBatch;
    this.parts.advance(head(batch, count).through);
    if (count >= batch.records.length) this.pending.shift();
    else this.pending[0] = tail(batch, count);
  }

  private discard(batch: StreamBatch, condition: DiscardReason): void {
    const { world, target, place, settings, deliveries } = this.parts;
    const { configuration } = target;
    const { length: records } = batch.records;
    const { mapping, shardId: shard } = place;
    world.events.append("lambda.BatchDiscarded", { mapping, function: configuration.name, shard, records, condition });
    if (settings.onFailure === undefined) return;
    const requestId = batch.last?.requestId ?? world.random.uuid();
    const record = failureRecord(place, batch, condition, requestId, world.clock.now);
    const call = failureCall(world, place, settings.onFailure, record, this.events(batch));
    deliveries.send(configuration, settings.onFailure, call, "DestinationDeliveryFailures");
  }

  private events({ records }: StreamBatch): JsonObject[] {
    return records.map(({ event }) => functionEvent(event, this.parts.target.configuration.role));
  }

  private problem({ code, message }: AwsError): void {
    const { world, place, target } = this.parts;
    this.parts.result(`PROBLEM: ${message}`);
    const detail = { mapping: place.mapping, function: target.configuration.name, error: code };
    world.events.append("lambda.EventSourceProblem", detail);
  }
}
