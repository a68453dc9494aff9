// What the cycle tests of controlled work deploy: a semaphore, breakers, work that is resumed or parked in place, and an automatic redrive.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  AutoRedrive,
  CircuitBreaker,
  ErrorSpool,
  ReprocessFunction,
  type RetryPolicy,
  Semaphore,
  UncertainTask,
  Workflow,
} from "../../../components";

interface Order {
  readonly order: string;
  /** Who ordered; each has a mutex of its own where a step asks for it. */
  readonly customer?: string;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };

// An attempt is one call of the provider, so that its calls can be counted.
const retry: readonly RetryPolicy[] = [{ errors: ["States.ALL"], maxAttempts: 0 }];

/**
 * A function that asks the provider to do a step of an order; the provider knows it by both.
 *
 * @param metric counts what the provider did not do
 */
const asking = (step: string, metric = "") => ({
  timeout: "4 seconds" as const,
  environment: { ...environment, STEP: step, METRIC: metric },
  callback: async ({ order }: Order) => {
    const what = process.env.STEP === "" ? order : `${process.env.STEP} ${order}`;
    const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": what },
      body: JSON.stringify({ order: what }),
    });
    if (response.status === 200) return { order };
    if (process.env.METRIC !== "") {
      const Metrics = [{ Name: process.env.METRIC, Unit: "Count" }];
      const CloudWatchMetrics = [{ Namespace: "Shop", Dimensions: [[]], Metrics }];
      console.log(
        JSON.stringify({ _aws: { Timestamp: Date.now(), CloudWatchMetrics }, [process.env.METRIC ?? ""]: 1 }),
      );
    }
    const name = response.status === 402 ? "CardDeclinedError" : "ProviderError";
    throw Object.assign(new Error(`the provider answered ${response.status} for ${what}`), { name });
  },
});

const spool = new ErrorSpool("spool", {}, { protect: false });

const slots = new Semaphore("slots", { limit: 3 });
const mutex = new Semaphore("mutex", { limit: 1 });

const payments = new CircuitBreaker("payments", {
  failureThreshold: 5,
  alarms: [
    new aws.cloudwatch.MetricAlarm("failures", {
      namespace: "Shop",
      metricName: "Failures",
      statistic: "Sum",
      period: 60,
      evaluationPeriods: 1,
      comparisonOperator: "GreaterThanThreshold",
      threshold: 2,
      treatMissingData: "notBreaching",
    }),
  ],
});
const courier = new CircuitBreaker("courier", { openFor: "1 hour" });

const charge = new UncertainTask("charge", {
  spool,
  retry,
  permanentErrors: ["CardDeclinedError"],
  semaphore: { semaphore: slots, maximumWait: "20 minutes" },
  breaker: payments,
  task: asking("", "Failures"),
});

const deliver = new UncertainTask("deliver", { spool, retry, breaker: courier, task: asking("") });

const refund = new UncertainTask("refund", {
  spool,
  retry,
  semaphore: { semaphore: slots, maximumWait: "2 minutes" },
  task: asking(""),
});

const visit = new UncertainTask("visit", {
  spool,
  retry,
  onFailure: "park",
  semaphore: { semaphore: mutex, key: "customer", maximumWait: "5 minutes" },
  task: asking(""),
});

const resumed = new UncertainTask("resumed", { spool, retry, onFailure: "resume", task: asking("") });
const parked = new UncertainTask("parked", { spool, retry, onFailure: "park", task: asking("") });

const steps = [
  { name: "reserve", retry, task: asking("reserve") },
  { name: "pack", retry, breaker: courier, task: asking("pack") },
  { name: "ship", retry, task: asking("ship") },
];
const resuming = new Workflow("resuming", { spool, steps, onFailure: "resume" });
const parking = new Workflow("parking", { spool, steps, onFailure: "park" });

const sources = [charge, deliver, refund, visit, resumed, parked, resuming, parking];
const reprocess = new ReprocessFunction("reprocess", { spool, sources });
// The same with a limit that a second failure reaches.
const strict = new ReprocessFunction("strict", {
  spool,
  sources,
  maxRedrives: 1,
  reconciler: false,
  renewer: false,
  edit: false,
});

const recover = new AutoRedrive("recover", { reprocess, breaker: payments });

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const chargeMachine = charge.arn;
export const deliverMachine = deliver.arn;
export const refundMachine = refund.arn;
export const visitMachine = visit.arn;
export const resumedMachine = resumed.arn;
export const parkedMachine = parked.arn;
export const resumingMachine = resuming.arn;
export const parkingMachine = parking.arn;
export const slotsTable = slots.tableName;
export const paymentsTable = payments.tableName;
export const paymentsControl = payments.controlArn;
export const courierControl = courier.controlArn;
export const recoverMachine = recover.arn;
export const reprocessFunction = reprocess.functionName;
export const strictFunction = strict.functionName;
export const reconcileFunction = reprocess.reconciler?.functionName;
export const renewFunction = reprocess.renewer?.functionName;
export const editFunction = reprocess.editor?.functionName;
