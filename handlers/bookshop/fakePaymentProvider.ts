// The shop's neighbours for trials, behind a function URL: they remember idempotency keys for as long as their environment lives.
import type { LambdaFunctionURLEvent, LambdaFunctionURLResult } from "aws-lambda";

/** Answers one request. */
export type PaymentProvider = (
  event: Pick<LambdaFunctionURLEvent, "body" | "headers" | "rawPath" | "requestContext">,
) => Promise<LambdaFunctionURLResult>;

/**
 * Makes a provider that accepts every charge, and every other order, once. It declines what is over 10,000; it knows every book and every
 * order but those whose id begins with `unknown`; `BEHAVIOR=NG` in its environment is a maintenance: 503.
 */
export function fakePaymentProvider(environment: { readonly BEHAVIOR?: string }): PaymentProvider {
  const charges = new Map<string, object>();
  const answer = (statusCode: number, body: object) => ({
    statusCode,
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return async ({ body, headers, rawPath, requestContext }) => {
    if (environment.BEHAVIOR === "NG") {
      return answer(503, { error: "maintenance" });
    }
    if (requestContext.http.method === "GET") {
      const id = rawPath.slice(rawPath.lastIndexOf("/") + 1);
      return id.startsWith("unknown") ? answer(404, { error: "not found" }) : answer(200, { id, title: id, price: 20 });
    }
    const key = headers["idempotency-key"];
    if (requestContext.http.method !== "POST" || key === undefined) {
      return answer(400, { error: "POST a charge with an Idempotency-Key" });
    }
    const { amount, currency } = JSON.parse(body ?? "{}");
    if (amount > 10_000) {
      return answer(402, { error: "declined" });
    }
    // An order's charge and its receipt are two things under one key.
    const place = `${rawPath} ${key}`;
    const charge = charges.get(place) ?? { id: `ch_${key}`, amount, currency };
    charges.set(place, charge);
    return answer(200, charge);
  };
}
