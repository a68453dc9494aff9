// Long work tells how far it is; and what has not begun can be cancelled, what has begun cannot, whichever comes first.
import { expect } from "vitest";
import { type CycleCase, minute } from "../../cycleCase";
import { program, Shop } from "./words";

export const cancellingCases: readonly CycleCase[] = [
  {
    name: "an order that has not begun is cancelled, and never done",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const [id = ""] = await shop.place(["o-1"]);
      expect(await shop.cancel(id)).toMatchObject({ status: 200, json: { id, status: "cancelled" } });
      // Once more, as a client does whose answer was lost.
      expect(await shop.cancel(id)).toMatchObject({ status: 200, json: { id, status: "cancelled" } });
      await cycle.backend.quiet();
      expect(await shop.status(id)).toMatchObject({ status: "cancelled", attempts: 0 });
      await shop.expectDoneOnce([]);
    },
  },
  {
    name: "an order that has begun cannot be cancelled (409), and is done",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const [id = ""] = await shop.placed(["o-1"]);
      expect(await shop.cancel(id)).toMatchObject({ status: 409 });
      expect(await shop.status(id)).toMatchObject({ status: "succeeded" });
      expect(await shop.cancel("0199e8a4-0000-7000-8000-00000000ffff")).toMatchObject({ status: 404 });
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  {
    name: "a cancelled order asked for again with its key stays cancelled",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const asked = { body: { order: "o-1" }, key: "k-1" };
      const { json } = await shop.post(asked);
      await shop.cancel(json.id);
      expect(await shop.post(asked)).toMatchObject({ status: 202, json });
      await cycle.backend.quiet();
      expect(await shop.status(json.id)).toMatchObject({ status: "cancelled" });
      await shop.expectDoneOnce([]);
    },
  },
  {
    name: "a parked order cannot be cancelled: its redrive may be on its way",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      await cycle.provider.behave(503);
      const [id = ""] = await shop.placed(["o-1"]);
      await cycle.provider.behave(200);
      expect(await shop.cancel(id)).toMatchObject({ status: 409 });
      await cycle.redrive();
      expect(await shop.status(id)).toMatchObject({ status: "succeeded" });
    },
  },
  {
    name: "cancel and begin at the same time: one of them wins, and the other is told so",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const done: string[] = [];
      const outcomes = new Set<number>();
      for (let milliseconds = 0; milliseconds < 400; milliseconds += 8) {
        const order = `o-${milliseconds}`;
        const [id = ""] = await shop.place([order]);
        await cycle.control.wait(milliseconds);
        const { status } = await shop.cancel(id);
        outcomes.add(status);
        await cycle.backend.quiet();
        const { status: state, attempts } = await shop.status(id);
        if (status === 409) done.push(order);
        expect([status, state, attempts]).toEqual(status === 409 ? [409, "succeeded", 1] : [200, "cancelled", 0]);
      }
      expect([...outcomes].sort()).toEqual([200, 409]);
      await shop.expectDoneOnce(done);
    },
  },
  {
    name: "long work tells how far it is, from its beginning to its result",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      await cycle.provider.behave("slow");
      const { json } = await shop.post({ path: "/imports", body: { order: "i", parts: 8 } });
      expect(await shop.status(json.id)).toMatchObject({ status: "accepted" });
      const shares: number[] = [];
      for (let half = 0; half < 24; half += 1) {
        const { status, progress, message } = await shop.status(json.id);
        if (status === "running" && progress !== undefined) {
          shares.push(progress);
          expect(message).toBe(`${8 * progress} of 8`);
        }
        await cycle.control.wait(500);
      }
      expect(new Set(shares).size).toBeGreaterThan(5);
      expect(shares).toEqual(shares.toSorted((one, other) => one - other));
      expect(await shop.status(json.id)).toMatchObject({ status: "succeeded", progress: 1, result: { imported: 8 } });
    },
  },
  {
    name: "long work that crashes halfway begins anew, and does no part twice",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      cycle.control.crash(cycle.output("ordersFunction"), 5, "crashBefore");
      const { json } = await shop.post({ path: "/imports", body: { order: "i", parts: 8 } });
      await cycle.control.wait(10_000);
      expect(await shop.status(json.id)).toMatchObject({ status: "running", attempts: 1 });
      await cycle.control.wait(3 * minute);
      expect(cycle.control.unusedFaults()).toBe(0);
      expect(await shop.status(json.id)).toMatchObject({ status: "succeeded", attempts: 2, result: { imported: 8 } });
      const parts = (await cycle.provider.charges()).map(({ order }) => order);
      expect(parts.sort()).toEqual(Array.from({ length: 8 }, (_, index) => `i-${index + 1}`));
    },
  },
];
