// A payment provider for trials, behind a function URL: it remembers idempotency keys for as long as its environment lives.
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";

/** Answers one request. */
export type PaymentProvider = (
  event: Pick<LambdaFunctionURLEvent, "body" | "headers" | "requestContext">,
) => Promise<LambdaFunctionURLResult>;

/**
 * Makes a provider that accepts every charge once. It declines what is over 10,000; `BEHAVIOR=NG` in its environment is a
 * maintenance: 503.
 */
export function fakePaymentProvider(environment: { readonly BEHAVIOR?: string }): PaymentProvider {
  const charges = new Map<string, object>();
  const answer = (statusCode: number, body: object) => ({
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return async ({ body, headers, requestContext }) => {
    if (environment.BEHAVIOR === "NG") {
      return answer(503, { error: "maintenance" });
    }
    const key = headers["idempotency-key"];
    if (requestContext.http.method !== "POST" || key === undefined) {
      return answer(400, { error: "POST a charge with an Idempotency-Key" });
    }
    const { amount, currency } = JSON.parse(body ?? "{}");
    if (amount > 10_000) {
      return answer(402, { error: "declined" });
    }
    const charge = charges.get(key) ?? { id: `ch_${key}`, amount, currency };
    charges.set(key, charge);
    return answer(200, charge);
  };
}
