// The cycle tests' program, evaluated once a process: what it creates is then created again in any simulation.
import { join } from "node:path";
import { type EvaluatedProgram, Simulation } from "@respool/simulator";
import { providerUrl } from "./simulatedProvider";

const evaluated = new Map<string, Promise<EvaluatedProgram>>();

/** @param main another entry file in tests/cycle/program, such as a control's */
export function cycleProgram(main = "index.ts"): Promise<EvaluatedProgram> {
  const directory = join(__dirname, "../cycle/program");
  let program = evaluated.get(main);
  if (program === undefined) {
    program = new Simulation().deploy({ directory, main: join(directory, main), config: { providerUrl } });
    evaluated.set(main, program);
  }
  return program;
}
