import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { askWarehouse } from "../../../../handlers/bookshop/askWarehouse";

const environment = { WAREHOUSE_URL: "https://warehouse.example/" };
const fetched = vi.fn<typeof fetch>();

beforeEach(() => {
  vi.stubGlobal("fetch", fetched);
});

afterEach(() => {
  vi.unstubAllGlobals();
  fetched.mockReset();
});

describe("asking the warehouse", () => {
  it("gives what it says of the order", async () => {
    fetched.mockResolvedValue(Response.json({ state: "sent" }));
    expect(await askWarehouse({ orderId: "a/1" }, environment)).toEqual({ orderId: "a/1", status: { state: "sent" } });
    expect(fetched).toHaveBeenCalledExactlyOnceWith("https://warehouse.example/orders/a%2F1");
  });

  it.each([
    [429, "TooManyRequestsException", "the warehouse asks for fewer requests"],
    [404, "UnknownOrderError", "the warehouse does not know order order-1"],
    [503, "ServerUnavailableException", "the warehouse answered with status 503"],
  ])("says of status %d that it is a %s", async (status, name, message) => {
    fetched.mockResolvedValue(new Response("", { status }));
    await expect(askWarehouse({ orderId: "order-1" }, environment)).rejects.toMatchObject({ name, message });
  });

  it("says ServerUnavailableException when there is no answer", async () => {
    fetched.mockRejectedValue(new TypeError("fetch failed"));
    await expect(askWarehouse({ orderId: "order-1" }, environment)).rejects.toMatchObject({
      name: "ServerUnavailableException",
      message: "the warehouse cannot be reached: TypeError: fetch failed",
    });
  });
});
