// The launcher's own failures, by whatever path they are recorded, and what its functions and those of the sources tell of themselves.
import { expect } from "vitest";
import { type Cycle, type CycleCase, day, hour } from "../../cycleCase";
import { untilReconciled } from "../../schedules";
import { direct, fifo, kinesis, metadata, type Origin, parkAt, queue, table } from "./origins";

const program = "sources.ts";
const unavailable = { code: "ServiceUnavailable", message: "unavailable", status: 503 };

/** A replay that fails while the spool cannot be reached by the launcher itself; its status event arrives at these times. */
async function failUnrecorded(cycle: Cycle, origin: Origin, statusEvent = [0]): Promise<void> {
  await parkAt(cycle, origin, [{ order: "o-1" }]);
  cycle.control.deliver("events.statusChange", statusEvent, 1000);
  await cycle.provider.behave(503);
  cycle.control.failCalls("sqs.SendMessage", 8, "before", unavailable);
  expect(await cycle.redrive()).toMatchObject({ success: 1 });
  await cycle.provider.behave(200);
}

async function expectSecondReplay(cycle: Cycle, { source }: Origin): Promise<void> {
  const { planned } = await cycle.redrive({ dryRun: true });
  expect(planned).toMatchObject([{ action: "start", source, generation: 1, work: expect.any(String) }]);
  expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 0, remaining: 0 });
  expect(await cycle.launches()).toEqual([1, 2]);
  await cycle.control.wait(day);
  await cycle.redrive();
  await cycle.expectChargedOnce(["o-1"], cycle.launcher);
}

function loggedAndTraced(origin: Origin): CycleCase {
  return {
    name: `${origin.name}: its function and the replay function log and are traced`,
    needs: "control",
    program,
    async run(cycle) {
      await parkAt(cycle, origin, [{ order: "o-1" }]);
      await cycle.redrive();
      for (const output of [origin.functionOutput, "replayFunction"]) {
        const name = cycle.output(output);
        expect(cycle.control.logs(name).filter((line) => line.startsWith("REPORT "))).not.toEqual([]);
        expect(cycle.control.traced(name)).toEqual(["xray.Segment", "xray.TelemetryRecords"]);
      }
    },
  };
}

export const launcherCases: readonly CycleCase[] = [
  ...[direct, kinesis].flatMap((origin): CycleCase[] => [
    {
      name: `${origin.name}: a replay's failure that the launcher could not record is recorded by its status event`,
      needs: "control",
      program,
      async run(cycle) {
        await failUnrecorded(cycle, origin);
        await cycle.control.wait(hour);
        expect(await cycle.depth()).toBe(1);
        await expectSecondReplay(cycle, origin);
      },
    },
    {
      name: `${origin.name}: a replay's failure of which no event tells is recorded by the reconciler`,
      needs: "control",
      program,
      async run(cycle) {
        await failUnrecorded(cycle, origin, []);
        await cycle.control.wait(hour);
        expect(await cycle.depth()).toBe(0);
        await cycle.control.wait(untilReconciled);
        expect(await cycle.depth()).toBe(1);
        await expectSecondReplay(cycle, origin);
      },
    },
  ]),
  ...[direct, table, kinesis, metadata, queue, fifo].map(loggedAndTraced),
  {
    name: "executions of the launcher are traced",
    needs: "control",
    program,
    async run(cycle) {
      await parkAt(cycle, direct, [{ order: "o-1" }]);
      await cycle.redrive();
      const name = cycle.launcher.slice(cycle.launcher.lastIndexOf(":") + 1);
      const asked = ["xray.SamplingRules", "xray.SamplingTargets", "xray.Segment", "xray.TelemetryRecords"];
      expect(cycle.control.traced(name)).toEqual(asked);
    },
  },
];
