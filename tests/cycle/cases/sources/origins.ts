// The ways in which work reaches a function that is no state machine's: each fails, waits to be redriven, and is done once.
import type { Cycle } from "../../cycleCase";

/** An order as the functions of program/sources.ts take it. */
export interface SourceOrder {
  readonly order: string;
  /** Whether the provider is told the work's id. @default false */
  readonly keyed?: boolean;
}

/** One way. */
export interface Origin {
  readonly name: string;
  /** The logical source. */
  readonly source: string;
  /** The output that names the function which does the work. */
  readonly functionOutput: string;
  /** The error that a record of it shows. */
  readonly error: string;
  /** The output with the URL of the queue that failures wait in. @default the spool's */
  readonly waitsIn?: string;
  /** The output with the URL of the queue that failures of a redrive wait in. @default the spool's */
  readonly failsAgainInto?: string;
  /** Hands over one order, as a piece of work of its own. */
  give(cycle: Cycle, order: SourceOrder): Promise<void>;
}

const toQueue =
  (url: string): Origin["give"] =>
  (cycle, order) =>
    cycle.backend.send(cycle.output(url), JSON.stringify(order));

const toStream =
  (stream: string): Origin["give"] =>
  (cycle, order) =>
    cycle.backend.putRecords(cycle.output(stream), [{ key: order.order, data: order }]);

export const direct: Origin = {
  name: "an asynchronous invocation",
  source: "notify",
  functionOutput: "notifyFunction",
  error: "ProviderError",
  give: (cycle, order) => cycle.backend.invokeAsync(cycle.output("notifyFunction"), order),
};

export const event: Origin = {
  ...direct,
  name: "an event of EventBridge",
  give: (cycle, order) => cycle.backend.putEvent(cycle.output("eventSource"), "OrderPlaced", order),
};

export const topic: Origin = {
  ...direct,
  name: "a message of an SNS topic",
  give: (cycle, order) => cycle.backend.publish(cycle.output("topicArn"), JSON.stringify(order)),
};

export const table: Origin = {
  name: "a change in a DynamoDB table",
  source: "changes",
  functionOutput: "changesFunction",
  error: "RetryAttemptsExhausted",
  give: (cycle, order) => cycle.backend.putItems(cycle.output("tableName"), [{ ...order }]),
};

export const kinesis: Origin = {
  name: "a record of a Kinesis stream",
  source: "clicks",
  functionOutput: "clicksFunction",
  error: "RetryAttemptsExhausted",
  give: toStream("clicksStream"),
};

export const metadata: Origin = {
  name: "a record of a Kinesis stream whose failures carry metadata alone",
  source: "recent",
  functionOutput: "recentFunction",
  error: "RetryAttemptsExhausted",
  give: toStream("recentStream"),
};

export const queue: Origin = {
  name: "a message of a queue",
  source: "queued",
  functionOutput: "queueFunction",
  error: "SQS.DeadLetter",
  give: toQueue("queueUrl"),
};

/** Each order in a group of its own. */
export const fifo: Origin = {
  name: "a message of a FIFO queue",
  source: "ordered",
  functionOutput: "fifoFunction",
  error: "SQS.DeadLetter",
  waitsIn: "fifoDeadLettersUrl",
  failsAgainInto: "fifoDeadLettersUrl",
  give: (cycle, order) => cycle.backend.send(cycle.output("fifoUrl"), JSON.stringify(order), {}, order.order),
};

/** What lies in the queue has failed already. */
export const adopted: Origin = {
  name: "a message of an adopted dead-letter queue",
  source: "adopted",
  functionOutput: "adoptedFunction",
  error: "Respool.DeadLetter",
  waitsIn: "adoptedUrl",
  give: toQueue("adoptedUrl"),
};

export const origins: readonly Origin[] = [direct, event, topic, table, kinesis, metadata, queue, fifo, adopted];

/** Fails orders of an origin, and mends the provider. */
export async function parkAt(cycle: Cycle, origin: Origin, orders: readonly SourceOrder[]): Promise<void> {
  await cycle.provider.behave(503);
  for (const order of orders) await origin.give(cycle, order);
  await cycle.backend.quiet();
  await cycle.provider.behave(200);
}

/** How many failures of an origin wait. */
export async function waiting(cycle: Cycle, origin: Origin): Promise<number> {
  return (await cycle.backend.messages(cycle.output(origin.waitsIn ?? "spoolUrl"))).length;
}

/** How many failures of all origins wait. */
export async function waitingAnywhere(cycle: Cycle): Promise<number> {
  const urls = new Set(origins.map(({ waitsIn }) => cycle.output(waitsIn ?? "spoolUrl")));
  let sum = 0;
  for (const url of urls) sum += (await cycle.backend.messages(url)).length;
  return sum;
}
