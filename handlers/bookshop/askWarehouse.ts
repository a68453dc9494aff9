// Asks the warehouse where an order is. It knows nothing of retries and waits: they are the state machine's.

/** What an execution is started with. */
export interface StatusRequest {
  readonly orderId: string;
}

export interface OrderStatusAnswer {
  readonly orderId: string;
  /** What the warehouse says of the order. */
  readonly status: unknown;
}

export interface WarehouseEnvironment {
  /** The warehouse's address; orders are asked for at `/orders/<id>` there. */
  readonly WAREHOUSE_URL?: string;
}

/**
 * @throws `TooManyRequestsException` when the warehouse asks for patience, `ServerUnavailableException` when it is down,
 *   `UnknownOrderError` when it does not know the order
 */
export async function askWarehouse(
  request: StatusRequest,
  environment: WarehouseEnvironment,
): Promise<OrderStatusAnswer> {
  const { orderId } = request;
  const response = await get(
    `${(environment.WAREHOUSE_URL ?? "").replace(/\/+$/, "")}/orders/${encodeURIComponent(orderId)}`,
  );
  if (response.status === 429) {
    throw named("TooManyRequestsException", "the warehouse asks for fewer requests");
  }
  if (response.status === 404) {
    throw named("UnknownOrderError", `the warehouse does not know order ${orderId}`);
  }
  if (!response.ok) {
    throw named("ServerUnavailableException", `the warehouse answered with status ${response.status}`);
  }
  return { orderId, status: await response.json() };
}

async function get(url: string): Promise<Response> {
  try {
    return await fetch(url);
  } catch (error) {
    throw named("ServerUnavailableException", `the warehouse cannot be reached: ${String(error)}`);
  }
}

/** Step Functions matches errors by name. A class of its own would lose it where a closure is serialized. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
