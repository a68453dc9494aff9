// Functions log and are traced, state machines are traced: what an operator looks at when something went wrong.
import { expect } from "vitest";
import type { Cycle, CycleCase } from "../cycleCase";

const tasks = ["charge", "careless"] as const;
const library = ["reprocess", "reconcile", "renew"] as const;

const loggedAndTraced = (output: string, run: (cycle: Cycle) => Promise<unknown>): CycleCase => ({
  name: `the ${output} function logs and is traced`,
  needs: "control",
  async run(cycle) {
    await run(cycle);
    const name = cycle.output(`${output}Function`);
    expect(cycle.control.logs(name).filter((line) => line.startsWith("REPORT "))).toHaveLength(1);
    expect(cycle.control.traced(name)).toEqual(["xray.Segment", "xray.TelemetryRecords"]);
  },
});

export const telemetryCases: readonly CycleCase[] = [
  ...tasks.map((task) => loggedAndTraced(task, (cycle) => cycle.order("o-1", cycle.output(`${task}Machine`)))),
  ...library.map((output) =>
    loggedAndTraced(output, async (cycle) => {
      expect(await cycle.backend.invoke(cycle.output(`${output}Function`), {})).toHaveProperty("result");
    }),
  ),
  loggedAndTraced("edit", (cycle) => cycle.edit({ id: "o-1", patch: [{ op: "add", path: "/note", value: "mended" }] })),
  ...tasks.map(
    (task): CycleCase => ({
      name: `executions of ${task} are traced`,
      needs: "control",
      async run(cycle) {
        const machine = cycle.output(`${task}Machine`);
        await cycle.order("o-1", machine);
        expect(cycle.control.traced(machine.slice(machine.lastIndexOf(":") + 1))).toEqual([
          "xray.SamplingRules",
          "xray.SamplingTargets",
          "xray.Segment",
          "xray.TelemetryRecords",
        ]);
      },
    }),
  ),
];
