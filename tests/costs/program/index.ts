// What the table of costs is counted on: an uncertain task for each mode and each set of options, and workflows.
import {
  AutoRedrive,
  CircuitBreaker,
  ClosureFunction,
  ErrorSpool,
  ReprocessFunction,
  Semaphore,
  UncertainTask,
  Workflow,
} from "../../../components";

interface Order {
  readonly order: string;
}

const spool = new ErrorSpool("spool", {}, { protect: false });
const semaphore = new Semaphore("slots", { limit: 1 });
const breaker = new CircuitBreaker("provider");

const charge = new ClosureFunction("charge", {
  callback: async ({ order }: Order) => {
    const body = JSON.stringify({ order });
    const { status } = await fetch("https://payments.example/charges", { method: "POST", body });
    if (status !== 200) throw Object.assign(new Error(`the provider answered ${status}`), { name: "ProviderError" });
    return { order };
  },
});

const modes = ["restart", "resume", "park"] as const;
const options = {
  plain: {},
  semaphore: { semaphore },
  breaker: { breaker },
  both: { semaphore, breaker },
} as const;

const tasks = modes.flatMap((onFailure) =>
  Object.entries(options).map(([name, used]) => {
    const task = new UncertainTask<Order>(`${onFailure}-${name}`, { spool, task: charge, onFailure, ...used });
    return [`${onFailure}-${name}`, task] as const;
  }),
);

const workflow = new Workflow("workflow", {
  spool,
  steps: [
    { name: "reserve", task: charge, uncertain: false },
    { name: "charge", task: charge },
    { name: "ship", task: charge },
  ],
});

const reprocess = new ReprocessFunction("reprocess", { spool, sources: [...tasks.map(([, task]) => task), workflow] });
const recover = new AutoRedrive("recover", { reprocess });

export const machines = { ...Object.fromEntries(tasks.map(([name, { arn }]) => [name, arn])), workflow: workflow.arn };
export const reprocessFunction = reprocess.functionName;
export const recoverArn = recover.arn;
export const controlArn = breaker.controlArn;
export const slotsTable = semaphore.tableName;
