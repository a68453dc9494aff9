// The renewer: keeps what lies in the spool and in the poison queue from reaching the end of its retention, and reports its age.
import { isFifo, type ReceivedMessage } from "../records/attribute";
import type { DynamoDbApi, S3Api, SqsApi, StepFunctionsApi } from "./aws";
import type { RenewConfig } from "./config";
import { carryOver, resumableSince } from "./renew/carryOver";
import { lookThrough, type QueueToRenew } from "./renew/lookThrough";
import { waitsSince } from "./renew/waitsSince";
import { wasRedriven } from "./renew/wasRedriven";
import { withOwnInput } from "./renew/withOwnInput";
import { type Log, type Metrics, queueName } from "./telemetry";
import { deadlineOf, type RemainingTime, sleep } from "./time";
import { deadLetterQueues, declaredSources, queueUrl, wholeNumber } from "./validate";

/** What a renewer works with. */
export interface RenewClients {
  readonly sqs: SqsApi;
  readonly stepFunctions: StepFunctionsApi;
  readonly s3: Pick<S3Api, "getObject">;
  readonly dynamoDb: DynamoDbApi;
  readonly log: Log;
  readonly metrics: Metrics;
}

/** What the renewer did with one queue. */
export interface RenewedQueue {
  /** Messages that it looked at. */
  seen: number;
  /** Messages copied, since they were near the end of their retention. */
  renewed: number;
  /** Messages deleted instead, since their redrive had been started, or the renewer itself carried resumable work over. */
  settled: number;
  /** Messages near the end of their retention that could not be copied; the next run tries again. */
  failed: number;
  /**
   * Age of the oldest work in seconds, counted from when it first started, or where its message cannot be read, was first parked;
   * undefined when all messages were in flight.
   */
  oldestAgeSeconds?: number;
  /** Time since the oldest resumable work failed, in seconds; undefined when there was none. It must be redriven within 14 days. */
  oldestResumableSeconds?: number;
  /** False when time was up, or messages were in flight, so that there may be older ones. */
  complete: boolean;
}

/** What a run of the renewer did. */
interface RenewResult {
  spool: RenewedQueue;
  poison: RenewedQueue;
  /** The queues beside the spool, in their order; absent where there are none but FIFO ones. */
  beside?: RenewedQueue[];
}

/** The handler; it takes no input. */
export type RenewHandler = (event: unknown, context: RemainingTime) => Promise<RenewResult>;

const DAY_SECONDS = 86_400;
/** Before a queue is looked through again, the first time. */
const FIRST_PAUSE_MS = 15_000;

/**
 * Makes the renewer's handler. A copy is sent before its original is deleted, so a crash leaves one message too many, never one too few.
 * It reports `OldestRecordAge` itself since SQS's ApproximateAgeOfOldestMessage leaves out messages that were received three times
 * without being deleted, as dry runs do, and starts anew with each copy and each failed redrive; and `ResumableAge`, the time since the
 * oldest resumable work failed, where a source resumes.
 *
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 *
 * @throws Error when the configuration is not valid
 */
export function createRenew(config: RenewConfig, clients: RenewClients): RenewHandler {
  const { retentionSeconds, poisonRetentionSeconds = retentionSeconds, renewBeforeSeconds } = config;
  declaredSources(config.sources);
  deadLetterQueues(config.deadLetterQueues ?? [], config.sources);
  for (const [name, seconds] of Object.entries({ retentionSeconds, poisonRetentionSeconds })) {
    wholeNumber(name, seconds, 60, 14 * DAY_SECONDS);
    wholeNumber("renewBeforeSeconds", renewBeforeSeconds, 1, seconds - 1);
  }
  const { sources, bucket } = config;
  const resumes = Object.values(sources).some((source) => source.resumes);
  const common = {
    renewBeforeSeconds,
    waitsSince: (message: ReceivedMessage) => waitsSince(message, sources),
    renewedBody: (message: ReceivedMessage) => withOwnInput(clients, message, sources),
  };
  const resolver = { ...clients, sources, bucket };
  const spoolUrl = queueUrl("spoolUrl", config.spoolUrl);
  const spool: QueueToRenew = {
    ...common,
    queueUrl: spoolUrl,
    copyTo: spoolUrl,
    retentionSeconds,
    isSettled: (message) => wasRedriven(resolver, message),
    ...(resumes && {
      resumableSince: (message) => resumableSince(message, sources),
      carryOver: (message) => carryOver({ ...clients, sources }, message),
    }),
  };
  const standardQueues = (config.deadLetterQueues ?? []).filter(({ url }) => !isFifo(url));
  const beside = standardQueues.map(
    (queue): QueueToRenew => ({
      renewBeforeSeconds,
      queueUrl: queue.url,
      beside: queue,
      copyTo: spoolUrl,
      isSettled: (message) => wasRedriven(resolver, message, queue),
      waitsSince: (message) => waitsSince(message, sources, queue),
      renewedBody: async ({ Body = "" }) => Body,
    }),
  );
  const poison: QueueToRenew = {
    ...common,
    queueUrl: queueUrl("poisonUrl", config.poisonUrl),
    copyTo: config.poisonUrl,
    retentionSeconds: poisonRetentionSeconds,
    isSettled: async () => false,
  };
  return async (_event, context) => {
    const deadline = deadlineOf(context);
    const look = async (queue: QueueToRenew, until: number) => {
      const result = await lookUntilComplete(clients, queue, until);
      if (result.oldestAgeSeconds !== undefined)
        clients.metrics(queue.queueUrl, "Seconds", {
          OldestRecordAge: result.oldestAgeSeconds,
          ...(queue.carryOver && { ResumableAge: result.oldestResumableSeconds ?? 0 }),
        });
      clients.log.info("renewer looked through a queue", { queue: queueName(queue.queueUrl), result });
      return result;
    };
    // A queue so full that it takes all the time, or fails, must not keep the others from being renewed; the spool comes last.
    const half = () => Date.now() + (deadline - Date.now()) / 2;
    const poisoned = await settle(look(poison, half()));
    const moved: Settled<RenewedQueue>[] = [];
    for (const queue of beside) moved.push(await settle(look(queue, half())));
    const spooled = await settle(look(spool, deadline));
    const result: RenewResult = { poison: resultOf(poisoned), spool: resultOf(spooled) };
    if (moved.length > 0) result.beside = moved.map(resultOf);
    const failed = [result.spool, result.poison, ...(result.beside ?? [])].reduce(
      (sum, queue) => sum + queue.failed,
      0,
    );
    if (failed > 0) throw new Error(`${failed} messages near the end of their retention could not be renewed`);
    return result;
  };
}

/**
 * Looks again, later and later, while others hold messages. A scheduled run of the reprocess function may begin with each run of this one, and
 * hold the same messages each time, such as those that a circuit breaker holds back: they would never be seen, and expire.
 */
async function lookUntilComplete(clients: RenewClients, queue: QueueToRenew, until: number): Promise<RenewedQueue> {
  let result = await lookThrough(clients, queue, until);
  for (let pause = FIRST_PAUSE_MS; !result.complete && Date.now() + pause < until; pause *= 2) {
    await sleep(pause);
    result = together(result, await lookThrough(clients, queue, until));
  }
  return result;
}

function together(before: RenewedQueue, last: RenewedQueue): RenewedQueue {
  const oldest = (name: "oldestAgeSeconds" | "oldestResumableSeconds") => {
    const known = [before[name], last[name]].filter((seconds) => seconds !== undefined);
    return known.length === 0 || last.complete ? last[name] : Math.max(...known);
  };
  const [oldestAgeSeconds, oldestResumableSeconds] = [oldest("oldestAgeSeconds"), oldest("oldestResumableSeconds")];
  return {
    seen: Math.max(before.seen, last.seen),
    renewed: before.renewed + last.renewed,
    settled: before.settled + last.settled,
    // What could not be copied was tried again.
    failed: last.failed,
    ...(oldestAgeSeconds !== undefined && { oldestAgeSeconds }),
    ...(oldestResumableSeconds !== undefined && { oldestResumableSeconds }),
    complete: last.complete,
  };
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };

async function settle<T>(promise: Promise<T>): Promise<Settled<T>> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}

function resultOf<T>(settled: Settled<T>): T {
  if ("error" in settled) throw settled.error;
  return settled.value;
}
