// What some cycle tests deploy instead of index.ts: the options that bring permissions of their own.
import * as pulumi from "@pulumi/pulumi";
import { ErrorSpool, ReprocessFunction, UncertainTask } from "../../../components";

interface Order {
  readonly order: string;
  /** Comes back in the error when the charge fails. */
  readonly note?: string;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };

// A key that another stack made; whoever uses the queues needs permissions for it, too.
const kmsKeyArn = "arn:aws:kms:eu-central-1:123456789012:key/1234abcd-12ab-34cd-56ef-1234567890ab";

const spool = new ErrorSpool("spool", { kmsKeyArn }, { protect: false });

const charging = (name: string) =>
  new UncertainTask(name, {
    spool,
    source: "charge",
    task: {
      timeout: "4 seconds",
      environment,
      callback: async (event: Order) => {
        const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
          method: "POST",
          headers: { "content-type": "application/json", "idempotency-key": event.order },
          body: JSON.stringify({ order: event.order }),
        });
        if (response.status === 200) return { charged: event.order };
        const message = `the provider answered ${response.status} for ${event.order}${event.note ?? ""}`;
        throw Object.assign(new Error(message), { name: "ProviderError" });
      },
    },
  });

// The state machine that did the work until it was replaced, as one of another stack would be.
const former = charging("former-charge");
const charge = charging("charge");

const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: { charge: { stateMachineArn: charge.arn, formerStateMachineArns: [former.arn] } },
  schedule: "rate(20 days)",
});

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const chargeMachine = charge.arn;
export const formerMachine = former.arn;
export const reprocessFunction = reprocess.functionName;
export const editFunction = reprocess.editor?.functionName;
