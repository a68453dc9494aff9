// Builders for the demo's tests.
import type { Order } from "../../../demo/orders";
import type { Execution, LedgerEntry } from "../../../demo/stage";
import type { Sample, Timeline } from "../../../demo/timeline";

export const OPENS_AT = Date.parse("2026-11-02T08:00:00Z");

export function order(number: number, at: number): Order {
  return { orderId: `order-${number}`, customer: "Ada", amount: 12.5, currency: "EUR", at };
}

/** Orders of one customer, evenly over so many seconds. */
export function orders(count: number, seconds: number): Order[] {
  return Array.from({ length: count }, (_, index) => order(index + 1, Math.floor((index * seconds) / count)));
}

export function execution(orderId: string, startedAt: number, changes: Partial<Execution> = {}): Execution {
  return { name: orderId, orderId, status: "SUCCEEDED", startedAt, endedAt: startedAt + 1, output: {}, ...changes };
}

/** An execution that parked its input. */
export function parked(orderId: string, startedAt: number, endedAt: number): Execution {
  return execution(orderId, startedAt, { endedAt, output: { spooled: true, id: orderId, generation: 0 } });
}

export function charge(orderId: string, kind: LedgerEntry["kind"] = "charge"): LedgerEntry {
  return { orderId, idempotencyKey: orderId, at: OPENS_AT, kind };
}

export function timeline(duration: number, samples: readonly Sample[], changes: Partial<Timeline> = {}): Timeline {
  return { duration, samples, charges: [], marks: [], ...changes };
}
