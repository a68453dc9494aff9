// A crash at any call of any function that decides commands, however the attempt was to end: no command is lost, and each has one effect.
import { expect } from "vitest";
import { type Cycle, type CycleCase, hour } from "../../cycleCase";
import { program, Shop } from "./words";

const moments = ["crashBefore", "crashAfter"] as const;

/** Runs a piece of work once for each call of a function and each moment, crashing there; every crash must come about. */
async function crashAtEach(
  cycle: Cycle,
  functionName: string,
  calls: readonly string[],
  round: (name: string, crash: () => void) => Promise<void>,
): Promise<void> {
  for (const [call, action] of calls.entries()) {
    for (const moment of moments) {
      await round(`${action}-${call}-${moment}`, () => cycle.control.crash(functionName, call, moment));
      expect(cycle.control.unusedFaults()).toBe(0);
    }
  }
}

function callsOf(cycle: Cycle, functionName: string): readonly string[] {
  return cycle.control.lastCalls(functionName).map(({ name }) => name);
}

/** Waits until a function was invoked so often; each time it is a message's next receive. */
async function untilInvoked(cycle: Cycle, functionName: string, times: number): Promise<void> {
  const before = cycle.control.invocations(functionName);
  for (let second = 0; cycle.control.invocations(functionName) < before + times; second += 1) {
    if (second > 600) throw new Error(`${functionName} was not invoked ${times} times`);
    await cycle.control.wait(1_000);
  }
  await cycle.control.wait(2_000);
}

/** Redrives until nothing waits; gives up after a few runs. */
async function drain(cycle: Cycle, request: object = {}): Promise<void> {
  for (let run = 0; run < 6 && (await cycle.depth()) > 0; run += 1) {
    await cycle.control.wait(hour);
    await cycle.redrive({ max: 100, ...request });
  }
  expect(await cycle.depth()).toBe(0);
}

const functions = [
  { name: "orders", output: "ordersFunction" },
  { name: "stock", output: "stockFunction" },
  { name: "parcels", output: "parcelsFunction" },
] as const;

export const crashCases: readonly CycleCase[] = [
  ...functions.map(
    ({ name, output }): CycleCase => ({
      name: `${name} crashes at every call of an attempt: the command comes again, and is done once`,
      needs: "control",
      program,
      async run(cycle) {
        const shop = new Shop(cycle);
        const functionName = cycle.output(output);
        await shop.placed(["warm"]);
        const orders = ["warm"];
        await crashAtEach(cycle, functionName, callsOf(cycle, functionName), async (order, crash) => {
          orders.push(order);
          crash();
          const [id = ""] = await shop.placed([order]);
          expect(await shop.status(id)).toMatchObject({ status: "succeeded" });
        });
        expect(await cycle.depth()).toBe(0);
        await shop.expectDoneOnce(orders);
      },
    }),
  ),
  {
    name: "a function crashes at every call of an attempt that fails for good: the command ends failed, is recorded once, and can be restored",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const functionName = cycle.output("parcelsFunction");
      await cycle.provider.script("parcel-warm", [402]);
      await shop.placed(["warm"]);
      const orders = ["warm"];
      await crashAtEach(cycle, functionName, callsOf(cycle, functionName), async (order, crash) => {
        orders.push(order);
        await cycle.provider.script(`parcel-${order}`, [402]);
        crash();
        const [id = ""] = await shop.placed([order]);
        expect(await shop.status(id)).toMatchObject({ status: "failed", reason: { title: "No parcel" } });
        expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 0 });
      });
      for (const order of orders) await cycle.provider.script(`parcel-${order}`, [200]);
      await drain(cycle, { includeRejected: true });
      await shop.expectDoneOnce(orders);
    },
  },
  {
    name: "a function crashes at every call of its last receive: the command is parked, and redriven once",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const functionName = cycle.output("parcelsFunction");
      await cycle.provider.script("parcel-warm", [503]);
      const ids = [...(await shop.placed(["warm"]))];
      const calls = callsOf(cycle, functionName);
      expect(calls).toContain("sqs.SendMessage");
      const orders = ["warm"];
      await crashAtEach(cycle, functionName, calls, async (order, crash) => {
        orders.push(order);
        await cycle.provider.script(`parcel-${order}`, [503]);
        const [id = ""] = await shop.place([order]);
        ids.push(id);
        await untilInvoked(cycle, functionName, 4);
        crash();
        await cycle.backend.quiet();
        await cycle.control.wait(60_000);
        expect(await shop.status(id)).toMatchObject({ status: "parked" });
      });
      for (const order of orders) await cycle.provider.script(`parcel-${order}`, [200]);
      await drain(cycle);
      await shop.expectStates(ids, "succeeded");
      await shop.expectDoneOnce(orders);
    },
  },
  {
    name: "a function crashes at every call of a redrive: the command is redriven again, and done once",
    needs: "control",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const functionName = cycle.output("parcelsFunction");
      const park = async (order: string) => {
        await cycle.provider.script(`parcel-${order}`, [503]);
        const ids = await shop.placed([order]);
        await cycle.provider.script(`parcel-${order}`, [200]);
        return ids;
      };
      const ids = [...(await park("warm"))];
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      const orders = ["warm"];
      await crashAtEach(cycle, functionName, callsOf(cycle, functionName), async (order, crash) => {
        orders.push(order);
        ids.push(...(await park(order)));
        crash();
        await cycle.redrive();
        await drain(cycle);
      });
      await shop.expectStates(ids, "succeeded");
      await shop.expectDoneOnce(orders);
    },
  },
];
