// Two functions that decide commands, one of them below the other, and a task below both: as a program deploys them.
import {
  ClosureFunction,
  CommandFunction,
  CommandStore,
  ErrorSpool,
  ReprocessFunction,
  UncertainTask,
} from "../../../../components";
import { sendCommand } from "../../../../handlers/commands/sendCommand";

interface Order {
  readonly isbn: string;
  readonly copies: number;
}

const spool = new ErrorSpool("spool", {}, { protect: false });
const store = new CommandStore("commands", {}, { protect: false });
const text = { type: "string" };
const orderSchema = {
  type: "object",
  required: ["isbn", "copies"],
  properties: { isbn: text, copies: { type: "integer", minimum: 1 } },
  additionalProperties: false,
};

const chargeCard = new UncertainTask("charge-card", {
  spool,
  task: async ({ amount }: { readonly amount: number }) => ({ charged: amount }),
});

const stock = new CommandFunction<{ reserveStock: Order }>("stock", {
  spool,
  store,
  commands: { reserveStock: { schema: orderSchema } },
  callback: async ({ data }) => {
    if (data.copies > 100) throw Object.assign(new Error("there are not so many"), { name: "SoldOutError" });
    return { reserved: data.copies };
  },
  permanentErrors: { SoldOutError: { title: "Sold out" } },
});

const orders = new CommandFunction<{ placeOrder: Order; cancelOrder: { readonly orderId: string } }>("orders", {
  spool,
  store,
  commands: {
    placeOrder: { schema: orderSchema },
    cancelOrder: { schema: { type: "object", required: ["orderId"], properties: { orderId: text } } },
  },
  callbackFactory: () => async (command, context) => {
    if (command.name === "cancelOrder") return { cancelled: command.data.orderId };
    await context.send("stock", { name: "reserveStock", data: command.data });
    await context.send("charge-card", { name: "chargeCard", data: { amount: 10 * command.data.copies } });
    return { orderId: command.id };
  },
  sends: [stock, chargeCard],
});

new ReprocessFunction("reprocess", { spool, sources: [chargeCard, stock, orders] });

const admin = new ClosureFunction("admin", {
  callback: async ({ key, data }: { readonly key: string; readonly data: Order }) => {
    try {
      return await sendCommand(orders.target.get(), { name: "placeOrder", data, idempotencyKey: key });
    } catch (error) {
      return error instanceof Error ? { name: error.name, message: error.message } : {};
    }
  },
  permissions: orders.sendStatements,
});

export const adminName = admin.functionName;
export const queueUrl = orders.target.queueUrl;
export const chargeCardArn = chargeCard.arn;
export const tableName = store.table.name;
export const spoolUrl = spool.url;
