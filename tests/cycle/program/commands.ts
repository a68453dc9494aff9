// What the cycle tests of commands deploy: an API, three functions of which one sends to the next, a task below the first, one reprocess function.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  CommandApi,
  CommandFunction,
  CommandStore,
  type Duration,
  ErrorSpool,
  ReprocessFunction,
  UncertainTask,
} from "../../../components";

export interface Order {
  readonly order: string;
  /** @default "978-1" */
  readonly isbn?: string;
}

/** Work of several parts, each done at the provider. */
export interface Import {
  readonly order: string;
  readonly parts: number;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };
const receives = {
  visibilityTimeout: config.require("visibilityTimeout") as Duration,
  maxReceiveCount: config.requireNumber("maxReceiveCount"),
};

/** An effect at the provider: once for the key. */
const charge = async (order: string, key: string) => {
  const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ order }),
  });
  if (response.status === 200) return;
  const said = `the provider answered ${response.status} for ${order}`;
  if (response.status === 402)
    throw Object.assign(new Error(said), { name: "DeclinedError", detail: `It was declined for ${order}.` });
  throw Object.assign(new Error(said), { name: "ProviderError" });
};

const text = { type: "string", minLength: 1 };
const orderSchema = {
  type: "object",
  required: ["order"],
  properties: { order: text, isbn: text },
  additionalProperties: false,
};
const importSchema = {
  type: "object",
  required: ["order", "parts"],
  properties: { order: text, parts: { type: "integer", minimum: 1, maximum: 20 } },
  additionalProperties: false,
};

const spool = new ErrorSpool("spool", {}, { protect: false });
const store = new CommandStore("commands", {}, { protect: false });
const ledger = new aws.dynamodb.Table("ledger", {
  attributes: [{ name: "id", type: "S" }],
  hashKey: "id",
  billingMode: "PAY_PER_REQUEST",
});
const common = { spool, store, ...receives } as const;

const task = new UncertainTask("charge", {
  spool,
  task: {
    environment,
    timeout: "4 seconds",
    callback: async ({ order, key }: { readonly order: string; readonly key: string }) => charge(order, key),
  },
});

// At the bottom: an effect at somebody else's, under the command's id.
const parcels = new CommandFunction<{ sendParcel: Order }>("parcels", {
  ...common,
  environment,
  timeout: "4 seconds",
  commands: { sendParcel: { schema: orderSchema } },
  callback: async ({ id, data }) => {
    await charge(`parcel-${data.order}`, id);
    return { parcel: data.order };
  },
  permanentErrors: { DeclinedError: { title: "No parcel" } },
});

// In the middle: an effect that is one transaction with the command's success.
const stock = new CommandFunction<{ reserveStock: Order }>("stock", {
  ...common,
  environment: { LEDGER: ledger.name },
  timeout: "4 seconds",
  commands: { reserveStock: { schema: orderSchema } },
  permissions: [{ actions: ["dynamodb:UpdateItem"], resources: [ledger.arn] }],
  callback: async ({ data }, context) => {
    await context.send("parcels", { name: "sendParcel", data });
    const update = {
      TableName: process.env.LEDGER,
      Key: { id: data.order },
      UpdateExpression: "ADD reserved :one",
      ExpressionAttributeValues: { ":one": 1 },
    };
    return context.effect([{ Update: update }], { reserved: data.order });
  },
  sends: [parcels],
});

// At the top: what clients ask for. An import takes longer than anything below.
const orders = new CommandFunction<{ placeOrder: Order; importOrders: Import }>("orders", {
  ...common,
  visibilityTimeout: "1 minute",
  environment,
  timeout: "30 seconds",
  commands: { placeOrder: { schema: orderSchema }, importOrders: { schema: importSchema } },
  callback: async (command, context) => {
    const { id, data } = command;
    if (command.name === "importOrders") {
      const { parts } = command.data;
      for (let part = 1; part <= parts; part += 1) {
        await charge(`${data.order}-${part}`, `${id} ${part}`);
        await context.progress(part / parts, `${part} of ${parts}`);
      }
      return { imported: parts };
    }
    await context.send("stock", { name: "reserveStock", data: { order: data.order } });
    await context.send("charge", { name: "chargeCard", data: { order: data.order, key: id } });
    return { placed: data.order };
  },
  sends: [stock, task],
  maxHops: 3,
});

const shop = new CommandApi<{ placeOrder: Order; importOrders: Import; sendParcel: Order }>("shop", {
  store,
  timeout: "20 seconds",
  operations: [
    { command: "placeOrder", to: orders, path: "/orders" },
    { command: "importOrders", to: orders, path: "/imports" },
    { command: "sendParcel", to: parcels, path: "/parcels" },
  ],
  check: async (command) => {
    if (command.name === "placeOrder" && command.data.isbn === "unknown")
      throw Object.assign(new Error("no such book"), { name: "BookNotFoundError" });
  },
  clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } },
  // The account's own role for API Gateway's logs is no part of this.
  accessLog: false,
  alarms: false,
});

const reprocess = new ReprocessFunction("reprocess", {
  spool,
  sources: [task, orders, stock, parcels],
  maxRedrives: config.requireNumber("maxRedrives"),
});

export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
export const chargeMachine = task.arn;
export const reprocessFunction = reprocess.functionName;
export const reconcileFunction = reprocess.reconciler?.functionName;
export const renewFunction = reprocess.renewer?.functionName;
export const editFunction = reprocess.editor?.functionName;
export const launcherMachine = reprocess.launcher?.arn;
export const replayFunction = reprocess.launcher?.function.name;
export const shopUrl = shop.url;
export const shopFunction = shop.function.name;
export const ordersUrl = orders.queue.url;
export const ordersFunction = orders.functionName;
export const ordersTarget = pulumi.jsonStringify(orders.target);
export const stockUrl = stock.queue.url;
export const stockFunction = stock.functionName;
export const parcelsUrl = parcels.queue.url;
export const parcelsFunction = parcels.functionName;
export const parcelsTarget = pulumi.jsonStringify(parcels.target);
export const ledgerTable = ledger.name;
