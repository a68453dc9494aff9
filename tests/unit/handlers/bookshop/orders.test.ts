// The bookshop's orders: what is checked before one is accepted, what is decided, and who is told of a charge.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { orderCommands, stockCommands } from "../../../../bookshop/commandSchemas";
import { announceOrder, chargeAndAnnounce, type EventBus } from "../../../../handlers/bookshop/announceOrder";
import { checkOrder } from "../../../../handlers/bookshop/checkOrder";
import { decideOrder } from "../../../../handlers/bookshop/decideOrder";
import type { OrderCommands } from "../../../../handlers/bookshop/orderCommands";
import type { ChildCommand, CommandContext, CommandOf } from "../../../../handlers/commands/command";
import { commandValidator } from "../../../../handlers/commands/schemas";

const time = "2026-11-20T10:00:00.000Z";
const data = { isbn: "978-3", copies: 3, customer: "Ada", price: 9.95, currency: "EUR" };
const placeOrder: CommandOf<OrderCommands> = { id: "c-1", name: "placeOrder", time, data, correlationId: "c-1" };
const cancelOrder: CommandOf<OrderCommands> = {
  id: "c-2",
  name: "cancelOrder",
  time,
  data: { orderId: "c-1" },
  correlationId: "c-2",
};
const order = { orderId: "c-1", customer: "Ada", amount: 29.85, currency: "EUR" };

const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  fetched.mockReset();
});

describe("what an order's data must be", () => {
  const violations = commandValidator({
    placeOrder: orderCommands.placeOrder.schema,
    cancelOrder: orderCommands.cancelOrder.schema,
    reserveStock: stockCommands.reserveStock.schema,
  });

  it("is what the handlers take", () => {
    expect(violations("placeOrder", data)).toEqual([]);
    expect(violations("cancelOrder", { orderId: "c-1" })).toEqual([]);
    expect(violations("reserveStock", { orderId: "c-1", isbn: "978-3", copies: 3 })).toEqual([]);
  });

  it.each([
    ["/isbn", { isbn: "" }],
    ["/copies", { copies: 0 }],
    ["/copies", { copies: 1.5 }],
    ["/price", { price: 0 }],
    ["/currency", { currency: "euro" }],
    ["/customer", { customer: undefined }],
    ["/discount", { discount: 1 }],
  ])("is refused at %s: %o", (path, wrong) => {
    expect(violations("placeOrder", { ...data, ...wrong }).map((each) => each.path)).toEqual([path]);
  });
});

describe("the check of an order", () => {
  const check = (command: CommandOf<OrderCommands>) => checkOrder(command, { CATALOGUE_URL: "https://books.example" });

  it("takes a book at its price", async () => {
    fetched.mockResolvedValue(Response.json({ title: "Emma", price: 9.95 }));
    await check(placeOrder);
    expect(fetched).toHaveBeenCalledExactlyOnceWith("https://books.example/books/978-3");
  });

  it("refuses a book that is not there, and one that costs something else", async () => {
    fetched.mockResolvedValueOnce(new Response("", { status: 404 }));
    await expect(check(placeOrder)).rejects.toMatchObject({ name: "BookNotFoundError" });
    fetched.mockResolvedValueOnce(Response.json({ title: "Emma", price: 12 }));
    await expect(check(placeOrder)).rejects.toMatchObject({
      name: "PriceChangedError",
      message: "the book 978-3 costs 12, not 9.95",
      detail: "A copy costs 12 now.",
    });
  });

  it("leaves a cancellation to the function that decides", async () => {
    await check(cancelOrder);
    expect(fetched).not.toHaveBeenCalled();
  });
});

describe("the decision about an order", () => {
  const sent: (readonly [to: string, child: ChildCommand])[] = [];
  const context: Pick<CommandContext, "effect" | "send"> = {
    effect: (writes, result) => ({ writes, result }),
    send: async (to, child) => {
      sent.push([to, child]);
      return { id: "child" };
    },
  };
  const decide = (command: CommandOf<OrderCommands>) => decideOrder(command, context, { ORDERS_TABLE: "orders" });

  beforeEach(() => {
    sent.length = 0;
  });

  it("sends for the stock and the charge, and writes the order with its success", async () => {
    const Item = { ...order, isbn: "978-3", copies: 3, placedAt: time, state: "placed" };
    expect(await decide(placeOrder)).toEqual({
      writes: [{ Put: { TableName: "orders", Item } }],
      result: { orderId: "c-1" },
    });
    expect(sent).toEqual([
      ["reserve-stock", { name: "reserveStock", data: { orderId: "c-1", isbn: "978-3", copies: 3 } }],
      ["charge-card", { name: "chargeCard", data: order }],
    ]);
  });

  it("cancels an order that is placed", async () => {
    expect(await decide(cancelOrder)).toMatchObject({
      writes: [{ Update: { TableName: "orders", Key: { orderId: "c-1" }, ConditionExpression: "#state = :placed" } }],
      result: { orderId: "c-1" },
    });
    expect(sent).toEqual([]);
  });
});

describe("the news of a charge", () => {
  const putEvents = vi.fn<EventBus["putEvents"]>();

  beforeEach(() => {
    putEvents.mockReset();
    putEvents.mockResolvedValue({ Entries: [{ EventId: "e-1" }] });
  });

  it("is told when the card is charged, with the order", async () => {
    fetched.mockResolvedValue(Response.json({ id: "ch_1" }));
    const charge = chargeAndAnnounce({ PAYMENT_PROVIDER_URL: "https://payments.example" }, { putEvents });
    expect(await charge(order)).toEqual({ orderId: "c-1", charge: { id: "ch_1" } });
    expect(putEvents).toHaveBeenCalledExactlyOnceWith({
      Source: "bookshop",
      DetailType: "OrderPlaced",
      Detail: JSON.stringify(order),
    });
  });

  it("is not told of a card that was declined", async () => {
    fetched.mockResolvedValue(new Response("", { status: 402 }));
    await expect(chargeAndAnnounce({}, { putEvents })(order)).rejects.toMatchObject({ name: "CardDeclinedError" });
    expect(putEvents).not.toHaveBeenCalled();
  });

  it.each([
    [{ Entries: [{ ErrorCode: "ThrottlingException", ErrorMessage: "slow down" }] }, "ThrottlingException: slow down"],
    [{}, "it answered with 0 entries"],
  ])("fails where the bus says that it did not take it: %o", async (answer, why) => {
    putEvents.mockResolvedValue(answer);
    await expect(announceOrder(order, { putEvents })).rejects.toMatchObject({
      name: "EventNotTaken",
      message: `EventBridge did not take the order c-1: ${why}`,
    });
  });
});
