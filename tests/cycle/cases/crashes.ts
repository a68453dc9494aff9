// A crash at any call, and any call that fails: nothing is lost and nothing started twice.
import { expect } from "vitest";
import { type Cycle, type CycleCase, day, hour } from "../cycleCase";
import { untilReconciled } from "../schedules";

const moments = ["crashBefore", "crashAfter"] as const;

/** Redrives until the spool is empty; gives up after a few runs. */
async function drain(cycle: Cycle): Promise<void> {
  for (let run = 0; run < 5 && (await cycle.depth()) > 0; run += 1) await cycle.redrive({ max: 100 });
  expect(await cycle.depth()).toBe(0);
}

/** The calls of a reprocess run that starts two orders and moves one message to the poison queue. */
async function typicalRun(cycle: Cycle, orders: readonly string[]): Promise<void> {
  await cycle.park(orders);
  await cycle.backend.send(cycle.spool, `not a record ${orders[0]}`);
}

const throttled = { code: "ThrottlingException", message: "Rate exceeded", status: 400 };
const unavailable = { code: "ServiceUnavailable", message: "unavailable", status: 503 };

export const crashCases: readonly CycleCase[] = [
  {
    name: "the reprocess function crashes at every call",
    needs: "control",
    async run(cycle) {
      const { control, reprocessFunction } = cycle;
      await typicalRun(cycle, ["warm-1", "warm-2"]);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 2, poisoned: 1 });
      const calls = control.lastCalls(reprocessFunction);
      const names = new Set(calls.map(({ name }) => name));
      expect(names).toEqual(
        new Set([
          "sqs.ReceiveMessage",
          "states.StartExecution",
          "sqs.SendMessage",
          "sqs.DeleteMessageBatch",
          "sqs.GetQueueAttributes",
        ]),
      );
      const orders = ["warm-1", "warm-2"];
      for (let call = 0; call < calls.length; call += 1) {
        for (const moment of moments) {
          const batch = [1, 2].map((order) => `${moment}-${call}-${order}`);
          orders.push(...batch);
          await typicalRun(cycle, batch);
          control.crash(reprocessFunction, call, moment);
          expect(await cycle.backend.invoke(reprocessFunction, { max: 100 })).toMatchObject({
            error: expect.stringContaining("Runtime.ExitError"),
          });
          await cycle.backend.quiet();
          await control.wait(hour);
          await drain(cycle);
        }
      }
      await cycle.expectChargedOnce(orders);
      const poison = await cycle.backend.messages(cycle.poison);
      const kinds = new Set(poison.map(({ body }) => body));
      expect(kinds.size).toBe(1 + 2 * calls.length);
    },
  },
  {
    name: "every call of the reprocess function loses its reply once",
    needs: "control",
    async run(cycle) {
      await typicalRun(cycle, ["warm-1", "warm-2"]);
      await cycle.redrive({ max: 100 });
      const names = new Set(cycle.control.lastCalls(cycle.reprocessFunction).map(({ name }) => name));
      const orders = ["warm-1", "warm-2"];
      for (const name of names) {
        const batch = [1, 2].map((order) => `${name.replace(".", "-")}-${order}`);
        orders.push(...batch);
        await typicalRun(cycle, batch);
        cycle.control.failCalls(name, 1, "after", unavailable);
        await cycle.backend.invoke(cycle.reprocessFunction, { max: 100 });
        await cycle.backend.quiet();
        await cycle.control.wait(hour);
        await drain(cycle);
      }
      await cycle.expectChargedOnce(orders);
    },
  },
  {
    name: "a throttled StartExecution slows the run down and is no failure",
    needs: "control",
    async run(cycle) {
      const orders = Array.from({ length: 12 }, (_, index) => `o-${index}`);
      await cycle.park(orders);
      cycle.control.failCalls("states.StartExecution", 20, "before", throttled);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 12, failed: 0, poisoned: 0, remaining: 0 });
      await cycle.expectChargedOnce(orders);
    },
  },
  {
    name: "a StartExecution that AWS refuses for long leaves the record in the spool",
    needs: "control",
    async run(cycle) {
      await cycle.park(["o-1"]);
      cycle.control.failCalls("states.StartExecution", 1000, "before", {
        code: "InternalFailure",
        message: "no",
        status: 500,
      });
      const report = await cycle.redrive();
      expect(report).toMatchObject({ success: 0, poisoned: 0, remaining: 1 });
      expect(await cycle.depth()).toBe(1);
    },
  },
  {
    name: "the spool's reply is lost: two records, one start",
    needs: "control",
    async run(cycle) {
      cycle.control.failCalls("sqs.SendMessage", 1, "after", unavailable);
      await cycle.park(["o-1"]);
      expect(await cycle.depth()).toBe(2);
      expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "the spool's reply is lost, even on every attempt: two records, one start",
    needs: "control",
    async run(cycle) {
      cycle.control.failCalls("sqs.SendMessage", 8, "after", unavailable);
      await cycle.park(["o-1"]);
      const records = await cycle.records();
      expect(records.filter((record) => "event" in record)).toHaveLength(1);
      expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: records.length - 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "the spool is unreachable: the safety net writes the record when it can",
    needs: "control",
    async run(cycle) {
      cycle.control.failCalls("sqs.SendMessage", 12, "before", unavailable);
      await cycle.park(["o-1"]);
      const [failed] = await cycle.generations("o-1");
      expect(failed).toMatchObject({ status: "FAILED" });
      await cycle.control.wait(hour);
      expect(await cycle.depth()).toBe(1);
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      await cycle.control.wait(day);
      await drain(cycle);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "the reconciler crashes at every call",
    needs: "control",
    async run(cycle) {
      const { control } = cycle;
      const reconcile = cycle.backend.outputs.reconcileFunction as string;
      const lose = async (order: string) => {
        control.failCalls("sqs.SendMessage", 8, "before", unavailable);
        control.deliver("events.statusChange", [], 2);
        await cycle.park([order]);
        control.deliver("events.statusChange", [0], 0);
      };
      await lose("o-first");
      await control.wait(untilReconciled);
      const calls = control.lastCalls(reconcile);
      expect(calls.map(({ name }) => name)).toContain("sqs.SendMessage");
      await drain(cycle);
      const orders = ["o-first"];
      for (let call = 0; call < calls.length; call += 1) {
        const order = `o-${call}`;
        orders.push(order);
        await lose(order);
        control.crash(reconcile, call, "crashAfter");
        await control.wait(untilReconciled);
        await drain(cycle);
      }
      await control.wait(day);
      await drain(cycle);
      await cycle.expectChargedOnce(orders);
    },
  },
  {
    name: "aborted work is recorded, and redriven only by a person who asks for it",
    needs: "control",
    async run(cycle) {
      await cycle.provider.script("o-1", ["hang"]);
      await cycle.backend.start(cycle.machine, "o-1", { order: "o-1" });
      await cycle.control.wait(1000);
      await cycle.backend.stop(cycle.machine, "o-1");
      await cycle.provider.script("o-1", [200]);
      await cycle.control.wait(untilReconciled);
      expect(await cycle.records()).toMatchObject([{ name: "o-1", kind: "aborted" }]);
      expect(await cycle.redrive()).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
      expect(await cycle.redrive({ includeAborted: true })).toMatchObject({ success: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
];
