// Reads the demo's input: orders, one JSON object a line (https://jsonlines.org).

/** An order of the bookshop, as it is handed to the state machine that charges its card. */
export interface Order {
  /** Names the order's execution and its charge: 1 to 80 letters, digits, `-` and `_`. */
  readonly orderId: string;
  readonly customer: string;
  /** More than 0, in units of the currency. */
  readonly amount: number;
  /** Three capital letters (ISO 4217). */
  readonly currency: string;
  /** When the order comes in, in seconds since the shop opened. */
  readonly at: number;
}

/** A line that is no order, and why. */
export interface BadLine {
  /** Counted from 1. */
  readonly line: number;
  readonly reason: string;
}

/** What a file holds. */
export interface OrderFile {
  readonly orders: readonly Order[];
  readonly badLines: readonly BadLine[];
}

/** A year: what Step Functions lets an execution live, and far beyond what a demo shows. */
const LATEST_SECOND = 365 * 24 * 3600;

/** Reads a whole file. Bad lines are reported and left out; empty ones, and a byte order mark, do not matter. */
export function parseOrders(text: string): OrderFile {
  const orders: Order[] = [];
  const badLines: BadLine[] = [];
  const firstLines = new Map<string, number>();
  for (const [index, content] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (content.trim() === "") continue;
    const line = index + 1;
    try {
      const order = parseOrder(content);
      const first = firstLines.get(order.orderId);
      if (first !== undefined) throw new Error(`[orderId] ${order.orderId} was on line ${first} already`);
      firstLines.set(order.orderId, line);
      orders.push(order);
    } catch (error) {
      badLines.push({ line, reason: (error as Error).message });
    }
  }
  return { orders, badLines };
}

function parseOrder(content: string): Order {
  const value = parseObject(content);
  return {
    orderId: parseOrderId(value.orderId),
    customer: check("customer", value.customer, "a text that is not empty", isText),
    amount: check("amount", value.amount, "a number greater than 0", (amount) => isNumber(amount) && amount > 0),
    currency: check("currency", value.currency, "three capital letters", isCurrency),
    at: check("at", value.at, `a number of seconds from 0 to ${LATEST_SECOND}`, isOffset),
  };
}

function parseObject(content: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    throw new Error("this is not JSON");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`a line must be a JSON object, got ${shown(value)}`);
  return value as Record<string, unknown>;
}

function parseOrderId(value: unknown): string {
  const orderId = check<string>("orderId", value, "1 to 80 letters, digits, - and _", isOrderId);
  // Respool's own executions are named so: see records/executionName.ts.
  if (/-redrive-[1-9]\d*-[0-9a-z]+$/.test(orderId))
    throw new Error(`[orderId] must not end like a redriven execution's name, got ${shown(orderId)}`);
  return orderId;
}

function check<T>(member: string, value: unknown, allowed: string, isGood: (value: unknown) => boolean): T {
  if (!isGood(value)) throw new Error(`[${member}] must be ${allowed}, got ${shown(value)}`);
  return value as T;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isText(value: unknown): boolean {
  return typeof value === "string" && value.trim() !== "";
}

function isOrderId(value: unknown): boolean {
  return typeof value === "string" && /^[0-9A-Za-z_-]{1,80}$/.test(value);
}

function isCurrency(value: unknown): boolean {
  return typeof value === "string" && /^[A-Z]{3}$/.test(value);
}

function isOffset(value: unknown): boolean {
  return isNumber(value) && value >= 0 && value <= LATEST_SECOND;
}

function shown(value: unknown): string {
  const text = value === undefined ? "nothing" : JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
