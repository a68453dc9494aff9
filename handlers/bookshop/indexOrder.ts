// Puts an order into the search index when its table changes: the bookshop's handler of a DynamoDB stream's record.
import { callDependency, type RehearsalEnvironment } from "./dependency";

/** The part of a stream's record that is indexed. */
export interface OrderChange {
  readonly id: string;
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly keys: Readonly<Record<string, unknown>>;
  readonly newImage?: Readonly<Record<string, unknown>>;
}

/** The function's environment. */
export interface IndexEnvironment extends RehearsalEnvironment {
  /** The search service's address; changes are posted to `/documents` there. */
  readonly SEARCH_SERVICE_URL?: string;
}

/**
 * Tells the index of a change once, however often the record comes: the record's id is the idempotency key.
 *
 * @throws `DocumentRefusedError` when another attempt cannot help, `TooManyRequestsException` or `ServiceUnavailable` when it may
 */
export async function indexOrder(change: OrderChange, environment: IndexEnvironment): Promise<unknown> {
  const { id, eventName, keys, newImage } = change;
  return callDependency(
    {
      service: "the search service",
      url: environment.SEARCH_SERVICE_URL,
      path: "/documents",
      idempotencyKey: id,
      body: eventName === "REMOVE" ? { remove: keys } : { put: newImage ?? keys },
      refusal: "DocumentRefusedError",
    },
    environment,
  );
}
