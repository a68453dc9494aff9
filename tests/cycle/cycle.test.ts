// The failure-and-redrive cycle on the simulator.
import { describe, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { simulatorBackend } from "../support/simulatorBackend";
import { caseGroups } from "./cases/cases";
import { Cycle } from "./cycleCase";

describe.each(caseGroups)("%s", (_group, cases) => {
  it.each(cases.map((entry) => [entry.name, entry] as const))("%s", async (_name, entry) => {
    await entry.run(new Cycle(simulatorBackend(await cycleProgram(entry.program))));
  });
});
