// Mails a receipt when an order was placed: the bookshop's handler of an asynchronous event.
import type { Order } from "./chargeCard";
import { callDependency, type RehearsalEnvironment } from "./dependency";

/** The event that EventBridge delivers. */
export interface OrderPlaced {
  readonly detail: Order;
}

/** The function's environment. */
export interface ReceiptEnvironment extends RehearsalEnvironment {
  /** The mail service's address; receipts are posted to `/receipts` there. */
  readonly MAIL_SERVICE_URL?: string;
}

/**
 * Mails the receipt once, however often the event comes, and whichever attempt at the charge put it: the order's id is the idempotency key.
 *
 * @throws `ReceiptRefusedError` when another attempt cannot help, `TooManyRequestsException` or `ServiceUnavailable` when it may
 */
export async function sendReceipt(
  { detail }: OrderPlaced,
  environment: ReceiptEnvironment,
): Promise<{ readonly orderId: string; readonly mail: unknown }> {
  const { orderId, customer, amount, currency } = detail;
  const mail = await callDependency(
    {
      service: "the mail service",
      url: environment.MAIL_SERVICE_URL,
      path: "/receipts",
      idempotencyKey: orderId,
      body: { order: orderId, customer, amount, currency },
      refusal: "ReceiptRefusedError",
    },
    environment,
  );
  return { orderId, mail };
}
