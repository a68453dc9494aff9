// Long waits: records of every source are renewed near their end, and are still the same failures afterwards.
import { expect } from "vitest";
import { type Cycle, type CycleCase, day } from "../../cycleCase";
import { nearEnd, untilRenewerRan } from "../../schedules";
import { adopted, direct, event, kinesis, type Origin, parkAt, queue, table, topic, waiting } from "./origins";

const program = "sources.ts";

async function plannedIds(cycle: Cycle): Promise<readonly string[]> {
  const { planned = [] } = await cycle.redrive({ dryRun: true });
  return planned.map(({ source, id, work, generation }) => `${source} ${id} ${work} ${generation}`).toSorted();
}

function outlives(origin: Origin): CycleCase {
  return {
    name: `${origin.name}: its failure outlives 30 days, is the same failure, and is redriven once`,
    needs: "control",
    program,
    async run(cycle) {
      await parkAt(cycle, origin, [{ order: "o-1" }, { order: "o-2" }]);
      const before = await plannedIds(cycle);
      expect(before).toHaveLength(2);
      await cycle.control.wait(30 * day);
      expect(await plannedIds(cycle)).toEqual(before);
      expect(await cycle.redrive()).toMatchObject({ success: 2, poisoned: 0, remaining: 0 });
      await cycle.expectChargedOnce(["o-1", "o-2"], cycle.launcher);
    },
  };
}

/** Starts the redrive and forgets the message, as a crash of the reprocess function does. */
async function startAndCrash(cycle: Cycle): Promise<void> {
  await cycle.redrive({ dryRun: true });
  const { control, reprocessFunction, backend } = cycle;
  for (let call = 0; call < 40 && (await cycle.launches()).length === 0; call += 1) {
    control.crash(reprocessFunction, call, "crashAfter");
    await backend.invoke(reprocessFunction, {});
    await backend.quiet();
    await control.wait(day / 24);
  }
}

function settled(origin: Origin): CycleCase {
  return {
    name: `${origin.name}: a failure whose redrive was started is deleted instead of renewed`,
    needs: "control",
    program,
    async run(cycle) {
      await parkAt(cycle, origin, [{ order: "o-1" }]);
      await startAndCrash(cycle);
      expect(await waiting(cycle, origin)).toBe(1);
      await cycle.control.wait(nearEnd);
      await cycle.control.wait(untilRenewerRan);
      expect(await waiting(cycle, origin)).toBe(0);
      expect(await cycle.depth()).toBe(0);
      await cycle.expectChargedOnce(["o-1"], cycle.launcher);
    },
  };
}

export const longWaitCases: readonly CycleCase[] = [
  ...[direct, event, topic, table, kinesis, queue, adopted].map(outlives),
  ...[direct, kinesis, queue, adopted].map(settled),
  {
    name: "the renewer gives back what it holds while it looks through an adopted queue",
    program,
    async run(cycle) {
      const orders = Array.from({ length: 12 }, (_, index) => `o-${index}`);
      await parkAt(
        cycle,
        adopted,
        orders.map((order) => ({ order })),
      );
      const beside = [{ seen: 12, renewed: 0, failed: 0, complete: true }];
      const renew = () => cycle.backend.invoke(cycle.output("renewFunction"), {});
      expect(await renew()).toMatchObject({ result: { beside } });
      expect(await renew()).toMatchObject({ result: { beside } });
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 12, remaining: 0 });
      await cycle.expectChargedOnce(orders, cycle.launcher);
    },
  },
  {
    name: "messages of an adopted queue move into the spool before they expire, and are replayed as they were",
    needs: "control",
    program,
    async run(cycle) {
      await parkAt(cycle, adopted, [{ order: "o-1" }]);
      const [message] = await cycle.backend.messages(cycle.output("adoptedUrl"));
      await cycle.control.wait(nearEnd);
      await cycle.control.wait(untilRenewerRan);
      expect(await waiting(cycle, adopted)).toBe(0);
      const moved = await cycle.backend.messages(cycle.spool);
      expect(moved.map(({ body }) => body)).toEqual([message?.body]);
      expect(await cycle.redrive({ filter: { source: "adopted" } })).toMatchObject({ success: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"], cycle.launcher);
    },
  },
];
