// What the tests of a launcher under control deploy: functions whose failures it replays, one at a time, and past a circuit breaker.
import * as pulumi from "@pulumi/pulumi";
import {
  AsyncFunction,
  CircuitBreaker,
  ErrorSpool,
  QueueFunction,
  type QueueMessage,
  ReprocessFunction,
  Semaphore,
} from "../../../components";

interface Order {
  readonly order: string;
}

const config = new pulumi.Config();
const common = { environment: { PROVIDER_URL: config.require("providerUrl") }, timeout: "30 seconds" } as const;

const charge = async ({ order }: Order, key: string) => {
  const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ order }),
  });
  if (response.status === 200) return { charged: order };
  throw Object.assign(new Error(`the provider answered ${response.status}`), { name: "ProviderError" });
};

const spool = new ErrorSpool("spool", {}, { protect: false });

const notify = new AsyncFunction("notify", {
  ...common,
  spool,
  callback: async (event: Order, { work }) => charge(event, work.id),
});

const queued = new QueueFunction("queued", {
  ...common,
  spool,
  maxReceiveCount: 1,
  callback: async ({ body }: QueueMessage<Order>, { work }) => charge(body, work.id),
});

const replays = new Semaphore("replays", { limit: 1 });
const breaker = new CircuitBreaker("provider", { failureThreshold: 3, openFor: "10 minutes", successThreshold: 1 });

const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: [notify, queued],
  maxRedrives: 2,
  launcher: { semaphore: { semaphore: replays, key: "source" }, breaker },
});

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const notifyFunction = notify.functionName;
export const queueUrl = queued.queue.url;
export const breakerControl = breaker.controlArn;
export const chargeMachine = reprocess.launcher?.arn;
export const launcherMachine = reprocess.launcher?.arn;
export const reprocessFunction = reprocess.functionName;
