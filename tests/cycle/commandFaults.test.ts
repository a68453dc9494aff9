// Whatever breaks, and whenever: each accepted command has exactly one effect, and ends succeeded, failed, cancelled or parked. A failing run
// prints its seed and the shortest list of events that fails so. RESPOOL_COMMAND_RUNS and RESPOOL_COMMAND_SEED ask for more, and for others.
import * as fc from "fast-check";
import { describe, it } from "vitest";
import { Findings } from "../support/commandFaults/judge";
import { type Scenario, scenarios, told } from "../support/commandFaults/scenario";
import { CommandFaultsWorld } from "../support/commandFaults/world";
import { cycleProgram } from "../support/cycleProgram";

const runs = Number(process.env.RESPOOL_COMMAND_RUNS ?? 25);
const seed = Number(process.env.RESPOOL_COMMAND_SEED ?? Date.now() % 1_000_000);

type Program = Awaited<ReturnType<typeof cycleProgram>>;

/** What is wrong in the end; empty when all is well. */
function played(program: Program, scenario: Scenario): readonly string[] {
  const world = new CommandFaultsWorld(program, scenario);
  world.play();
  world.settle();
  const { wrong } = new Findings(world).settled();
  if (wrong.length > 0) return wrong;
  world.settle({ includeRejected: true });
  return new Findings(world).restored().wrong;
}

describe("commands under faults", () => {
  it(`have one effect each, and an end (seed ${seed}, ${runs} runs)`, { timeout: 1_000 * 60 * 60 }, async () => {
    const program = await cycleProgram("commandFaults.ts");
    const property = fc.property(scenarios, (scenario) => {
      const wrong = played(program, scenario);
      if (wrong.length > 0) throw new Error([...wrong, "", told(scenario)].join("\n"));
    });
    fc.assert(property, { seed, numRuns: runs });
  });
});
