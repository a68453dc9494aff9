// What the property of commands under faults deploys: an API and an admin's tool, two functions that decide commands, a task below both.
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import {
  ClosureFunction,
  CommandApi,
  CommandFunction,
  CommandStore,
  ErrorSpool,
  ReprocessFunction,
  UncertainTask,
} from "../../../components";
import { sendCommand } from "../../../handlers/commands/sendCommand";

interface Order {
  readonly order: string;
  /** Whether the shop has it. */
  readonly sold: boolean;
}

interface Shipment {
  readonly order: string;
  readonly key: string;
}

const config = new pulumi.Config();
const environment = { PROVIDER_URL: config.require("providerUrl") };
const timeout = "6 seconds";

/** An effect outside: once for each key. What it answers with 402 will never be done. */
const charge = async (order: string, key: string) => {
  const response = await fetch(`${process.env.PROVIDER_URL}/charges`, {
    method: "POST",
    headers: { "content-type": "application/json", "idempotency-key": key },
    body: JSON.stringify({ order }),
  });
  if (response.status === 200) return;
  const name = response.status === 402 ? "CardDeclinedError" : "ProviderError";
  throw Object.assign(new Error(`the provider answered ${response.status}`), { name });
};

const spool = new ErrorSpool("spool", {}, { protect: false });
const store = new CommandStore("commands", {}, { protect: false });
const ledger = new aws.dynamodb.Table("ledger", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "id",
  attributes: [{ name: "id", type: "S" }],
});
const permissions = [{ actions: ["dynamodb:UpdateItem"], resources: [ledger.arn] }];

/** An effect that counts how often it happened. */
const counted = (id: string) => ({
  Update: {
    TableName: ledger.name.get(),
    Key: { id },
    UpdateExpression: "ADD #times :one",
    ExpressionAttributeNames: { "#times": "times" },
    ExpressionAttributeValues: { ":one": 1 },
  },
});

const schema = {
  type: "object",
  required: ["order", "sold"],
  properties: { order: { type: "string" }, sold: { type: "boolean" } },
  additionalProperties: false,
};

const ship = new UncertainTask("ship", {
  spool,
  retry: [{ errors: ["States.ALL"], maxAttempts: 1, interval: "2 seconds" }],
  task: { environment, timeout, callback: async ({ order, key }: Shipment) => charge(order, key) },
});

const common = {
  spool,
  store,
  environment,
  permissions,
  timeout,
  maxReceiveCount: 3,
  visibilityTimeout: "36 seconds",
} as const;

const stock = new CommandFunction<{ reserveStock: Order }>("stock", {
  ...common,
  commands: { reserveStock: { schema } },
  permanentErrors: { SoldOutError: { title: "Sold out" } },
  callback: async ({ id, data }, context) => {
    if (data.sold) throw Object.assign(new Error("it is sold out"), { name: "SoldOutError" });
    return context.effect([counted(id)], { reserved: data.order });
  },
});

const orders = new CommandFunction<{ placeOrder: Order }>("orders", {
  ...common,
  commands: { placeOrder: { schema } },
  permanentErrors: { CardDeclinedError: { title: "Card declined" } },
  sends: [stock, ship],
  callback: async ({ id, data }, context) => {
    await charge(data.order, id);
    await context.progress(0.5, "paid");
    await context.send("stock", { name: "reserveStock", data });
    await context.send("ship", { name: "ship", data: { order: `${data.order}-ship`, key: `${id}-ship` } });
    return context.effect([counted(id)], { placed: data.order });
  },
});

const shop = new CommandApi("shop", {
  store,
  operations: [{ command: "placeOrder", to: orders, path: "/orders" }],
  accessLog: false,
  alarms: false,
});

const { target } = orders;
const admin = new ClosureFunction("admin", {
  timeout,
  permissions: orders.sendStatements,
  callback: async ({ key, ...data }: Order & { readonly key?: string }) =>
    sendCommand(target.get(), { name: "placeOrder", data, ...(key !== undefined && { idempotencyKey: key }) }),
});

const reprocess = new ReprocessFunction("reprocess", { spool, sources: [ship, stock, orders], max: 100 });

export const functions = {
  orders: orders.functionName,
  stock: stock.functionName,
  ship: ship.function?.name,
  shop: shop.function.name,
  admin: admin.functionName,
  reprocess: reprocess.functionName,
  reconcile: reprocess.reconciler?.functionName,
  edit: reprocess.editor?.functionName,
};
export const shopUrl = shop.url;
export const queueUrl = orders.queue.url;
export const stockQueueUrl = stock.queue.url;
export const shipMachine = ship.arn;
export const tableName = store.table.name;
export const ledgerName = ledger.name;
export const spoolUrl = spool.url;
export const poisonUrl = spool.poison.url;
