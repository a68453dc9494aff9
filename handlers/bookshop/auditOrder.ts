// Hands what happened to an order to the auditor: the bookshop's handler of a Kinesis stream's record.
import { callDependency, type RehearsalEnvironment } from "./dependency";

/** What is put into the stream. */
export interface OrderEntry {
  readonly orderId: string;
  /** What happened, such as `placed`. */
  readonly what: string;
}

/** The function's environment. */
export interface AuditEnvironment extends RehearsalEnvironment {
  /** The auditor's address; entries are posted to `/entries` there. */
  readonly AUDITOR_URL?: string;
}

/**
 * Hands an entry over once, however often the record comes: the record's id is the idempotency key.
 *
 * @throws `EntryRefusedError` when another attempt cannot help, `TooManyRequestsException` or `ServiceUnavailable` when it may
 */
export async function auditOrder(
  { id, data }: { readonly id: string; readonly data: OrderEntry },
  environment: AuditEnvironment,
): Promise<unknown> {
  return callDependency(
    {
      service: "the auditor",
      url: environment.AUDITOR_URL,
      path: "/entries",
      idempotencyKey: id,
      body: { order: data.orderId, what: data.what },
      refusal: "EntryRefusedError",
    },
    environment,
  );
}
