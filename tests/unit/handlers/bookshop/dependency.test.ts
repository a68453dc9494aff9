// The bookshop's sample handlers: one effect at a dependency each, under the id of the work or of the order.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { auditOrder } from "../../../../handlers/bookshop/auditOrder";
import { indexOrder } from "../../../../handlers/bookshop/indexOrder";
import { reserveStock } from "../../../../handlers/bookshop/reserveStock";
import { sendReceipt } from "../../../../handlers/bookshop/sendReceipt";

const order = { orderId: "order-1", customer: "Nora Berg", amount: 12.5, currency: "EUR" };
const request = { id: "command-1", data: { orderId: "order-1", isbn: "9783161484100", copies: 2 } };
const change = { id: "stream 1", eventName: "INSERT", keys: { id: "order-1" }, newImage: { id: "order-1" } } as const;
const entry = { id: "stream 2", data: { orderId: "order-1", what: "placed" } };

const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});

interface Behaviour {
  readonly BEHAVIOR?: string;
  readonly SLEEP?: string;
}

interface Sample {
  readonly name: string;
  readonly call: (rehearsal?: Behaviour) => Promise<unknown>;
  readonly url: string;
  readonly key: string;
  readonly body: object;
  readonly refusal: string;
  readonly service: string;
}

const samples: readonly Sample[] = [
  {
    name: "sendReceipt",
    call: (rehearsal) => sendReceipt({ detail: order }, { MAIL_SERVICE_URL: "https://mail.example/", ...rehearsal }),
    url: "https://mail.example/receipts",
    key: "order-1",
    body: { order: "order-1", customer: "Nora Berg", amount: 12.5, currency: "EUR" },
    refusal: "ReceiptRefusedError",
    service: "the mail service",
  },
  {
    name: "reserveStock",
    call: (rehearsal) => reserveStock(request, { WAREHOUSE_URL: "https://stock.example", ...rehearsal }),
    url: "https://stock.example/reservations",
    key: "command-1",
    body: { order: "order-1", isbn: "9783161484100", copies: 2 },
    refusal: "StockRefusedError",
    service: "the warehouse",
  },
  {
    name: "indexOrder",
    call: (rehearsal) => indexOrder(change, { SEARCH_SERVICE_URL: "https://search.example", ...rehearsal }),
    url: "https://search.example/documents",
    key: "stream 1",
    body: { put: { id: "order-1" } },
    refusal: "DocumentRefusedError",
    service: "the search service",
  },
  {
    name: "auditOrder",
    call: (rehearsal) => auditOrder(entry, { AUDITOR_URL: "https://audit.example", ...rehearsal }),
    url: "https://audit.example/entries",
    key: "stream 2",
    body: { order: "order-1", what: "placed" },
    refusal: "EntryRefusedError",
    service: "the auditor",
  },
];

describe.each(samples)("$name", ({ call, url, key, body, refusal, service }) => {
  it("posts once, under a key that every attempt has", async () => {
    fetched.mockResolvedValue(Response.json({ id: 1 }));
    await call();
    expect(fetched).toHaveBeenCalledExactlyOnceWith(url, {
      method: "POST",
      headers: { "content-type": "application/json", "idempotency-key": key },
      body: JSON.stringify(body),
    });
  });

  it.each([
    [404, refusal, `${service} refused ${key} with status 404`],
    [429, "TooManyRequestsException", `${service} asks for fewer requests`],
    [408, "ServiceUnavailable", `${service} answered with status 408`],
    [503, "ServiceUnavailable", `${service} answered with status 503`],
  ])("says of status %d that it is a %s", async (status, name, message) => {
    fetched.mockResolvedValue(new Response("", { status }));
    await expect(call()).rejects.toMatchObject({ name, message });
  });

  it("says ServiceUnavailable when there is no answer", async () => {
    fetched.mockRejectedValue(new TypeError("fetch failed"));
    await expect(call()).rejects.toMatchObject({
      name: "ServiceUnavailable",
      message: `${service} cannot be reached: TypeError: fetch failed`,
    });
  });

  it("fails when BEHAVIOR is NG, without a call", async () => {
    await expect(call({ BEHAVIOR: "NG" })).rejects.toMatchObject({ name: "BehaviorIsNG" });
    expect(fetched).not.toHaveBeenCalled();
  });

  it("sleeps for SLEEP seconds first", async () => {
    vi.useFakeTimers();
    try {
      fetched.mockResolvedValue(Response.json({}));
      const called = call({ SLEEP: "30" });
      await vi.advanceTimersByTimeAsync(29_999);
      expect(fetched).not.toHaveBeenCalled();
      await vi.advanceTimersByTimeAsync(1);
      await called;
      expect(fetched).toHaveBeenCalledOnce();
    } finally {
      vi.useRealTimers();
    }
  });
});

describe("what the samples answer", () => {
  it("sendReceipt: the order and the mail", async () => {
    fetched.mockResolvedValue(Response.json({ id: "mail-1" }));
    expect(await sendReceipt({ detail: order }, { MAIL_SERVICE_URL: "https://mail.example" })).toEqual({
      orderId: "order-1",
      mail: { id: "mail-1" },
    });
  });
});

describe("what is indexed", () => {
  it.each([
    {
      what: "a removal",
      given: { ...change, eventName: "REMOVE", newImage: undefined },
      body: { remove: change.keys },
    },
    { what: "a change without an image", given: { ...change, newImage: undefined }, body: { put: change.keys } },
  ] as const)("is $what", async ({ given, body }) => {
    fetched.mockResolvedValue(Response.json({}));
    await indexOrder(given, { SEARCH_SERVICE_URL: "https://search.example" });
    expect(fetched.mock.calls[0]?.[1]?.body).toBe(JSON.stringify(body));
  });
});
