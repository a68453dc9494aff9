import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { chargeCard, type Order } from "../../../../handlers/bookshop/chargeCard";
import { fakePaymentProvider } from "../../../../handlers/bookshop/fakePaymentProvider";

const order: Order = { orderId: "order-1", customer: "Nora Berg", amount: 12.5, currency: "EUR" };
const environment = { PAYMENT_PROVIDER_URL: "https://payments.example/" };
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
  vi.spyOn(console, "log").mockImplementation(() => undefined);
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  fetched.mockReset();
});

describe("charging a card", () => {
  it("posts the order once, under its own id as idempotency key", async () => {
    fetched.mockResolvedValue(Response.json({ id: "ch_1" }));
    expect(await chargeCard(order, environment)).toEqual({ orderId: "order-1", charge: { id: "ch_1" } });
    expect(fetched).toHaveBeenCalledExactlyOnceWith("https://payments.example/charges", {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": "order-1" },
      body: '{"order":"order-1","customer":"Nora Berg","amount":12.5,"currency":"EUR"}',
    });
  });

  it("logs what it was called with", async () => {
    fetched.mockResolvedValue(Response.json({}));
    await chargeCard(order, environment);
    expect(console.log).toHaveBeenCalledExactlyOnceWith(JSON.stringify({ message: "charging", order }));
  });

  it.each([
    [402, "CardDeclinedError", "the payment provider declined order order-1 with status 402"],
    [429, "TooManyRequestsException", "the payment provider asks for fewer requests"],
    [408, "ServiceUnavailable", "the payment provider answered with status 408"],
    [503, "ServiceUnavailable", "the payment provider answered with status 503"],
  ])("says of status %d that it is a %s", async (status, name, message) => {
    fetched.mockResolvedValue(new Response("", { status }));
    await expect(chargeCard(order, environment)).rejects.toMatchObject({ name, message });
  });

  it("says ServiceUnavailable when there is no answer", async () => {
    fetched.mockRejectedValue(new TypeError("fetch failed"));
    await expect(chargeCard(order, environment)).rejects.toMatchObject({
      name: "ServiceUnavailable",
      message: "the payment provider cannot be reached: TypeError: fetch failed",
    });
  });

  it("fails when BEHAVIOR is NG, without a call", async () => {
    await expect(chargeCard(order, { ...environment, BEHAVIOR: "NG" })).rejects.toMatchObject({ name: "BehaviorIsNG" });
    expect(fetched).not.toHaveBeenCalled();
  });

  it("sleeps for SLEEP seconds first", async () => {
    vi.useFakeTimers();
    try {
      fetched.mockResolvedValue(Response.json({}));
      const charged = chargeCard(order, { ...environment, SLEEP: "30" });
      await vi.advanceTimersByTimeAsync(29_999);
      expect(fetched).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      await charged;
      expect(fetched).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("the fake payment provider", () => {
  const post = (headers: Record<string, string>, body: object, behavior?: string) =>
    fakePaymentProvider({ BEHAVIOR: behavior })(requestOf(headers, body));

  it("charges once for an idempotency key", async () => {
    const provider = fakePaymentProvider({});
    const first = await provider(requestOf({ "idempotency-key": "k" }, { amount: 1, currency: "EUR" }));
    const again = await provider(requestOf({ "idempotency-key": "k" }, { amount: 2, currency: "EUR" }));
    expect(first).toMatchObject({ statusCode: 200, body: '{"id":"ch_k","amount":1,"currency":"EUR"}' });
    expect(again).toEqual(first);
  });

  it("takes the charge and the receipt of one order for two things", async () => {
    const provider = fakePaymentProvider({});
    const request = requestOf({ "idempotency-key": "k" }, { amount: 1, currency: "EUR" });
    await provider(request);
    const receipt = await provider({
      ...requestOf({ "idempotency-key": "k" }, { amount: 2, currency: "EUR" }),
      rawPath: "/receipts",
    });
    expect(receipt).toMatchObject({ body: '{"id":"ch_k","amount":2,"currency":"EUR"}' });
  });

  it.each<{ what: string; headers: Record<string, string>; body: object; status: number }>([
    { what: "a request without a key", headers: {}, body: {}, status: 400 },
    { what: "what is over 10,000", headers: { "idempotency-key": "k" }, body: { amount: 10_001 }, status: 402 },
  ])("refuses $what", async ({ headers, body, status }) => {
    expect(await post(headers, body)).toMatchObject({ statusCode: status });
  });

  it("is in maintenance when BEHAVIOR is NG", async () => {
    expect(await post({ "idempotency-key": "k" }, { amount: 1 }, "NG")).toMatchObject({ statusCode: 503 });
  });
});

type ProviderRequest = Parameters<ReturnType<typeof fakePaymentProvider>>[0];

function requestOf(headers: Record<string, string>, body: object): ProviderRequest {
  const http = { method: "POST", path: "/charges", protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "test" };
  const requestContext = { http } as ProviderRequest["requestContext"];
  return { headers, body: JSON.stringify(body), rawPath: http.path, requestContext };
}
