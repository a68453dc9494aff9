// Repeated and late deliveries of every kind start no failure twice.
import { expect } from "vitest";
import { type CycleCase, hour, minute } from "../cycleCase";

export const duplicateCases: readonly CycleCase[] = [
  {
    name: "a duplicated record starts one execution",
    async run(cycle) {
      await cycle.park(["o-1"]);
      const [message] = await cycle.backend.messages(cycle.spool);
      for (let copy = 0; copy < 3; copy += 1)
        await cycle.backend.send(cycle.spool, message?.body ?? "", { respool: "1" });
      expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: 3, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "a record that arrives after its redrive is confirmed and deleted",
    async run(cycle) {
      await cycle.park(["o-1"]);
      const [message] = await cycle.backend.messages(cycle.spool);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      await cycle.backend.send(cycle.spool, message?.body ?? "", { respool: "1" });
      expect(await cycle.redrive()).toMatchObject({ success: 0, alreadyStarted: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "a late record of generation 0 does not restart work that failed again",
    async run(cycle) {
      await cycle.park(["o-1"]);
      const [first] = await cycle.backend.messages(cycle.spool);
      await cycle.provider.behave(503);
      await cycle.redrive();
      await cycle.backend.send(cycle.spool, first?.body ?? "", { respool: "1" });
      await cycle.provider.behave(200);
      expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: 1, remaining: 0 });
      expect(await cycle.generations("o-1")).toHaveLength(3);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "SQS delivers a message twice",
    needs: "control",
    async run(cycle) {
      await cycle.park(["o-1", "o-2", "o-3"]);
      cycle.control.deliver("sqs.redelivery", [0, 200], 3);
      await cycle.redrive();
      await cycle.control.wait(hour);
      await cycle.redrive();
      await cycle.expectChargedOnce(["o-1", "o-2", "o-3"]);
      expect(await cycle.depth()).toBe(0);
    },
  },
  {
    name: "a record arrives late, after another run",
    needs: "control",
    async run(cycle) {
      cycle.control.deliver("sqs.delivery", [10 * minute]);
      await cycle.provider.behave(503);
      await cycle.backend.start(cycle.machine, "o-1", { order: "o-1" });
      await cycle.control.wait(minute);
      await cycle.provider.behave(200);
      expect(await cycle.redrive()).toMatchObject({ success: 0 });
      await cycle.control.wait(hour);
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "what fails during a run waits for the next",
    async run(cycle) {
      const orders = Array.from({ length: 12 }, (_, index) => `o-${index}`);
      await cycle.park(orders);
      await cycle.provider.behave(503);
      expect(await cycle.redrive({ max: 100, rate: 1 })).toMatchObject({ success: 12, failed: 0 });
      const executions = await cycle.backend.executions(cycle.machine);
      expect(executions.filter(({ name }) => /-redrive-2-/.test(name))).toEqual([]);
      await cycle.provider.behave(200);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 12, remaining: 0 });
      await cycle.expectChargedOnce(orders);
    },
  },
];
