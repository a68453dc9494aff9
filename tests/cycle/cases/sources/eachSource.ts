// What must hold for every source alike: failure, redrive, failure again, and the limit of redrives.
import { expect } from "vitest";
import type { CycleCase } from "../../cycleCase";
import { direct, fifo, type Origin, origins, parkAt, waiting } from "./origins";

const program = "sources.ts";

/** Two of the origins, one that the spool holds and one that a queue beside it holds, are enough where time is real. */
function patience(origin: Origin): Pick<CycleCase, "needs"> {
  return origin === direct || origin === fifo ? {} : { needs: "patience" };
}

function redriven(origin: Origin): CycleCase {
  return {
    name: `${origin.name} that failed waits, and is redriven once`,
    program,
    async run(cycle) {
      await parkAt(cycle, origin, [{ order: "o-1" }]);
      expect(await cycle.provider.charges()).toEqual([]);
      expect(await waiting(cycle, origin)).toBe(1);
      const { planned } = await cycle.redrive({ dryRun: true });
      expect(planned).toMatchObject([
        { action: "start", source: origin.source, generation: 0, error: { name: origin.error } },
      ]);
      expect(planned?.[0]?.work).toEqual(expect.any(String));
      expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 0, failed: 0, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"], cycle.launcher);
      expect(await cycle.redrive()).toMatchObject({ success: 0, alreadyStarted: 0, remaining: 0 });
    },
  };
}

function again(origin: Origin): CycleCase {
  return {
    name: `${origin.name} that fails again on redrive is redriven as generation 2`,
    program,
    ...patience(origin),
    async run(cycle) {
      await parkAt(cycle, origin, [{ order: "o-1" }]);
      await cycle.provider.behave(503);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      // A message that went back to its FIFO queue was replayed; all else is parked by the launcher itself.
      const [launched] = await cycle.backend.executions(cycle.launcher);
      const output = origin === fifo ? { replayed: true } : { spooled: true, generation: 1 };
      expect(launched).toMatchObject({ status: "SUCCEEDED", output });
      await cycle.provider.behave(200);
      const { planned } = await cycle.redrive({ dryRun: true });
      expect(planned).toMatchObject([{ action: "start", source: origin.source, generation: 1 }]);
      expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 0, remaining: 0 });
      expect(await cycle.launches()).toEqual([1, 2]);
      expect((await cycle.provider.charges()).map(({ order }) => order)).toEqual(["o-1"]);
    },
  };
}

function poisoned(origin: Origin): CycleCase {
  return {
    name: `${origin.name} that failed more often than maxRedrives goes to the poison queue with its payload`,
    program,
    ...(origin === fifo ? {} : { needs: "patience" }),
    async run(cycle) {
      await parkAt(cycle, origin, [{ order: "o-1" }]);
      await cycle.provider.behave(503);
      for (let generation = 1; generation <= 3; generation += 1) {
        expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 0 });
      }
      const [record] = await cycle.backend.messages(cycle.output(origin.failsAgainInto ?? "spoolUrl"));
      expect(await cycle.redrive()).toMatchObject({ success: 0, poisoned: 1, remaining: 0 });
      expect(await cycle.launches()).toEqual([1, 2, 3]);
      const [poison] = await cycle.backend.messages(cycle.poison);
      expect(poison?.body).toBe(record?.body);
      const { reason } = JSON.parse(poison?.attributes.respool ?? "{}") as { reason?: string };
      expect(reason).toMatch(/^failed again after 3 redrives with .*, \[maxRedrives\] is 3$/);
      expect(await cycle.provider.charges()).toEqual([]);
    },
  };
}

export const eachSourceCases: readonly CycleCase[] = origins.flatMap((origin) => [
  redriven(origin),
  again(origin),
  poisoned(origin),
]);
