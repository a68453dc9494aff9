// A source whose `onFailure` was changed while work of it waited: each piece goes on as the machine that recorded it meant it.
import { expect } from "vitest";
import { type Cycle, type CycleCase, reportOf } from "../cycleCase";

const program = "continued.ts";
const needs = "control";

async function run(cycle: Cycle, output: string) {
  const report = reportOf(await cycle.backend.invoke(cycle.output(output), {}));
  await cycle.backend.quiet();
  return report;
}

export const modeChangeCases: readonly CycleCase[] = [
  {
    name: "what was recorded to be restarted is restarted, though its source resumes by now",
    needs,
    program,
    async run(cycle) {
      await cycle.park(["o-1"], cycle.output("restartingMachine"));
      await cycle.provider.behave(503);
      expect(await run(cycle, "toResumeFunction")).toMatchObject({ success: 1, superseded: 0, remaining: 1 });
      // The restarted execution failed again, at the gate of the machine that resumes.
      await cycle.provider.behave(200);
      expect(await run(cycle, "toResumeFunction")).toMatchObject({ success: 1, superseded: 0, remaining: 0 });
      expect(await cycle.generations("o-1", cycle.output("resumingMachine"))).toMatchObject([{ status: "SUCCEEDED" }]);
      expect((await cycle.provider.charges()).map(({ order }) => order)).toEqual(["o-1"]);
    },
  },
  ...(["resumingMachine", "parkingMachine"] as const).map(
    (output): CycleCase => ({
      name: `what waits within its execution goes on there, though its source restarts by now (${output})`,
      needs,
      program,
      async run(cycle) {
        await cycle.park(["o-1"], cycle.output(output));
        // Without the permission it stays: neither lost nor restarted.
        expect(await run(cycle, "toRestartFunction")).toMatchObject({
          success: 0,
          failed: 1,
          poisoned: 0,
          remaining: 1,
        });
        await cycle.control.wait(3_600_000);
        expect(await run(cycle, "drainedFunction")).toMatchObject({ success: 1, remaining: 0 });
        expect(await cycle.generations("o-1", cycle.output("restartingMachine"))).toEqual([]);
        expect(await cycle.generations("o-1", cycle.output(output))).toMatchObject([{ status: "SUCCEEDED" }]);
        expect((await cycle.provider.charges()).map(({ order }) => order)).toEqual(["o-1"]);
      },
    }),
  ),
];
