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

const runs = Number(process.env.RESPOOL_COMMAND_RUNS ?? 10);
const seconds = Number(process.env.RESPOOL_COMMAND_SECONDS ?? 30);
const seed = Number(process.env.RESPOOL_COMMAND_SEED ?? Date.now() % 1_000_000);

type Program = Awaited<ReturnType<typeof cycleProgram>>;

/** What is wrong, as soon as something is; empty when all is well. */
function played(program: Program, scenario: Scenario): readonly string[] {
  const world = new CommandFaultsWorld(program, scenario);
  const steps = [
    () => {
      world.play();
      return new Findings(world).always();
    },
    () => {
      world.rest();
      return new Findings(world).rested();
    },
    () => {
      world.settle();
      return new Findings(world).settled();
    },
    () => {
      world.mendData();
      world.settle({ includeRejected: true });
      return new Findings(world).restored();
    },
  ];
  for (const step of steps) {
    const { wrong } = step();
    if (wrong.length > 0) return wrong;
  }
  return [];
}

const order = { at: 0, by: "api", keyed: true, data: "good" } as const;
const ofOrders = { at: 0, of: "orders", skip: 0 } as const;

/** What chance comes to too seldom, played before it. */
const known: readonly Scenario[] = [
  // It dies between the two writes that end a command for good.
  {
    seed: 1,
    asked: [{ ...order, by: "tool", data: "invalid" }],
    troubles: [{ ...ofOrders, what: "crash before", call: "sqs.SendMessage", times: 1 }],
    redrives: [],
  },
  // It never comes as far as to begin, in a redrive neither.
  {
    seed: 2,
    asked: [order],
    troubles: [{ ...ofOrders, what: "latency", call: "dynamodb.PutItem", times: 5 }],
    redrives: [{ at: 102, runs: 1, rejected: false, edits: false }],
  },
  // Its success arrives when another attempt has succeeded.
  {
    seed: 3,
    asked: [order],
    troubles: [{ ...ofOrders, what: "long latency", call: "dynamodb.TransactWriteItems", times: 1 }],
    redrives: [],
  },
];

describe("commands under faults", () => {
  it(`have one effect each, and an end (seed ${seed})`, { timeout: (seconds + 120) * 1_000 }, async () => {
    const program = await cycleProgram("commandFaults.ts");
    const property = fc.property(scenarios, (scenario) => {
      const wrong = played(program, scenario);
      if (wrong.length > 0) throw new Error(wrong.join("\n"));
    });
    const { failed, counterexample, numShrinks, errorInstance } = fc.check(property, {
      seed,
      examples: known.map((scenario) => [scenario]),
      numRuns: runs,
      interruptAfterTimeLimit: seconds * 1_000,
    });
    if (!failed || counterexample === null) return;
    const [scenario] = counterexample;
    throw new Error(`seed ${seed}, shortened ${numShrinks} times\n${told(scenario)}`, { cause: errorInstance });
  });
});
