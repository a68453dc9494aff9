// The failure-and-redrive cycle on the simulator.

import type { EvaluatedProgram } from "@respool/simulator";
import { beforeAll, describe, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { simulatorBackend } from "../support/simulatorBackend";
import { crashCases } from "./cases/crashes";
import { duplicateCases } from "./cases/duplicates";
import { poisonCases } from "./cases/poison";
import { redriveCases } from "./cases/redrive";
import { waitingCases } from "./cases/waiting";
import { Cycle } from "./cycleCase";

let program: EvaluatedProgram;

beforeAll(async () => {
  program = await cycleProgram();
}, 60_000);

describe.each([
  ["redrive", redriveCases],
  ["poison", poisonCases],
  ["duplicates", duplicateCases],
  ["crashes", crashCases],
  ["waiting", waitingCases],
])("%s", (_group, cases) => {
  it.each(cases.map((entry) => [entry.name, entry] as const))("%s", async (_name, entry) => {
    await entry.run(new Cycle(simulatorBackend(program)));
  });
});
