// What the cycle tests of the other invocation types deploy: one function of each, a spool, and one reprocess function for all.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  Adopt,
  AsyncFunction,
  ClosureFunction,
  type Duration,
  type DynamoDbStreamRecord,
  ErrorSpool,
  IdempotencyStore,
  type KinesisStreamRecord,
  QueueFunction,
  type QueueMessage,
  ReprocessFunction,
  StreamFunction,
  UncertainTask,
} from "../../../components";

interface Order {
  readonly order: string;
  /** Whether the provider is told the work's id, so that it charges once whatever happens between us and it. */
  readonly keyed?: boolean;
  /** Whether the provider is told the text of the message instead of the order. */
  readonly verbatim?: boolean;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };
/** Deployments may share a bus. */
export const eventSource = config.require("eventSource");
const timeout = "4 seconds";
/** Where time is real and the machine busy, a function that has to start may take longer. */
const unhurriedTimeout = config.require("unhurriedTimeout") as Duration;
/** Time for a batch of 100 records, one after the other. */
const batchTimeout = "30 seconds";

/** Charges at the provider; with a key, once for the key. */
const charge = async ({ order, keyed }: Order, key: string) => {
  const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
    method: "POST",
    headers: { "content-type": "application/json", ...(keyed ? { "idempotency-key": key } : {}) },
    body: JSON.stringify({ order }),
  });
  if (response.status === 200) return { charged: order };
  throw Object.assign(new Error(`the provider answered ${response.status} for ${order}`), { name: "ProviderError" });
};

const spool = new ErrorSpool("spool", {}, { protect: false });
const idempotency = new IdempotencyStore("results", {}, { protect: false });
const common = { spool, environment, timeout } as const;
const receives = {
  visibilityTimeout: config.require("visibilityTimeout") as Duration,
  maxReceiveCount: config.requireNumber("maxReceiveCount"),
};

const task = new UncertainTask("task", {
  spool,
  task: { environment, timeout, callback: async (event: Order) => charge(event, event.order) },
});

const topic = new aws.sns.Topic("orders");
const notify = new AsyncFunction("notify", {
  ...common,
  timeout: unhurriedTimeout,
  idempotency,
  triggers: [{ eventPattern: { source: [eventSource] } }, { topic }],
  callback: async (
    event: Order & {
      readonly detail?: Order;
      readonly Records?: readonly { readonly Sns: { readonly Message: string } }[];
    },
    { work },
  ) => {
    const message = event.Records?.[0]?.Sns.Message;
    return charge(message === undefined ? (event.detail ?? event) : (JSON.parse(message) as Order), work.id);
  },
});

const table = new aws.dynamodb.Table("orders", {
  attributes: [{ name: "order", type: "S" }],
  hashKey: "order",
  billingMode: "PAY_PER_REQUEST",
  streamEnabled: true,
  streamViewType: "NEW_IMAGE",
});
const changes = new StreamFunction("changes", {
  ...common,
  timeout: batchTimeout,
  idempotency,
  stream: table,
  callback: async ({ newImage }: DynamoDbStreamRecord<Order>, { work }) => {
    if (newImage !== undefined) await charge(newImage, work.id);
  },
});

const stream = new aws.kinesis.Stream("clicks", { shardCount: 1 });
const clicks = new StreamFunction("clicks", {
  ...common,
  timeout: batchTimeout,
  idempotency,
  stream,
  callback: async ({ data }: KinesisStreamRecord<Order>, { work }) => charge(data, work.id),
});

const metadata = new aws.kinesis.Stream("metadata", { shardCount: 1, retentionPeriod: 168 });
const recent = new StreamFunction("recent", {
  ...common,
  idempotency,
  stream: metadata,
  onFailure: { destination: "spool", metadataOnly: true },
  callback: async ({ data }: KinesisStreamRecord<Order>, { work }) => charge(data, work.id),
});

const queued = new QueueFunction("queued", {
  ...common,
  ...receives,
  idempotency,
  callback: async ({ body, rawBody }: QueueMessage<Order>, { work }) =>
    charge(body.verbatim ? { ...body, order: rawBody } : body, work.id),
});

const ordered = new QueueFunction("ordered", {
  ...common,
  ...receives,
  idempotency,
  fifo: true,
  callback: async ({ body }: QueueMessage<Order>, { work }) => charge(body, work.id),
});

// A function that somebody else wrote, with the dead-letter queue that it always had.
const old = new ClosureFunction("old", {
  environment,
  timeout,
  callback: async (event: { readonly Records: readonly { readonly body: string; readonly messageId: string }[] }) => {
    for (const { body, messageId } of event.Records) await charge(JSON.parse(body) as Order, messageId);
  },
});
const deadLetters = new aws.sqs.Queue("dead-letters", { messageRetentionSeconds: 1_209_600 });
const adopted = new Adopt("adopted", { queue: deadLetters, function: old });

// A function that is invoked once a year, where no test waits for it but those that mean to.
const yearly = new AsyncFunction("yearly", {
  ...common,
  idempotency,
  triggers: [{ schedule: "cron(0 6 2 3 ? *)", input: { order: "yearly" } }],
  callback: async (event: Order, { work }) => charge(event, work.id),
});

// A queue whose dead letters come to the spool, and that no ReprocessFunction knows.
const stranger = new QueueFunction("stranger", {
  ...common,
  ...receives,
  callback: async ({ body }: QueueMessage<Order>, { work }) => charge(body, work.id),
});

// The control: the same without the middleware's memory.
const careless = new QueueFunction("careless", {
  ...common,
  ...receives,
  callback: async ({ body }: QueueMessage<Order>, { work }) => charge(body, work.id),
});

const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: [task, notify, changes, clicks, recent, queued, ordered, adopted, yearly, careless],
  maxRedrives: config.requireNumber("maxRedrives"),
});

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const chargeMachine = task.arn;
export const reprocessFunction = reprocess.functionName;
export const reconcileFunction = reprocess.reconciler?.functionName;
export const renewFunction = reprocess.renewer?.functionName;
export const editFunction = reprocess.editor?.functionName;
export const launcherMachine = reprocess.launcher?.arn;
export const replayFunction = reprocess.launcher?.function.name;
export const bucketName = spool.bucket?.name;
export const resultsTable = idempotency.table.name;
export const topicArn = topic.arn;
export const notifyFunction = notify.functionName;
export const tableName = table.name;
export const changesFunction = changes.functionName;
export const clicksStream = stream.name;
export const clicksFunction = clicks.functionName;
export const recentStream = metadata.name;
export const recentFunction = recent.functionName;
export const queueUrl = queued.queue.url;
export const queueFunction = queued.functionName;
export const fifoUrl = ordered.queue.url;
export const fifoFunction = ordered.functionName;
export const fifoDeadLettersUrl = ordered.replay.deadLetterQueue?.url;
export const adoptedUrl = deadLetters.url;
export const adoptedFunction = old.functionName;
export const carelessUrl = careless.queue.url;
export const carelessFunction = careless.functionName;
export const yearlyFunction = yearly.functionName;
export const strangerUrl = stranger.queue.url;
