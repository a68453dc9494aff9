// What the API takes and what it refuses: one command for one key, and nothing queued for what cannot be.
import { expect } from "vitest";
import type { Cycle, CycleCase } from "../../cycleCase";
import { program, Shop } from "./words";

const throttled = { code: "ServiceUnavailable", message: "unavailable", status: 503 };

/** What was refused has left nothing anywhere. */
async function expectNothingQueued(cycle: Cycle): Promise<void> {
  await cycle.backend.quiet();
  expect(await cycle.provider.attempts()).toBe(0);
  expect(cycle.control.invocations(cycle.output("ordersFunction"))).toBe(0);
}

export const acceptingCases: readonly CycleCase[] = [
  {
    name: "an order is accepted, runs down to the last function, and has succeeded when all have",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const [id = ""] = await shop.placed(["o-1"]);
      const status = await shop.status(id);
      expect(status).toMatchObject({ name: "placeOrder", status: "succeeded", attempts: 1, result: { placed: "o-1" } });
      expect(status.steps?.map(({ key, status: state }) => [key, state]).sort()).toEqual([
        ["chargeCard", "succeeded"],
        ["reserveStock", "succeeded"],
      ]);
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  {
    name: "a client may ask a function below for a command of its own",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const { json } = await shop.post({ path: "/parcels", body: { order: "o-1" } });
      await cycle.backend.quiet();
      expect(await shop.status(json.id)).toMatchObject({ name: "sendParcel", status: "succeeded" });
      expect((await cycle.provider.charges()).map(({ order }) => order)).toEqual(["parcel-o-1"]);
    },
  },
  {
    name: "the same POST with the same key is one order with one answer, also when it is done already",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const asked = { body: { order: "o-1" }, key: "k-1" };
      const first = await shop.post(asked);
      const second = await shop.post(asked);
      await cycle.backend.quiet();
      const third = await shop.post(asked);
      await cycle.backend.quiet();
      for (const { status, json, headers } of [second, third]) {
        expect({ status, json }).toEqual({ status: 202, json: first.json });
        expect(headers.location).toBe(first.headers.location);
      }
      expect(await shop.status(first.json.id)).toMatchObject({ status: "succeeded", attempts: 1 });
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  {
    name: "twenty POSTs with the same key at the same time are one order",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const answers = await shop.postTogether(Array(20).fill({ body: { order: "o-1" }, key: "k-1" }));
      await cycle.backend.quiet();
      expect(new Set(answers.map(({ status, json }) => `${status} ${JSON.stringify(json)}`)).size).toBe(1);
      expect(answers[0]?.status).toBe(202);
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  {
    name: "the same key with another body is refused (422), and the first one is done",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const { json } = await shop.post({ body: { order: "o-1" }, key: "k-1" });
      expect(await shop.post({ body: { order: "o-2" }, key: "k-1" })).toMatchObject({ status: 422 });
      await cycle.backend.quiet();
      expect(await shop.post({ body: { order: "o-2" }, key: "k-1" })).toMatchObject({ status: 422 });
      await cycle.backend.quiet();
      expect(await shop.status(json.id)).toMatchObject({ status: "succeeded", result: { placed: "o-1" } });
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  {
    name: "the API's function crashes at every call of a POST: the same key again, and it is done once",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const shopFunction = cycle.output("shopFunction");
      await shop.post({ body: { order: "warm" }, key: "warm" });
      const calls = cycle.control.lastCalls(shopFunction).map(({ name }) => name);
      expect(calls).toEqual(["dynamodb.GetItem", "dynamodb.PutItem", "sqs.SendMessage", "dynamodb.UpdateItem"]);
      const orders = ["warm"];
      for (const [call] of calls.entries()) {
        for (const moment of ["crashBefore", "crashAfter"] as const) {
          const order = `${moment}-${call}`;
          orders.push(order);
          cycle.control.crash(shopFunction, call, moment);
          expect(await shop.post({ body: { order }, key: order })).toMatchObject({ status: 500 });
          await cycle.backend.quiet();
          const again = await shop.post({ body: { order }, key: order });
          expect(again.status).toBe(202);
          await cycle.backend.quiet();
          expect(await shop.status(again.json.id)).toMatchObject({ status: "succeeded", attempts: 1 });
        }
      }
      expect(cycle.control.unusedFaults()).toBe(0);
      await shop.expectDoneOnce(orders);
    },
  },
  {
    name: "what AWS refuses is a 503 that may be tried again, and the order is done once",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const orders: string[] = [];
      // So often the SDK tries by itself.
      for (const [name, times] of [
        ["dynamodb.PutItem", 4],
        ["sqs.SendMessage", 3],
      ] as const) {
        for (const effect of ["before", "after"] as const) {
          const order = `${name}-${effect}`;
          orders.push(order);
          cycle.control.failCalls(name, times, effect, throttled, cycle.output("shopFunction"));
          const refused = await shop.post({ body: { order }, key: order });
          expect(refused).toMatchObject({ status: 503, headers: { "retry-after": "5" }, json: { retryable: true } });
          expect((await shop.post({ body: { order }, key: order })).status).toBe(202);
        }
      }
      await cycle.backend.quiet();
      await shop.expectDoneOnce(orders);
    },
  },
  {
    name: "an order of what there is not is answered with 404, and nothing is queued",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const answer = await shop.post({ body: { order: "o-1", isbn: "unknown" }, key: "k-1" });
      expect(answer).toMatchObject({ status: 404, json: { type: "urn:problem:BookNotFoundError" } });
      expect(cycle.control.lastCalls(cycle.output("shopFunction"))).toEqual([{ name: "dynamodb.GetItem" }]);
      await expectNothingQueued(cycle);
    },
  },
  {
    name: "an invalid body is answered with 400 and the failing places, and nothing is queued",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      expect(await shop.post({ body: { isbn: 7, colour: "red" } })).toMatchObject({
        status: 400,
        headers: { "content-type": "application/problem+json" },
        json: {
          errors: expect.arrayContaining([
            { pointer: "/order", detail: "is required" },
            { pointer: "/isbn", detail: "must be string" },
            { pointer: "/colour", detail: "is not allowed" },
          ]),
        },
      });
      expect(await shop.post({ body: "{no JSON" })).toMatchObject({ status: 400 });
      await expectNothingQueued(cycle);
    },
  },
  {
    name: "an oversize body is answered with 413, and nothing is queued; the largest is done",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const sized = (bytes: number) => ({ order: "o-1", isbn: "9".repeat(bytes - '{"order":"o-1","isbn":""}'.length) });
      expect(await shop.post({ body: sized(262_145) })).toMatchObject({ status: 413 });
      await expectNothingQueued(cycle);
      const largest = await shop.post({ body: sized(262_144) });
      expect(largest.status).toBe(202);
      await cycle.backend.quiet();
      expect(await shop.status(largest.json.id)).toMatchObject({ status: "succeeded" });
      await shop.expectDoneOnce(["o-1"]);
    },
  },
];
