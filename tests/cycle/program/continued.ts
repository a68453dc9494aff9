// What the cycle tests of edits and of changes of mode deploy: work that is parked, resumed, or held by a circuit breaker.
import * as pulumi from "@pulumi/pulumi";
import {
  CircuitBreaker,
  ErrorSpool,
  ReprocessFunction,
  UncertainTask,
  type UncertainTaskArgs,
} from "../../../components";

interface Order {
  readonly order: string;
  /** "expired" is declined before the provider is asked. */
  readonly card?: string;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };

const spool = new ErrorSpool("spool", {}, { protect: false });

type Options = Pick<UncertainTaskArgs, "onFailure" | "breaker" | "source">;

const charging = (name: string, options: Options) =>
  new UncertainTask(name, {
    ...options,
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
        throw Object.assign(new Error(`the provider answered ${response.status}`), { name: "ProviderError" });
      },
    },
  });

const breaker = new CircuitBreaker("provider", { failureThreshold: 3, openFor: "10 minutes" });

const charge = charging("charge", { onFailure: "park" });
const resumed = charging("resumed", { onFailure: "resume" });
const guarded = charging("guarded", { breaker });
const guardedParked = charging("guarded-parked", { onFailure: "park", breaker });

const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: [charge, resumed, guarded, guardedParked],
  maxRedrives: config.requireNumber("maxRedrives"),
});

// One source whose mode was changed: each function is the reprocess function of one deployment, over the executions of both.
const restarting = charging("restarting", { source: "changed" });
const resuming = charging("resuming", { source: "changed", onFailure: "resume" });
const parking = charging("parking", { source: "changed", onFailure: "park" });
const others = { reconciler: false, renewer: false, edit: false } as const;
const toResume = new ReprocessFunction("to-resume", {
  spool,
  sources: { changed: { stateMachineArn: resuming.arn, formerStateMachineArns: [restarting.arn], resumes: true } },
  ...others,
});
const toRestart = new ReprocessFunction("to-restart", {
  spool,
  sources: { changed: { stateMachineArn: restarting.arn, formerStateMachineArns: [resuming.arn, parking.arn] } },
  ...others,
});
const drained = new ReprocessFunction("drained", {
  spool,
  sources: {
    changed: { stateMachineArn: restarting.arn, formerStateMachineArns: [resuming.arn, parking.arn], resumes: true },
  },
  ...others,
});

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const chargeMachine = charge.arn;
export const resumedMachine = resumed.arn;
export const guardedMachine = guarded.arn;
export const guardedParkedMachine = guardedParked.arn;
export const breakerControl = breaker.controlArn;
export const bucketName = spool.bucket?.name;
export const reprocessFunction = reprocess.functionName;
export const reconcileFunction = reprocess.reconciler?.functionName;
export const renewFunction = reprocess.renewer?.functionName;
export const editFunction = reprocess.editor?.functionName;
export const restartingMachine = restarting.arn;
export const resumingMachine = resuming.arn;
export const parkingMachine = parking.arn;
export const toResumeFunction = toResume.functionName;
export const toRestartFunction = toRestart.functionName;
export const drainedFunction = drained.functionName;
