// Reserves the books of an order in the warehouse: the bookshop's handler of the warehouse's commands.
import { callDependency, type RehearsalEnvironment } from "./dependency";
import type { StockRequest } from "./orderCommands";

/** The function's environment. */
export interface StockEnvironment extends RehearsalEnvironment {
  /** The warehouse's address; reservations are posted to `/reservations` there. */
  readonly WAREHOUSE_URL?: string;
}

/**
 * Reserves once, however often the command comes: its id is the idempotency key. A refusal is no end either: the card is being charged, so that a
 * person decides.
 *
 * @throws `StockRefusedError` when another attempt cannot help, `TooManyRequestsException` or `ServiceUnavailable` when it may
 */
export async function reserveStock(
  { id, data }: { readonly id: string; readonly data: StockRequest },
  environment: StockEnvironment,
): Promise<unknown> {
  const { orderId, isbn, copies } = data;
  return callDependency(
    {
      service: "the warehouse",
      url: environment.WAREHOUSE_URL,
      path: "/reservations",
      idempotencyKey: id,
      body: { order: orderId, isbn, copies },
      refusal: "StockRefusedError",
    },
    environment,
  );
}
