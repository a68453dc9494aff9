// The sample program: a bookshop whose card charges survive an unreliable payment provider.
import * as pulumi from "@pulumi/pulumi";
import { paymentProviderUrl } from "./bookshop/paymentProvider";
import { type Duration, ErrorSpool, ReprocessFunction, UncertainTask } from "./components";
import { chargeCard as charge, type Order } from "./handlers/bookshop/chargeCard";

const config = new pulumi.Config();
const alarmTopicArn = config.get("alarmTopicArn");

/** Where failed charges wait. */
const spool = new ErrorSpool(
  "spool",
  {
    retention: (config.get("spoolRetention") ?? "14 days") as Duration,
    alarmActions: alarmTopicArn ? [alarmTopicArn] : [],
  },
  { protect: config.getBoolean("protectSpool") ?? true },
);

/** Charges an order's card: tried, tried once more, then parked. */
const chargeCard = new UncertainTask("charge-card", {
  spool,
  task: {
    callback: async (order: Order) => charge(order, process.env),
    environment: {
      PAYMENT_PROVIDER_URL: paymentProviderUrl(config),
      BEHAVIOR: config.get("behavior") ?? "OK",
      SLEEP: config.get("sleepSeconds") ?? "0",
    },
    timeout: "30 seconds",
  },
  permanentErrors: ["CardDeclinedError"],
});

/** Redrives what waits, when the provider is back. */
const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: [chargeCard],
  max: config.getNumber("maxReprocess") ?? 10,
  maxRedrives: config.get("maxRedrives") ? config.getNumber("maxRedrives") : undefined,
  schedule: config.get("reprocessSchedule") || undefined,
});

export const chargeCardArn = chargeCard.arn;
export const chargeCardFunctionName = chargeCard.function?.name;
export const reprocessFunctionName = reprocess.functionName;
export const reconcilerFunctionName = reprocess.reconciler?.functionName;
export const renewerFunctionName = reprocess.renewer?.functionName;
export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
