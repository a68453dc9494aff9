// Orders made of the seed, for a scenario that needs many.
import { Random } from "@respool/simulator";
import type { Order } from "./orders";

const CUSTOMERS = ["Ada", "Ben", "Chen", "Dora", "Emil", "Fatma", "Greta", "Hugo"];
const CURRENCY = "EUR";
/** In seconds: the shop's first, healthy minutes, and the hour after them. */
const BEFORE_SECONDS = 300;
const HOUR_SECONDS = 3600;

/**
 * Some orders in the first five minutes, and many more in the hour after them, the first of which comes in as it begins.
 *
 * @param seed any whole number; equal seeds give equal orders
 */
export function generateOrders(seed: number, before: number, within: number): Order[] {
  const random = new Random(seed);
  const times = (count: number, from: number, seconds: number) =>
    Array.from({ length: count }, () => from + Math.floor(random.fraction() * seconds * 10) / 10).sort(
      (left, right) => left - right,
    );
  const offsets = [
    ...times(before, 0, BEFORE_SECONDS),
    BEFORE_SECONDS,
    ...times(within - 1, BEFORE_SECONDS, HOUR_SECONDS),
  ];
  return offsets.map((at, index) => ({
    orderId: `order-${String(index + 1).padStart(4, "0")}`,
    customer: CUSTOMERS[random.integer(0, CUSTOMERS.length - 1)] as string,
    amount: random.integer(500, 9999) / 100,
    currency: CURRENCY,
    at,
  }));
}
