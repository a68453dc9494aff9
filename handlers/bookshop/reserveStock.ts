// Reserves the books of an order in the warehouse: the bookshop's handler of a queue's message.
import { callDependency, type RehearsalEnvironment } from "./dependency";

/** What is sent to the queue. */
export interface StockRequest {
  readonly orderId: string;
  readonly isbn: string;
  readonly copies: number;
}

/** The function's environment. */
export interface StockEnvironment extends RehearsalEnvironment {
  /** The warehouse's address; reservations are posted to `/reservations` there. */
  readonly WAREHOUSE_URL?: string;
}

/**
 * Reserves once, however often the message comes: the work's id is the idempotency key.
 *
 * @throws `StockRefusedError` when another attempt cannot help, `TooManyRequestsException` or `ServiceUnavailable` when it may
 */
export async function reserveStock(
  { id, body }: { readonly id: string; readonly body: StockRequest },
  environment: StockEnvironment,
): Promise<unknown> {
  const { orderId, isbn, copies } = body;
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
