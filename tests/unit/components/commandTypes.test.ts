// What the compiler knows of commands: the handler's union, and what may be sent where.
import { describe, expectTypeOf, it } from "vitest";
import { CommandApi } from "../../../components/commandApi";
import { CommandFunction, type CommandFunctionArgs } from "../../../components/commandFunction";
import type { CommandSink } from "../../../components/commandGraph";
import type { CommandStore } from "../../../components/commandStore";
import type { Observed } from "../../../components/observed";
import type { Redrivable } from "../../../components/sources";
import type { CommandContext } from "../../../handlers/commands/command";
import { type CommandTarget, sendCommand } from "../../../handlers/commands/sendCommand";

interface Order {
  readonly isbn: string;
  readonly copies: number;
}
type Orders = { placeOrder: Order; cancelOrder: { orderId: string } };
type Callback = NonNullable<CommandFunctionArgs<Orders>["callback"]>;
type OrderCommand = Parameters<Callback>[0];

/** Never called: its lines are for the compiler. */
function neverCalled(args: Omit<CommandFunctionArgs<Orders>, "callback" | "commands">) {
  const schema = { type: "object" };
  const orders = new CommandFunction<Orders>("orders", {
    ...args,
    commands: { placeOrder: { schema }, cancelOrder: { schema } },
    callback: async (command, context) => {
      expectTypeOf(context).toEqualTypeOf<CommandContext>();
      if (command.name === "placeOrder") {
        return command.data.copies;
      }
      return command.data.orderId;
    },
  });
  // Without types of its own the names are known, and nothing of the data.
  const untyped = new CommandFunction("untyped", {
    spool: args.spool,
    store: args.store,
    commands: { refund: { schema } },
    callback: (command) => {
      expectTypeOf(command.name).toEqualTypeOf<"refund">();
      expectTypeOf(command.data).toEqualTypeOf<unknown>();
    },
  });
  expectTypeOf(untyped.commandNames).toEqualTypeOf<readonly "refund"[]>();
  // An interface will do for the commands.
  interface Stock {
    reserveStock: Order;
  }
  const stock = new CommandFunction<Stock>("stock", {
    spool: args.spool,
    store: args.store,
    commands: { reserveStock: { schema } },
    callbackFactory: () => async (command) => command.data.isbn,
    sends: [orders, untyped],
  });
  const reserve = { schema };
  // @ts-expect-error: each command has a schema
  new CommandFunction<Orders>("orders", { ...args, commands: { placeOrder: { schema } } });
  const others: CommandFunctionArgs<Orders>["commands"] = {
    placeOrder: reserve,
    cancelOrder: reserve,
    // @ts-expect-error: and no other one has
    refund: reserve,
  };
  new CommandFunction<Stock>("stock", {
    spool: args.spool,
    store: args.store,
    commands: { reserveStock: reserve },
    // @ts-expect-error: Lambda would delete what a filter leaves out
    filter: [],
  });
  expectTypeOf(orders).toExtend<CommandSink>();
  expectTypeOf(stock).toExtend<Redrivable>();
  return { orders, stock, others };
}

/** Never called, either. */
function neverAsked(store: CommandStore, { orders, stock }: Pick<ReturnType<typeof neverCalled>, "orders" | "stock">) {
  const placeOrder = { command: "placeOrder", to: orders, path: "/orders" } as const;
  const reserveStock = { command: "reserveStock", to: stock, path: "/stock" } as const;
  new CommandApi("any", { store, operations: [placeOrder, reserveStock] });
  // @ts-expect-error: these are not the commands that the API is said to have
  new CommandApi<Orders>("shop", { store, operations: [placeOrder, reserveStock] });
  return new CommandApi("checked", {
    store,
    operations: [{ command: "placeOrder", to: orders, path: "/orders" }],
    check: async (command) => {
      expectTypeOf(command.name).toEqualTypeOf<string>();
    },
  });
}

/** Never called, either. */
async function neverSent(target: CommandTarget<Orders>) {
  await sendCommand(target, { name: "placeOrder", data: { isbn: "978-3", copies: 1 } });
  await sendCommand(target, { name: "cancelOrder", data: { orderId: "1" }, idempotencyKey: "k" });
  // @ts-expect-error: nobody decides this command
  await sendCommand(target, { name: "refund", data: { orderId: "1" } });
  // @ts-expect-error: this is another command's data
  await sendCommand(target, { name: "cancelOrder", data: { isbn: "978-3", copies: 1 } });
}

describe("the types of commands", () => {
  it("are a union that the name tells apart", () => {
    expectTypeOf<OrderCommand["name"]>().toEqualTypeOf<"placeOrder" | "cancelOrder">();
    expectTypeOf<Extract<OrderCommand, { name: "placeOrder" }>["data"]>().toEqualTypeOf<Order>();
  });

  it("are checked where a command is sent", () => {
    expectTypeOf(neverSent).returns.toEqualTypeOf<Promise<void>>();
  });

  it("are checked where an API has them as operations", () => {
    expectTypeOf(neverAsked).returns.toExtend<Observed>();
  });

  it("follow the function's target to whoever sends", () => {
    type Target = ReturnType<typeof neverCalled>["orders"]["target"];
    expectTypeOf<ReturnType<Target["get"]>>().toExtend<CommandTarget<Orders>>();
  });
});
