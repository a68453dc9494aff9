// A circuit breaker's item, as handlers read it.
import { describe, expect, it } from "vitest";
import { readBreaker } from "../../../handlers/breakerState";
import { Calls, FakeDynamoDb } from "../../support/awsFakes";

function setUp(item?: Parameters<FakeDynamoDb["items"]["set"]>[1]) {
  const dynamoDb = new FakeDynamoDb(new Calls());
  if (item) dynamoDb.items.set("payments", item);
  return () => readBreaker(dynamoDb, "payments");
}

describe("a breaker", () => {
  it("that never opened has no item, and is closed", async () => {
    expect(await setUp()()).toEqual({ phase: "closed", epoch: 0, retryAt: 0, allowed: 0, permits: {} });
  });

  it("is read with all that says what it lets through", async () => {
    const item = {
      key: { S: "breaker" },
      phase: { S: "halfOpen" },
      epoch: { N: "7" },
      retryAt: { N: "1700000000" },
      allowed: { N: "2" },
      permits: { M: { "orders:order-1#0#": { N: "1700000060" } } },
    };
    expect(await setUp(item)()).toEqual({
      phase: "halfOpen",
      epoch: 7,
      retryAt: 1_700_000_000,
      allowed: 2,
      permits: { "orders:order-1#0#": 1_700_000_060 },
    });
  });

  it("may be held by an operator whatever its phase", async () => {
    const item = { key: { S: "breaker" }, hold: { M: { by: { S: "me" } } } };
    expect(await setUp(item)()).toMatchObject({ phase: "closed", hold: { by: "me" } });
  });

  it("in a phase that nobody knows is an error", async () => {
    await expect(setUp({ phase: { S: "ajar" } })()).rejects.toThrow(
      '[phase] must be one of closed, open, halfOpen, got "ajar"',
    );
  });
});
