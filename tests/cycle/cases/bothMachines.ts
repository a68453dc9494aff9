// What must hold for every state machine of a spool, however its parked executions end.
import { expect } from "vitest";
import { type Cycle, type CycleCase, day, hour } from "../cycleCase";
import { nearEnd, untilReconciled, untilRenewerRan } from "../schedules";

const unavailable = { code: "ServiceUnavailable", message: "unavailable", status: 503 };

/** Beyond what a record by reference has room for, and within what Step Functions keeps of an error. */
export const longNote = `${".".repeat(10_000)} and so on to the end`;

function byReference(source: string): CycleCase {
  return {
    name: `${source}: input of 256 KiB less a few bytes travels by reference, with the original error`,
    // Where time is real, such an input takes seconds to reach a function; one of the two has the time.
    ...(source === "careless" ? {} : { needs: "patience" }),
    async run(cycle) {
      const machine = cycle.output(`${source}Machine`);
      const input = { order: "o-1", note: longNote, filler: "" };
      input.filler = "x".repeat(262_144 - 16 - JSON.stringify(input).length);
      await cycle.provider.behave(503);
      await cycle.backend.start(machine, "o-1", input);
      await cycle.backend.quiet();
      const [record] = await cycle.records();
      expect(record).toMatchObject({ byReference: true, source });
      expect(record).not.toHaveProperty("input");
      expect(JSON.stringify(record)).not.toContain("to the end");
      await cycle.provider.behave(200);
      const planned = await cycle.redrive({ dryRun: true });
      expect(JSON.stringify(planned.planned)).toMatch(/the provider answered 503.* to the end/);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      const [, redriven] = await cycle.generations("o-1", machine);
      expect(redriven?.input).toEqual(input);
      await cycle.expectChargedOnce(["o-1"], machine);
    },
  };
}

async function redriveAll(cycle: Cycle): Promise<void> {
  await cycle.redrive({ max: 100 });
  expect(await cycle.depth()).toBe(0);
}

function reconciled(source: string): CycleCase {
  return {
    name: `${source}: the status event is never delivered, and the reconciler writes the record`,
    needs: "control",
    async run(cycle) {
      const machine = cycle.output(`${source}Machine`);
      cycle.control.failCalls("sqs.SendMessage", 8, "before", unavailable);
      cycle.control.deliver("events.statusChange", [], 1000);
      await cycle.park(["o-1"], machine);
      await cycle.control.wait(hour);
      expect(await cycle.depth()).toBe(0);
      await cycle.control.wait(untilReconciled);
      expect(await cycle.records()).toMatchObject([{ source, name: "o-1", kind: "failed", input: { order: "o-1" } }]);
      await cycle.control.wait(untilReconciled);
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      await cycle.control.wait(day);
      await redriveAll(cycle);
      await cycle.expectChargedOnce(["o-1"], machine);
    },
  };
}

function notRenewed(source: string): CycleCase {
  return {
    name: `${source}: a record whose redrive was started is deleted instead of renewed`,
    needs: "control",
    async run(cycle) {
      const machine = cycle.output(`${source}Machine`);
      await cycle.park(["o-1"], machine);
      const start = 1;
      cycle.control.crash(cycle.reprocessFunction, start, "crashAfter");
      await cycle.backend.invoke(cycle.reprocessFunction, {});
      await cycle.backend.quiet();
      expect(await cycle.generations("o-1", machine)).toHaveLength(2);
      expect(await cycle.depth()).toBe(1);
      await cycle.control.wait(nearEnd);
      await cycle.control.wait(untilRenewerRan);
      expect(await cycle.depth()).toBe(0);
      await cycle.expectChargedOnce(["o-1"], machine);
    },
  };
}

export const bothMachinesCases: readonly CycleCase[] = ["charge", "careless"].flatMap((source) => [
  byReference(source),
  reconciled(source),
  notRenewed(source),
]);
