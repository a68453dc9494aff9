// Charges a card at the payment provider: the bookshop's unreliable step.

/** What an execution of the uncertain task is started with. */
export interface Order {
  /** Chosen by the shop when the order came in: the same in every attempt and every redrive. */
  readonly orderId: string;
  readonly customer: string;
  /** In units of the currency. */
  readonly amount: number;
  /** ISO 4217. */
  readonly currency: string;
}

/** What comes out of it. */
export interface Receipt {
  readonly orderId: string;
  /** What the provider says of the charge. */
  readonly charge: unknown;
}

/** The function's environment, as an operator sets it. */
export interface ChargeEnvironment {
  /** The provider's address; charges are posted to `/charges` there. */
  readonly PAYMENT_PROVIDER_URL?: string;
  /** `NG` fails every charge, to rehearse what happens then. */
  readonly BEHAVIOR?: string;
  /** Seconds to sleep before the charge: more than the function's timeout rehearses a timeout. */
  readonly SLEEP?: string;
}

/**
 * Charges an order once, however often it is called: the order's id is the idempotency key.
 *
 * @throws `CardDeclinedError` when another attempt cannot help, `TooManyRequestsException` when the provider asks for patience,
 *   `ServiceUnavailable` for everything else that may pass
 */
export async function chargeCard(order: Order, environment: ChargeEnvironment): Promise<Receipt> {
  const { PAYMENT_PROVIDER_URL = "", BEHAVIOR = "OK", SLEEP = "0" } = environment;
  const { orderId, customer, amount, currency } = order;
  console.log(JSON.stringify({ message: "charging", order }));
  if (Number(SLEEP) > 0) {
    await new Promise((resolve) => setTimeout(resolve, Number(SLEEP) * 1_000));
  }
  if (BEHAVIOR === "NG") {
    throw named("BehaviorIsNG", "BEHAVIOR is NG: failing on purpose");
  }
  const response = await post(PAYMENT_PROVIDER_URL, orderId, { order: orderId, customer, amount, currency });
  if (!response.ok) {
    throw refusal(response.status, orderId);
  }
  return { orderId, charge: await response.json() };
}

async function post(url: string, idempotencyKey: string, body: object): Promise<Response> {
  try {
    return await fetch(`${url.replace(/\/+$/, "")}/charges`, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": idempotencyKey },
      body: JSON.stringify(body),
    });
  } catch (error) {
    throw named("ServiceUnavailable", `the payment provider cannot be reached: ${String(error)}`);
  }
}

function refusal(status: number, orderId: string): Error {
  if (status === 429) {
    return named("TooManyRequestsException", "the payment provider asks for fewer requests");
  }
  if (status >= 400 && status < 500 && status !== 408) {
    return named("CardDeclinedError", `the payment provider declined order ${orderId} with status ${status}`);
  }
  return named("ServiceUnavailable", `the payment provider answered with status ${status}`);
}

/** Step Functions matches errors by name. A class of its own would lose it where a closure is serialized. */
function named(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
