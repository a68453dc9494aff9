// Whatever breaks, and whenever: each accepted command has exactly one effect, and ends succeeded, failed, cancelled or parked.
//
// A failing run prints its seed and a list of events that fails so. Environment variables ask for more: RESPOOL_COMMAND_RUNS for that many
// scenarios, RESPOOL_COMMAND_SECONDS for the time in which to play them and to shorten what fails, RESPOOL_COMMAND_SEED for a run once more.
import * as fc from "fast-check";
import { describe, it } from "vitest";
import { Findings } from "../support/commandFaults/judge";
import { type Scenario, scenarios, told } from "../support/commandFaults/scenario";
import { CommandFaultsWorld } from "../support/commandFaults/world";
import { cycleProgram } from "../support/cycleProgram";

const runs = Number(process.env.RESPOOL_COMMAND_RUNS ?? 12);
const seconds = Number(process.env.RESPOOL_COMMAND_SECONDS ?? 35);
const seed = Number(process.env.RESPOOL_COMMAND_SEED ?? Date.now() % 1_000_000);

type Program = Awaited<ReturnType<typeof cycleProgram>>;

/** What is wrong in the end; empty when all is well. */
function played(program: Program, scenario: Scenario): readonly string[] {
  const world = new CommandFaultsWorld(program, scenario);
  world.play();
  const { wrong: meanwhile } = new Findings(world).always();
  world.settle();
  const { wrong } = new Findings(world).settled();
  if (meanwhile.length + wrong.length > 0) return [...meanwhile, ...wrong];
  world.settle({ includeRejected: true });
  return new Findings(world).restored().wrong;
}

describe("commands under faults", () => {
  it(`have one effect each, and an end (seed ${seed})`, { timeout: (seconds + 120) * 1_000 }, async () => {
    const program = await cycleProgram("commandFaults.ts");
    const property = fc.property(scenarios, (scenario) => {
      const wrong = played(program, scenario);
      if (wrong.length > 0) throw new Error([...wrong, "", told(scenario)].join("\n"));
    });
    fc.assert(property, { seed, numRuns: runs, interruptAfterTimeLimit: seconds * 1_000 });
  });
});
