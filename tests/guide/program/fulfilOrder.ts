// The first program of docs/guide/under-control.md, which shows it without this line.
import {
  AutoRedrive,
  CircuitBreaker,
  ErrorSpool,
  ReprocessFunction,
  Semaphore,
  UncertainTask,
  Workflow,
} from "../../../components";

interface Order {
  readonly orderId: string;
  readonly customer: string;
}

/** Asks a neighbour, once for each order: it knows the order by its key. */
async function ask(neighbour: string, order: Order): Promise<Order> {
  const headers = { "idempotency-key": order.orderId };
  const { status } = await fetch(`https://${neighbour}.example.com/`, { method: "POST", headers });
  if (status === 402) throw Object.assign(new Error("declined"), { name: "CardDeclined" });
  if (status !== 200) throw Object.assign(new Error(`${neighbour} answered ${status}`), { name: "NeighbourDown" });
  return order;
}

const spool = new ErrorSpool("spool");

const provider = new CircuitBreaker("provider", { failureThreshold: 5, openFor: "1 minute" });
const calls = new Semaphore("calls", { limit: 5 });
const customers = new Semaphore("customers", { limit: 1 });

const fulfilOrder = new Workflow("fulfil-order", {
  spool,
  steps: [
    { name: "reserve", task: async (order: Order) => ask("warehouse", order) },
    {
      name: "charge",
      task: async (order: Order) => ask("provider", order),
      breaker: provider,
      semaphore: calls,
      permanentErrors: ["CardDeclined"],
    },
    { name: "ship", task: async (order: Order) => ask("carrier", order), onFailure: "park" },
  ],
});

const welcome = new UncertainTask("welcome", {
  spool,
  task: async (order: Order) => ask("mail", order),
  semaphore: { semaphore: customers, key: "customer", maximumWait: "5 minutes" },
});

const reprocess = new ReprocessFunction("reprocess", { spool, sources: [fulfilOrder, welcome] });
const recover = new AutoRedrive("recover", { reprocess, breaker: provider });

export const fulfilOrderArn = fulfilOrder.arn;
export const welcomeArn = welcome.arn;
export const reprocessFunctionName = reprocess.functionName;
export const providerControlArn = provider.controlArn;
export const recoverArn = recover.arn;
