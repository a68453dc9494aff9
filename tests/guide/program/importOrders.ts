// The batch of docs/guide/commands.md, which shows it without this line.
import type { CommandTarget } from "../../../components";
import { sendCommand } from "../../../handlers/commands/sendCommand";
import type { Order, OrderCommands } from "./shopCommands";

/** @returns the ids of the commands, by the orders' own numbers */
export async function importOrders(
  target: CommandTarget<OrderCommands>,
  orders: ReadonlyMap<string, Order>,
): Promise<ReadonlyMap<string, string>> {
  const ids = new Map<string, string>();
  for (const [number, data] of orders) {
    const { id } = await sendCommand(target, { name: "placeOrder", data, idempotencyKey: `import-${number}` });
    ids.set(number, id);
  }
  return ids;
}
