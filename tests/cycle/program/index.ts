// What the cycle tests deploy: two state machines that share a spool, and one reprocess function for both.
import * as pulumi from "@pulumi/pulumi";
import { type Duration, ErrorSpool, ReprocessFunction, UncertainTask } from "../../../components";

interface Order {
  readonly order: string;
  /** "expired" is declined before the provider is asked. */
  readonly card?: string;
  /** Comes back in the error when the charge fails. */
  readonly note?: string;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };

const spool = new ErrorSpool("spool", {}, { protect: false });

const charge = new UncertainTask("charge", {
  spool,
  permanentErrors: ["CardDeclinedError"],
  task: {
    timeout: "4 seconds",
    environment,
    callback: async (event: Order) => {
      if (event.card === "expired")
        throw Object.assign(new Error(`the card of ${event.order} has expired`), { name: "CardDeclinedError" });
      const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
        method: "POST",
        headers: { "content-type": "application/json", "idempotency-key": event.order },
        body: JSON.stringify({ order: event.order }),
      });
      if (response.status === 200) return { charged: event.order, ...(event.card && { card: event.card }) };
      const names: Record<number, string> = { 402: "CardDeclinedError", 429: "TooManyRequestsException" };
      const message = `the provider answered ${response.status} for ${event.order}${event.note ?? ""}`;
      throw Object.assign(new Error(message), { name: names[response.status] ?? "ProviderError" });
    },
  },
});

// The same task behind a machine that fails when its work was parked, and without an idempotency key: the control.
const careless = new UncertainTask("careless", {
  spool,
  outcome: "fail",
  task: {
    timeout: config.require("unhurriedTimeout") as Duration,
    environment,
    callback: async (event: Order) => {
      const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ order: event.order }),
      });
      if (response.status !== 200) throw new Error(`the provider answered ${response.status}${event.note ?? ""}`);
      return { charged: event.order };
    },
  },
});

const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: [charge, careless],
  maxRedrives: config.requireNumber("maxRedrives"),
});

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const chargeMachine = charge.arn;
export const carelessMachine = careless.arn;
export const chargeFunction = charge.function?.name;
export const carelessFunction = careless.function?.name;
export const reprocessFunction = reprocess.functionName;
export const reconcileFunction = reprocess.reconciler?.functionName;
export const renewFunction = reprocess.renewer?.functionName;
export const editFunction = reprocess.editor?.functionName;
