// What the data of the shop's commands must fulfil, by the names of the commands.
const orderId = { type: "string", minLength: 1, maxLength: 80 };
const isbn = { type: "string", minLength: 1, maxLength: 40 };
const copies = { type: "integer", minimum: 1, maximum: 100 };

/** Of orders: see `PlaceOrder` and `CancelOrder`. */
export const orderCommands = {
  placeOrder: {
    schema: {
      type: "object",
      required: ["isbn", "copies", "customer", "price", "currency"],
      properties: {
        isbn,
        copies,
        customer: { type: "string", minLength: 1, maxLength: 100 },
        price: { type: "number", exclusiveMinimum: 0 },
        currency: { type: "string", pattern: "^[A-Z]{3}$" },
      },
      additionalProperties: false,
    },
  },
  cancelOrder: {
    schema: { type: "object", required: ["orderId"], properties: { orderId }, additionalProperties: false },
  },
};

/** Of the warehouse: see `StockRequest`. */
export const stockCommands = {
  reserveStock: {
    schema: {
      type: "object",
      required: ["orderId", "isbn", "copies"],
      properties: { orderId, isbn, copies },
      additionalProperties: false,
    },
  },
};
