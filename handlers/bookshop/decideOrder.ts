// Decides what becomes of orders: the bookshop's handler of their commands, whoever sent them.
import type { CommandContext, CommandOf, Effect } from "../commands/command";
import type { CancelOrder, OrderCommands, PlaceOrder } from "./orderCommands";

/** The function's environment. */
export interface OrdersEnvironment {
  /** The table of orders. */
  readonly ORDERS_TABLE?: string;
}

type OrderContext = Pick<CommandContext, "effect" | "send">;

/** What a command about an order results in. */
export interface OrderDecision {
  readonly orderId: string;
}

/**
 * Depends on the command alone. The order is in its table when the command has succeeded, and never without that.
 *
 * @throws `EffectRefused` where an order cannot be cancelled: it is unknown, or is cancelled already
 */
export async function decideOrder(
  command: CommandOf<OrderCommands>,
  context: OrderContext,
  { ORDERS_TABLE = "" }: OrdersEnvironment,
): Promise<Effect<OrderDecision>> {
  if (command.name === "cancelOrder") return cancelled(command.data, context, ORDERS_TABLE);
  return placed(command, context, ORDERS_TABLE);
}

/** The command's id is the order's: of whatever fails and is redriven, the neighbours know the order by it. */
async function placed(
  { id, time, data }: { readonly id: string; readonly time: string; readonly data: PlaceOrder },
  context: OrderContext,
  TableName: string,
): Promise<Effect<OrderDecision>> {
  const { isbn, copies, customer, price, currency } = data;
  const order = { orderId: id, customer, amount: Math.round(copies * price * 100) / 100, currency };
  await context.send("reserve-stock", { name: "reserveStock", data: { orderId: id, isbn, copies } });
  await context.send("charge-card", { name: "chargeCard", data: order });
  const Item = { ...order, isbn, copies, placedAt: time, state: "placed" };
  return context.effect([{ Put: { TableName, Item } }], { orderId: id });
}

/** What else it takes hangs on the table's stream, as the search index does. */
function cancelled({ orderId }: CancelOrder, context: OrderContext, TableName: string): Effect<OrderDecision> {
  const Update = {
    TableName,
    Key: { orderId },
    UpdateExpression: "SET #state = :cancelled",
    ConditionExpression: "#state = :placed",
    ExpressionAttributeNames: { "#state": "state" },
    ExpressionAttributeValues: { ":cancelled": "cancelled", ":placed": "placed" },
  };
  return context.effect([{ Update }], { orderId });
}
