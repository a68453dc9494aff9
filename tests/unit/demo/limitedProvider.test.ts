// A provider that works on five calls at once.
import type { HttpRequest, HttpResponse } from "@respool/simulator";
import { describe, expect, it } from "vitest";
import { LimitedProvider } from "../../../demo/limitedProvider";
import { Clock } from "../../../simulator/clock";

function setUp() {
  const clock = new Clock(0);
  const heard: [orderId: string, error: string | undefined][] = [];
  const provider = new LimitedProvider({
    now: () => clock.now,
    after: (delay, run) => void clock.after(delay, run),
    fraction: () => 0.5,
    onCall: (orderId, error) => heard.push([orderId, error]),
  });
  const statuses: number[] = [];
  const call = (order: string) => {
    const request: HttpRequest = {
      method: "POST",
      url: new URL("https://payments.example/charges"),
      headers: { "idempotency-key": order },
      body: Buffer.from(JSON.stringify({ order })),
    };
    provider.answer(request, (reply) => statuses.push((reply as HttpResponse).status));
  };
  const runUntil = (time: number) => {
    while (clock.step(time));
    clock.advanceTo(time);
  };
  return { provider, call, runUntil, statuses, heard };
}

describe("LimitedProvider", () => {
  it("works for three seconds on a call, and charges once for a key", () => {
    const { provider, call, runUntil, statuses } = setUp();
    call("order-1");
    runUntil(2999);
    expect(statuses).toEqual([]);
    runUntil(3000);
    call("order-1");
    runUntil(6000);
    expect(statuses).toEqual([200, 200]);
    expect(provider.ledger()).toMatchObject([
      { orderId: "order-1", at: 3000, kind: "charge" },
      { orderId: "order-1", at: 6000, kind: "replay" },
    ]);
  });

  it("refuses the sixth call at once, and counts it", () => {
    const { provider, call, runUntil, statuses, heard } = setUp();
    for (let number = 1; number <= 6; number++) call(`order-${number}`);
    expect(statuses).toEqual([429]);
    expect(heard).toEqual([["order-6", "429 too many calls"]]);
    expect(provider.calls().map(({ inFlight, accepted }) => [inFlight, accepted])).toEqual([
      ...[1, 2, 3, 4, 5].map((count) => [count, true]),
      [6, false],
    ]);
    runUntil(3000);
    call("order-6");
    expect(provider.calls().at(-1)).toMatchObject({ inFlight: 1, accepted: true });
  });

  it("answers at once while it is away, and finishes what it had begun", () => {
    const { provider, call, runUntil, statuses } = setUp();
    call("order-1");
    provider.setHealth("maintenance");
    call("order-2");
    expect(statuses).toEqual([503]);
    runUntil(3000);
    expect(provider.ledger().map(({ orderId }) => orderId)).toEqual(["order-1"]);
  });
});
