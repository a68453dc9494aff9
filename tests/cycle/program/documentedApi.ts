// An API of commands whose data is deep, once for everybody and once for signed requests: what its documents are tried with.
import { CommandApi, CommandFunction, CommandStore, ErrorSpool, type JsonSchema } from "../../../components";

interface Address {
  readonly street: string;
  readonly city: string;
  readonly country: "CH" | "DE" | "FR";
}

interface Item {
  readonly isbn: string;
  readonly copies: number;
  readonly note?: string | null;
}

interface Order {
  readonly customer: { readonly name: string; readonly email: string; readonly addresses: readonly Address[] };
  readonly items: readonly Item[];
  readonly delivery: { readonly kind: "standard" | "express"; readonly by?: string };
  readonly discount?: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly extras?: unknown;
}

type Orders = {
  readonly placeOrder: Order;
  readonly changeItem: { readonly orderId: string; readonly isbn: string; readonly copies: number };
  readonly cancelOrder: { readonly orderId: string };
};

const object = (properties: Readonly<Record<string, JsonSchema>>, optional: readonly string[] = []): JsonSchema => ({
  type: "object",
  required: Object.keys(properties).filter((name) => !optional.includes(name)),
  properties,
  additionalProperties: false,
});
const text = { type: "string", minLength: 1, maxLength: 80 };
const isbn = { type: "string", pattern: "^97[89][0-9]{10}$" };
const copies = { type: "integer", minimum: 1, maximum: 99 };
const orderId = { type: "string", format: "uuid" };

const orderSchema: JsonSchema = {
  $defs: { Address: object({ street: text, city: text, country: { type: "string", enum: ["CH", "DE", "FR"] } }) },
  ...object(
    {
      customer: object({
        name: text,
        email: { type: "string", format: "email", maxLength: 254 },
        addresses: { type: "array", maxItems: 3, items: { $ref: "#/$defs/Address" } },
      }),
      items: {
        type: "array",
        minItems: 1,
        maxItems: 10,
        items: object({ isbn, copies, note: { type: ["string", "null"], maxLength: 200 } }, ["note"]),
      },
      delivery: object(
        { kind: { type: "string", enum: ["standard", "express"] }, by: { type: "string", format: "date" } },
        ["by"],
      ),
      discount: { type: "number", exclusiveMinimum: 0, exclusiveMaximum: 1 },
      labels: { type: "object", propertyNames: { pattern: "^[a-z]{1,8}$" }, additionalProperties: text },
      extras: {},
    },
    ["discount", "labels", "extras"],
  ),
};

const spool = new ErrorSpool("spool", {}, { protect: false });
const store = new CommandStore("commands", {}, { protect: false });

const stock = new CommandFunction<{ reserveStock: { readonly items: readonly Item[] } }>("stock", {
  spool,
  store,
  commands: { reserveStock: { schema: { type: "object", required: ["items"] } } },
  callback: async ({ data }) => {
    if (data.items.some((item) => item.isbn === "9780000000404")) {
      throw Object.assign(new Error("none left"), { name: "SoldOutError", detail: "No copy is left." });
    }
    return { reserved: data.items.length };
  },
  permanentErrors: { SoldOutError: { title: "Sold out" } },
});

const orders = new CommandFunction<Orders>("orders", {
  spool,
  store,
  commands: {
    placeOrder: { schema: orderSchema },
    changeItem: { schema: object({ orderId, isbn, copies }) },
    cancelOrder: { schema: object({ orderId }) },
  },
  callback: async (command, context) => {
    if (command.name !== "placeOrder") return { changed: command.data.orderId };
    const { items } = command.data;
    if (items.some((item) => item.isbn === "9780000000503")) throw new Error("the warehouse is away");
    await context.progress(0.5, "Reserving");
    await context.send("stock", { name: "reserveStock", data: { items } });
    return { orderId: command.id, copies: items.reduce((sum, item) => sum + item.copies, 0) };
  },
  sends: [stock],
});

const apiArgs = {
  store,
  operations: [
    { command: "placeOrder", to: orders, path: "/orders", summary: "Places an order" },
    { command: "changeItem", to: orders, method: "PUT", path: "/orders/{orderId}/items/{isbn}" },
    { command: "cancelOrder", to: orders, method: "DELETE", path: "/orders/{orderId}" },
  ],
  clientErrors: {
    BookNotFoundError: { status: 404, title: "Book not found" },
  },
  maxBytes: 65_536,
  accessLog: false,
  alarms: false,
} as const;

async function check({ name, data }: { readonly name: string; readonly data: Orders[keyof Orders] }): Promise<void> {
  if (name !== "placeOrder" || !("items" in data)) return;
  if (data.items.some((item) => item.isbn === "9791234567896")) {
    throw Object.assign(new Error("no book"), { name: "BookNotFoundError", detail: "There is no book 9791234567896." });
  }
}

const open = new CommandApi<Orders>("open", { ...apiArgs, check, authorization: "NONE" });
const signed = new CommandApi<Orders>("signed", { ...apiArgs, check });

export const openUrl = open.url;
export const openDocument = open.openApi;
export const signedUrl = signed.url;
export const signedDocument = signed.openApi;
