// What the tests of an outage of months deploy: each way in which failed work can wait, and all that runs by itself meanwhile.
import * as pulumi from "@pulumi/pulumi";
import {
  AsyncFunction,
  AutoRedrive,
  CircuitBreaker,
  ErrorSpool,
  QueueFunction,
  type QueueMessage,
  ReprocessFunction,
  Semaphore,
  UncertainTask,
  Workflow,
} from "../../../components";

interface Order {
  readonly order: string;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };

/** Charges at the provider, without a key: what is done twice is charged twice. */
const charge = async ({ order }: Order) => {
  const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
    method: "POST",
    body: JSON.stringify({ order }),
  });
  if (response.status === 200) return { order };
  throw Object.assign(new Error(`the provider answered ${response.status} for ${order}`), { name: "ProviderError" });
};

const task = { environment, timeout: "4 seconds", callback: charge } as const;
const once = { retry: [{ errors: ["States.ALL"], maxAttempts: 0 }] } as const;

const spool = new ErrorSpool("spool", {}, { protect: false });
const breaker = new CircuitBreaker("payments", { failureThreshold: 3, successThreshold: 2 });
const semaphore = new Semaphore("places", { limit: 2 });

const restart = new UncertainTask("restart", { spool, task, ...once });
const held = new UncertainTask("held", { spool, task, ...once, breaker, semaphore });
const guarded = new UncertainTask("guarded", { spool, task, ...once, breaker, semaphore, onFailure: "resume" });
const bare = new UncertainTask("bare", { spool, task, ...once, onFailure: "resume" });
const park = new UncertainTask("park", { spool, task, ...once, onFailure: "park" });

const reserve = {
  name: "reserve",
  task: { ...task, callback: async ({ order }: Order) => charge({ order: `${order}-reserve` }) },
  uncertain: false,
} as const;
const input = { order: "{% $states.context.Execution.Input.order %}" };
const shipping = {
  name: "ship",
  input,
  task: { ...task, callback: async ({ order }: Order) => charge({ order: `${order}-ship` }) },
} as const;
const resumed = new Workflow("resumed", {
  spool,
  steps: [reserve, { name: "charge", input, task, ...once, breaker }, shipping],
});
const parked = new Workflow("parked", {
  spool,
  onFailure: "park",
  steps: [reserve, { name: "charge", input, task, ...once, breaker }, shipping],
});

const settings = { spool, environment, timeout: "4 seconds" } as const;
const notify = new AsyncFunction("notify", { ...settings, callback: charge });
const queued = new QueueFunction("queued", {
  ...settings,
  visibilityTimeout: "24 seconds",
  callback: async ({ body }: QueueMessage<Order>) => charge(body),
});

const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: [restart, held, guarded, bare, park, resumed, parked, notify, queued],
  max: 100,
  schedule: "rate(1 day)",
});

const recover = new AutoRedrive("recover", { reprocess, breaker });
new AutoRedrive("sweep", { reprocess, schedule: "rate(3 days)" });

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const restartMachine = restart.arn;
export const heldMachine = held.arn;
export const guardedMachine = guarded.arn;
export const bareMachine = bare.arn;
export const parkMachine = park.arn;
export const resumedMachine = resumed.arn;
export const parkedMachine = parked.arn;
export const launcherMachine = reprocess.launcher?.arn;
export const controlMachine = breaker.controlArn;
export const breakerTable = breaker.tableName;
export const recoverMachine = recover.arn;
export const notifyFunction = notify.functionName;
export const queueUrl = queued.queue.url;
export const reprocessFunction = reprocess.functionName;
export const renewFunction = reprocess.renewer?.functionName;
