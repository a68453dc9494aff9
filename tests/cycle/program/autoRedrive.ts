// What the tests of automatic redrives deploy: a task whose dependency works on five calls at once, and runs with and without a breaker.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { AutoRedrive, ErrorSpool, ReprocessFunction, UncertainTask } from "../../../components";

interface Order {
  readonly order: string;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };

const spool = new ErrorSpool("spool", {}, { protect: false });

const charge = new UncertainTask("charge", {
  spool,
  retry: [{ errors: ["States.ALL"], maxAttempts: 0 }],
  task: {
    timeout: "15 minutes",
    environment,
    callback: async (event: Order) => {
      const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": event.order },
        body: JSON.stringify({ order: event.order }),
      });
      if (response.status === 200) return { charged: event.order };
      throw Object.assign(new Error(`the provider answered ${response.status}`), { name: "ProviderError" });
    },
  },
});

const reprocess = new ReprocessFunction("reprocess", { spool, sources: [charge], reconciler: false });

const recover = new AutoRedrive("recover", { reprocess, schedule: "rate(20 days)" });

// A circuit breaker's table, whose item the tests write themselves.
const breaker = new aws.dynamodb.Table("breaker", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "key",
  attributes: [{ name: "key", type: "S" }],
});

const guarded = new AutoRedrive("guarded", {
  reprocess,
  breaker: { tableName: breaker.name, tableArn: breaker.arn },
});

const probed = new AutoRedrive("probed", {
  reprocess,
  probe: {
    environment,
    callback: async () => {
      const body = JSON.stringify({ order: "probe" });
      const response = await fetch(`${process.env.PROVIDER_URL}/health`, { method: "POST", body });
      if (response.status !== 200) throw new Error(`the provider answered ${response.status}`);
    },
  },
});

export const spoolUrl = spool.url;
export const chargeMachine = charge.arn;
export const reprocessFunction = reprocess.functionName;
export const recoverMachine = recover.arn;
export const recoverTable = recover.tableName;
export const recoverFunction = recover.function.name;
export const guardedMachine = guarded.arn;
export const breakerTable = breaker.name;
export const probedMachine = probed.arn;
