// Ways to break what program/sources.ts deploys, and the cycle case that must notice each.
import { type Breakage, inputs, missing, target, variable } from "./breakages";
import { direct, event, fifo, kinesis, metadata, queue, topic } from "./cases/sources/origins";

const redriven = ({ name }: { readonly name: string }) => `${name} that failed waits, and is redriven once`;
const undelivered = ({ name }: { readonly name: string }) =>
  `${name} that its service could not deliver waits as a dead letter, and is replayed once`;

/** Takes a member out of a function's configuration. */
const without = (name: string, key: string, member: string) =>
  variable(name, key, (text) => {
    const { [member]: _, ...others } = JSON.parse(text) as Readonly<Record<string, unknown>>;
    return JSON.stringify(others);
  });

export const sourceBreakages: readonly Breakage[] = [
  {
    name: "a queue's function does not remember what it did",
    noticedBy: `${queue.name} delivered twice (sqs.redelivery) has one effect`,
    change: without("queued", "RESPOOL_MIDDLEWARE", "idempotency"),
  },
  {
    name: "a function of events does not remember what it did",
    noticedBy: `${direct.name} whose replay is repeated has one effect`,
    change: without("notify", "RESPOOL_MIDDLEWARE", "idempotency"),
  },
  {
    name: "failed events have no destination",
    noticedBy: redriven(direct),
    change: missing("aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", /^notify-/),
  },
  {
    name: "a rule's target has no dead-letter queue",
    noticedBy: undelivered(event),
    change: inputs(target, /^notify-trigger-0-/, () => ({ deadLetterConfig: {} })),
  },
  {
    name: "nobody but the roles may write to the spool",
    noticedBy: undelivered(topic),
    change: missing("aws:sqs/queuePolicy:QueuePolicy", /^spool-policy$/),
  },
  {
    name: "nobody hears of the objects of failed batches",
    noticedBy: redriven(kinesis),
    change: missing("aws:s3/bucketNotification:BucketNotification", /./),
  },
  {
    name: "failed batches are not halved",
    noticedBy: `${kinesis.name}: the bad one at 37 of 100 is alone after 15 invocations at most, and is redriven when it is mended`,
    change: inputs("aws:lambda/eventSourceMapping:EventSourceMapping", /^clicks-/, () => ({
      bisectBatchOnFunctionError: false,
    })),
  },
  {
    name: "a stream's function reports no failures",
    noticedBy: `${kinesis.name}: the bad one at 99 of 100 is alone after 15 invocations at most, and is redriven when it is mended`,
    change: inputs("aws:lambda/eventSourceMapping:EventSourceMapping", /^clicks-/, () => ({
      functionResponseTypes: [],
    })),
  },
  {
    name: "a FIFO queue's function goes on after a failure",
    noticedBy: "a message that fails takes the rest of its group along, and its group alone",
    change: variable("ordered", "RESPOOL_MIDDLEWARE", (text) => text.replace('"fifo":true', '"fifo":false')),
  },
  {
    name: "the reprocess function does not know the queues beside the spool",
    noticedBy: redriven(fifo),
    change: without("reprocess", "RESPOOL_CONFIG", "deadLetterQueues"),
  },
  {
    name: "the renewer does not know the queues beside the spool",
    noticedBy: "messages of an adopted queue move into the spool before they expire, and are replayed as they were",
    change: without("reprocess-renewer", "RESPOOL_CONFIG", "deadLetterQueues"),
  },
  {
    name: "large payloads have no bucket",
    noticedBy: `${direct.name} of 300 KB is replayed as it was`,
    change: without("reprocess", "RESPOOL_CONFIG", "bucket"),
  },
  {
    name: "the alarm on waiting metadata watches another measure",
    noticedBy: `${metadata.name}: an alarm tells in time to redrive them before the stream drops the records`,
    change: inputs("aws:cloudwatch/metricAlarm:MetricAlarm", /^recent-metadata-age$/, () => ({ metricName: "Age" })),
  },
];
