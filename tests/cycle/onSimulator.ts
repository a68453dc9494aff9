// Registers cycle cases as tests on the simulator.
import { describe, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { simulatorBackend } from "../support/simulatorBackend";
import type { CaseGroup } from "./cases/cases";
import { Cycle } from "./cycleCase";

/** @param timeout of a case, in milliseconds @default vitest's */
export function onSimulator(groups: readonly CaseGroup[], timeout?: number): void {
  describe.each(groups)("%s", (_group, cases) => {
    it.each(cases.map((entry) => [entry.name, entry] as const))(
      "%s",
      async (_name, entry) => {
        await entry.run(new Cycle(simulatorBackend(await cycleProgram(entry.program))));
      },
      timeout,
    );
  });
}
