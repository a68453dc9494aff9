// What can be asked of orders and of the warehouse: the data of their commands.

/** An order as a customer, or somebody for a customer, places it. */
export interface PlaceOrder {
  readonly isbn: string;
  readonly copies: number;
  readonly customer: string;
  /** Of a copy, in units of the currency: what the customer agreed to pay. */
  readonly price: number;
  /** ISO 4217. */
  readonly currency: string;
}

export interface CancelOrder {
  /** The id of the command that placed it. */
  readonly orderId: string;
}

/** An order that somebody takes at the shop's desk. */
export interface DeskOrder {
  /** The desk's own name for it, such as the number of its form: the same one is one order. */
  readonly key: string;
  readonly order: PlaceOrder;
}

/** What the function that decides about orders is asked. */
export type OrderCommands = { readonly placeOrder: PlaceOrder; readonly cancelOrder: CancelOrder };

/** What the warehouse is asked for an order. */
export interface StockRequest {
  readonly orderId: string;
  readonly isbn: string;
  readonly copies: number;
}

/** What the function in front of the warehouse is asked. */
export type StockCommands = { readonly reserveStock: StockRequest };
