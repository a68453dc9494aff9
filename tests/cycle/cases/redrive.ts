// The cycle itself: success, transient errors, failure, spool, redrive, failure again.
import { expect } from "vitest";
import { type CycleCase, reportOf } from "../cycleCase";

export const redriveCases: readonly CycleCase[] = [
  {
    name: "success at the first try takes nothing else",
    async run(cycle) {
      await cycle.order("o-1");
      const [execution] = await cycle.generations("o-1");
      expect(execution).toMatchObject({ status: "SUCCEEDED", output: { charged: "o-1" } });
      expect(await cycle.provider.calls("o-1")).toBe(1);
      expect(await cycle.depth()).toBe(0);
    },
  },
  {
    name: "a transient error is tried once more",
    async run(cycle) {
      await cycle.provider.script("o-1", [503, 200]);
      await cycle.order("o-1");
      const [execution] = await cycle.generations("o-1");
      expect(execution).toMatchObject({ status: "SUCCEEDED", output: { charged: "o-1" } });
      expect(await cycle.provider.calls("o-1")).toBe(2);
      expect(await cycle.depth()).toBe(0);
    },
  },
  {
    name: "failure waits in the spool with its input and error, and is redriven once",
    async run(cycle) {
      await cycle.park(["o-1"]);
      expect(await cycle.provider.calls("o-1")).toBe(2);
      const [parked] = await cycle.generations("o-1");
      expect(parked).toMatchObject({ status: "SUCCEEDED", output: { spooled: true, id: "o-1", generation: 0 } });
      const [record] = await cycle.records();
      expect(record).toMatchObject({
        source: "charge",
        name: "o-1",
        input: { order: "o-1" },
        error: { name: "ProviderError" },
      });
      expect(JSON.stringify(record?.error)).toContain("the provider answered 503 for o-1");
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0, failed: 0 });
      const generations = await cycle.generations("o-1");
      expect(generations.map(({ name }) => name)).toEqual(["o-1", expect.stringMatching(/^o-1-redrive-1-[0-9a-z]+$/)]);
      expect(generations[1]).toMatchObject({ status: "SUCCEEDED", output: { charged: "o-1" } });
      expect(await cycle.depth()).toBe(0);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "failure again on redrive counts the generation up",
    async run(cycle) {
      await cycle.park(["o-1"]);
      await cycle.provider.behave(503);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      expect(await cycle.depth()).toBe(1);
      await cycle.provider.behave(200);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      const generations = await cycle.generations("o-1");
      expect(generations.map(({ name }) => name.replace(/-[0-9a-z]+$/, ""))).toEqual([
        "o",
        "o-1-redrive-1",
        "o-1-redrive-2",
      ]);
      expect(generations[1]).toMatchObject({ output: { spooled: true, id: "o-1", generation: 1 } });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "a timeout goes to the spool without a retry",
    async run(cycle) {
      await cycle.provider.script("o-1", ["hang"]);
      await cycle.order("o-1");
      expect(await cycle.provider.calls("o-1")).toBe(1);
      expect(await cycle.records()).toMatchObject([{ name: "o-1", error: { name: "Sandbox.Timedout" } }]);
      await cycle.provider.script("o-1", [200]);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "a permanent error goes to the spool without a retry",
    async run(cycle) {
      await cycle.provider.script("o-1", [402]);
      await cycle.order("o-1");
      expect(await cycle.provider.calls("o-1")).toBe(1);
      expect(await cycle.records()).toMatchObject([{ name: "o-1", error: { name: "CardDeclinedError" } }]);
    },
  },
  {
    name: "throttling by the provider is tried twice more",
    async run(cycle) {
      await cycle.provider.script("o-1", [429, 429, 200]);
      await cycle.order("o-1");
      expect(await cycle.provider.calls("o-1")).toBe(3);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: 'with the outcome "fail" parked work fails, and is recorded once',
    async run(cycle) {
      await cycle.park(["o-1"], cycle.careless);
      const [parked] = await cycle.generations("o-1", cycle.careless);
      expect(parked).toMatchObject({ status: "FAILED", error: "Respool.Spooled" });
      expect(JSON.parse(parked?.cause ?? "{}")).toEqual({ spooled: true, id: "o-1", generation: 0 });
      expect(await cycle.depth()).toBe(1);
      expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: 0 });
      await cycle.provider.charges().then((charges) => expect(charges).toHaveLength(1));
    },
  },
  {
    name: "two machines may share an execution's name",
    async run(cycle) {
      await cycle.park(["o-1"]);
      await cycle.park(["o-1"], cycle.careless);
      expect(await cycle.depth()).toBe(2);
      expect(await cycle.redrive()).toMatchObject({ success: 2, alreadyStarted: 0 });
      for (const machine of [cycle.machine, cycle.careless]) {
        const generations = await cycle.generations("o-1", machine);
        expect(generations).toHaveLength(2);
        expect(generations[1]).toMatchObject({ status: "SUCCEEDED" });
      }
    },
  },
  {
    name: "max 10 of 25: the rest waits",
    async run(cycle) {
      const orders = Array.from({ length: 25 }, (_, index) => `o-${index}`);
      await cycle.park(orders);
      expect(await cycle.redrive()).toMatchObject({ success: 10, stoppedBecause: "max" });
      expect(await cycle.depth()).toBe(15);
      expect(await cycle.redrive({ max: 100, rate: 50 })).toMatchObject({ success: 15, remaining: 0 });
      await cycle.expectChargedOnce(orders);
    },
  },
  {
    name: "a dry run tells what would be done, and does nothing",
    async run(cycle) {
      await cycle.park(["o-1", "o-2"]);
      const report = await cycle.redrive({ dryRun: true });
      expect(report).toMatchObject({ success: 2, remaining: 2 });
      expect(report.planned?.map(({ action, id }) => `${action} ${id}`).sort()).toEqual(["start o-1", "start o-2"]);
      expect(await cycle.backend.executions(cycle.machine)).toHaveLength(2);
      expect(await cycle.redrive()).toMatchObject({ success: 2 });
      await cycle.expectChargedOnce(["o-1", "o-2"]);
    },
  },
  {
    name: "a filter leaves the rest where it is",
    async run(cycle) {
      await cycle.provider.script("o-1", ["hang"]);
      await cycle.order("o-1");
      await cycle.provider.script("o-1", [200]);
      await cycle.park(["o-2"]);
      const report = await cycle.redrive({ filter: { error: "Sandbox.Timedout" } });
      expect(report).toMatchObject({ success: 1, skipped: 1, remaining: 1 });
      expect(await cycle.generations("o-2")).toHaveLength(1);
      expect(await cycle.redrive({ filter: { id: ["o-2"] } })).toMatchObject({ success: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1", "o-2"]);
    },
  },
  {
    name: "two operators at once start each failure once",
    async run(cycle) {
      const orders = Array.from({ length: 20 }, (_, index) => `o-${index}`);
      await cycle.park(orders);
      const call = { functionName: cycle.reprocessFunction, payload: { max: 100 } };
      const reports = (await cycle.backend.invokeTogether([call, call])).map(reportOf);
      await cycle.backend.quiet();
      expect(reports.reduce((sum, report) => sum + report.success, 0)).toBe(20);
      await cycle.expectChargedOnce(orders);
      expect(await cycle.depth()).toBe(0);
    },
  },
  {
    name: "an 80-character name is shortened alike in every generation",
    async run(cycle) {
      const order = "n".repeat(80);
      await cycle.park([order]);
      await cycle.provider.behave(503);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      await cycle.provider.behave(200);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      const names = (await cycle.generations(order)).map(({ name }) => name);
      expect(names[0]).toBe(order);
      expect(names[1]).toMatch(/^[0-9a-f]{32}-redrive-1-[0-9a-z]+$/);
      expect(names[2]).toBe(names[1]?.replace("-redrive-1-", "-redrive-2-"));
      await cycle.expectChargedOnce([order]);
    },
  },
  {
    name: "BEHAVIOR of a deployed function can be rehearsed: its environment is changed and takes effect",
    async run(cycle) {
      const { chargeFunction } = cycle.backend.outputs;
      await cycle.backend.setEnvironment(chargeFunction as string, { PROVIDER_URL: "https://nowhere.example" });
      await cycle.order("o-1");
      expect(await cycle.records()).toMatchObject([{ name: "o-1", error: { name: "TypeError" } }]);
    },
  },
];
