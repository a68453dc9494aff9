// An API of commands for signed requests, with a check, and an open one without, in front of one function.
import { CommandApi, CommandFunction, CommandStore, ErrorSpool } from "../../../../components";

interface Order {
  readonly isbn: string;
  readonly copies?: number;
}

const spool = new ErrorSpool("spool", {}, { protect: false });
const store = new CommandStore("commands", {}, { protect: false });
const orders = new CommandFunction<{ placeOrder: Order; cancelOrder: { readonly orderId: string } }>(
  "orders",
  {
    spool,
    store,
    commands: {
      placeOrder: {
        schema: {
          type: "object",
          required: ["isbn"],
          properties: { isbn: { type: "string" }, copies: { type: "integer", minimum: 1 } },
          additionalProperties: false,
        },
      },
      cancelOrder: {
        schema: { type: "object", required: ["orderId"], properties: { orderId: { type: "string" } } },
      },
    },
    callbackFactory: () => {
      let decided = 0;
      return async (command) => {
        decided += 1;
        return { name: command.name, orderId: command.id, decided };
      };
    },
  },
  { protect: false },
);

const operations = [
  { command: "placeOrder", to: orders, path: "/orders", summary: "Places an order" },
  { command: "cancelOrder", to: orders, method: "DELETE", path: "/orders/{orderId}" },
] as const;

const shop = new CommandApi<{ placeOrder: Order; cancelOrder: { readonly orderId: string } }>("shop", {
  store,
  operations,
  check: async (command, { work }) => {
    if (command.name === "placeOrder" && command.data.isbn === "0") {
      const detail = `No book 0 for ${work.id === command.id}`;
      throw Object.assign(new Error("no book"), { name: "BookNotFoundError", detail });
    }
  },
  clientErrors: { BookNotFoundError: { status: 404, title: "Book not found" } },
  accessLog: false,
  alarms: false,
});

const open = new CommandApi("open", {
  store,
  operations: operations.slice(0, 1),
  authorization: "NONE",
  statusPath: "/status",
  stageName: "v2",
  retryAfter: "2 seconds",
  maxBytes: 100,
  accessLog: false,
  alarms: false,
});

export const shopUrl = shop.url;
export const openUrl = open.url;
export const openApi = shop.openApi;
