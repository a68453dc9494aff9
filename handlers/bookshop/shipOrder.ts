// Has the warehouse ship the parcels of a customer, in the order in which they were ordered: the bookshop's handler of a FIFO queue's message.
import { callDependency, type RehearsalEnvironment } from "./dependency";

/** What is sent to the queue; the customer is the message group. */
export interface Shipment {
  readonly orderId: string;
  readonly customer: string;
}

/** The function's environment. */
export interface ShipmentEnvironment extends RehearsalEnvironment {
  /** The warehouse's address; shipments are posted to `/shipments` there. */
  readonly WAREHOUSE_URL?: string;
}

/**
 * Ships once, however often the message comes: the work's id is the idempotency key.
 *
 * @throws `ShipmentRefusedError` when another attempt cannot help, `TooManyRequestsException` or `ServiceUnavailable` when it may
 */
export async function shipOrder(
  { id, body }: { readonly id: string; readonly body: Shipment },
  environment: ShipmentEnvironment,
): Promise<unknown> {
  const { orderId, customer } = body;
  return callDependency(
    {
      service: "the warehouse",
      url: environment.WAREHOUSE_URL,
      path: "/shipments",
      idempotencyKey: id,
      body: { order: orderId, customer },
      refusal: "ShipmentRefusedError",
    },
    environment,
  );
}
