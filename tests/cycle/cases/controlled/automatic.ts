// Automatic redrives: a canary that fails again stops them, and a breaker's opening begins what ends with all the work done once.
import { expect } from "vitest";
import { type CycleCase, hour, minute } from "../../cycleCase";
import { expectDone, failing, generationOf, numbered, program, tell } from "./words";

interface RunReport {
  readonly started: number;
  readonly succeeded: number;
  readonly failedAgain: number;
  readonly stoppedBecause: string;
}

export const automaticCases: readonly CycleCase[] = [
  {
    name: "what fails again is attempted as often as the first step counts, and the run says why it stopped",
    program,
    needs: "control",
    async run(cycle) {
      const orders = numbered("o", 20);
      await failing(cycle, "refundMachine", orders);
      const before = await cycle.provider.attempts();
      await cycle.provider.behave(503);
      await cycle.backend.start(cycle.output("recoverMachine"), "run-1", { by: "Kim", filter: { source: "refund" } });
      await cycle.backend.quiet();
      const runs = await cycle.backend.executions(cycle.output("recoverMachine"));
      const [{ started, failedAgain, stoppedBecause, ...report }] = runs.map(({ output }) => output) as [RunReport];
      expect([failedAgain, stoppedBecause]).toEqual([started, "failureLimit"]);
      expect(report).toMatchObject({ by: "Kim", succeeded: 0, errors: { ProviderError: { count: started } } });
      expect(started).toBeLessThanOrEqual(5);
      expect((await cycle.provider.attempts()) - before).toBe(started);
      const untouched = (await cycle.records()).filter((record) => generationOf(record) === 0);
      expect(untouched).toHaveLength(20 - started);
      expect(await cycle.depth()).toBe(20);
      await cycle.provider.behave(200);
      await cycle.backend.start(cycle.output("recoverMachine"), "run-2", { by: "Kim" });
      await cycle.backend.quiet();
      await expectDone(cycle, orders);
    },
  },
  {
    name: "an outage of an hour: a probe a minute at most, and then everything once",
    program,
    needs: "control",
    async run(cycle) {
      const orders = numbered("o", 60);
      await cycle.provider.behave(503);
      const [first, rest] = [orders.slice(0, 20), orders.slice(20)];
      for (const order of first) await cycle.backend.start(cycle.machine, order, { order });
      await cycle.control.wait(minute);
      let before = await cycle.provider.attempts();
      expect(before).toBeLessThan(12);
      for (let at = 1; at < hour / minute; at += 1) {
        const order = rest[at - 1];
        if (order !== undefined) await cycle.backend.start(cycle.machine, order, { order });
        await cycle.control.wait(minute);
        const attempts = await cycle.provider.attempts();
        expect([at, attempts - before <= 1]).toEqual([at, true]);
        before = attempts;
      }
      await cycle.provider.behave(200);
      await cycle.backend.quiet();
      await expectDone(cycle, orders);
      expect(await cycle.depth()).toBe(0);
      expect(await cycle.backend.messages(cycle.poison)).toEqual([]);
      const runs = (await cycle.backend.executions(cycle.output("recoverMachine"))).map(({ output }) => output);
      const reports = runs.filter((output): output is RunReport => (output as RunReport).stoppedBecause !== undefined);
      expect(reports.at(-1)).toMatchObject({ stoppedBecause: "empty" });
      expect(reports.reduce((sum, { succeeded }) => sum + succeeded, 0)).toBe(60);
    },
  },
  {
    name: "work that was held is redriven by itself when the breaker is released",
    program,
    needs: "control",
    async run(cycle) {
      const orders = numbered("o", 12);
      await tell(cycle, "paymentsControl", "hold");
      for (const order of orders) await cycle.backend.start(cycle.machine, order, { order });
      await cycle.backend.quiet();
      expect(await cycle.depth()).toBe(12);
      expect(await cycle.backend.executions(cycle.output("recoverMachine"))).toEqual([]);
      await tell(cycle, "paymentsControl", "release");
      expect(await cycle.backend.executions(cycle.output("recoverMachine"))).toMatchObject([
        { output: { started: 12, succeeded: 12, stoppedBecause: "empty" } },
      ]);
      await expectDone(cycle, orders);
    },
  },
  {
    name: "an outage of three hours with little work that can probe makes none of it poison",
    program,
    needs: "control",
    async run(cycle) {
      const orders = numbered("o", 4);
      await cycle.provider.behave(503);
      for (const order of orders) await cycle.backend.start(cycle.machine, order, { order });
      await cycle.control.wait(3 * hour);
      expect(await cycle.backend.messages(cycle.poison)).toEqual([]);
      await cycle.provider.behave(200);
      await cycle.control.wait(hour);
      await expectDone(cycle, orders);
      expect(await cycle.depth()).toBe(0);
    },
  },
];
