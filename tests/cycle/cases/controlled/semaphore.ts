// A semaphore that two state machines share: never more than its limit at the provider, and everybody gets in, or is held.
import { expect } from "vitest";
import { type CycleCase, hour, minute } from "../../cycleCase";
import { drain, expectDone, numbered, program } from "./words";

export const semaphoreCases: readonly CycleCase[] = [
  {
    name: "no more than three of fifty at once are at the provider, over two state machines",
    program,
    async run(cycle) {
      await cycle.provider.behave("slow");
      const orders = numbered("o", 50);
      for (const [index, order] of orders.entries()) {
        const machine = index % 2 === 0 ? "chargeMachine" : "refundMachine";
        await cycle.backend.start(cycle.output(machine), order, { order });
      }
      await cycle.backend.quiet();
      expect(await cycle.provider.mostAtOnce()).toBe(3);
      await expectDone(cycle, orders);
      expect(await cycle.depth()).toBe(0);
    },
  },
  {
    name: "a mutex lets one in at a time",
    program,
    async run(cycle) {
      await cycle.provider.behave("slow");
      const orders = numbered("o", 3);
      const machine = cycle.output("visitMachine");
      for (const order of orders) await cycle.backend.start(machine, order, { order, customer: "ann" });
      await cycle.backend.quiet();
      expect(await cycle.provider.mostAtOnce()).toBe(1);
      await expectDone(cycle, orders);
    },
  },
  {
    name: "a mutex of each customer: customers do not wait for each other",
    program,
    needs: "control",
    async run(cycle) {
      await cycle.provider.behave("slow");
      const customers = ["ann", "bob"];
      const orders = customers.flatMap((customer) => numbered(customer, 3).map((order) => ({ order, customer })));
      for (const order of orders) await cycle.backend.start(cycle.output("visitMachine"), order.order, order);
      await cycle.backend.quiet();
      expect(await cycle.provider.mostAtOnce()).toBe(2);
      await expectDone(
        cycle,
        orders.map(({ order }) => order),
      );
    },
  },
  {
    name: "work whose key cannot be evaluated goes to the spool",
    program,
    needs: "exactness",
    async run(cycle) {
      await cycle.order("o-1", cycle.output("visitMachine"));
      expect(await cycle.records()).toMatchObject([{ name: "o-1", source: "visit", kind: "failed", attempts: 1 }]);
      expect(await cycle.provider.calls("o-1")).toBe(0);
    },
  },
  {
    name: "work that fails gives its place back at once",
    program,
    needs: "control",
    async run(cycle) {
      const machine = cycle.output("visitMachine");
      await cycle.provider.script("o-1", [503]);
      await cycle.backend.start(machine, "o-1", { order: "o-1", customer: "ann" });
      await cycle.control.wait(1_000);
      await cycle.backend.start(machine, "o-2", { order: "o-2", customer: "ann" });
      await cycle.control.wait(20_000);
      expect(await cycle.provider.calls("o-2")).toBe(1);
      await expectDone(cycle, ["o-2"]);
      expect(await cycle.records()).toMatchObject([{ name: "o-1", source: "visit" }]);
    },
  },
  {
    name: "an execution that is aborted frees its place in time",
    program,
    needs: "control",
    async run(cycle) {
      const machine = cycle.output("visitMachine");
      await cycle.provider.script("o-1", ["hang"]);
      await cycle.backend.start(machine, "o-1", { order: "o-1", customer: "ann" });
      await cycle.control.wait(1_000);
      await cycle.backend.stop(machine, "o-1");
      await cycle.backend.start(machine, "o-2", { order: "o-2", customer: "ann" });
      await cycle.control.wait(minute);
      expect(await cycle.provider.calls("o-2")).toBe(1);
      await expectDone(cycle, ["o-2"]);
    },
  },
  {
    name: "an execution whose end nobody tells of frees its place when its lease expires",
    program,
    needs: "control",
    async run(cycle) {
      const machine = cycle.output("visitMachine");
      cycle.control.deliver("events.statusChange", [], 1);
      await cycle.provider.script("o-1", ["hang"]);
      await cycle.backend.start(machine, "o-1", { order: "o-1", customer: "ann" });
      await cycle.control.wait(1_000);
      await cycle.backend.stop(machine, "o-1");
      await cycle.backend.start(machine, "o-2", { order: "o-2", customer: "ann" });
      await cycle.control.wait(5 * minute);
      await expectDone(cycle, ["o-2"]);
    },
  },
  {
    name: "work that waits too long is held, and redriven later",
    program,
    needs: "control",
    async run(cycle) {
      const machine = cycle.output("refundMachine");
      const orders = numbered("o", 130);
      await cycle.provider.behave("hang");
      for (const order of orders) await cycle.backend.start(machine, order, { order });
      await cycle.control.wait(10 * minute);
      const records = await cycle.records();
      const held = records.filter(({ kind }) => kind === "held");
      expect(held.length).toBeGreaterThan(10);
      for (const { name, error } of held) {
        expect(error).toMatchObject({ name: "Respool.SemaphoreTimeout" });
        expect([name, await cycle.provider.calls(String(name))]).toEqual([name, 0]);
      }
      await cycle.provider.behave(200);
      await cycle.control.wait(hour);
      await drain(cycle, { max: 1000, rate: 2 });
      await expectDone(cycle, orders);
      expect(await cycle.backend.messages(cycle.poison)).toEqual([]);
    },
  },
];
