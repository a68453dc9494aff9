// The controls: a redriver, or a charge, with one mistake makes the counter of that mistake grow; the real ones make none grow.
import type { EvaluatedProgram } from "@respool/simulator";
import { beforeAll, describe, expect, it } from "vitest";
import { countStatistics } from "../../demo/statistics";
import { cycleProgram } from "../support/cycleProgram";
import { simulatorBackend } from "../support/simulatorBackend";
import { Cycle } from "./cycleCase";
import { type HostileEvent, hostileEvents, type Redriver } from "./hostileEvents";

type Counter = "lost" | "secondStarts" | "secondCharges";
type Grown = Readonly<Partial<Record<keyof typeof hostileEvents, Counter>>>;

interface Control {
  readonly name: string;
  /** Names of the program's outputs. */
  readonly functionName: string;
  readonly machine: string;
  /** Which event makes which counter grow; every other one stays 0. */
  readonly grown: Grown;
}

const controls: readonly Control[] = [
  {
    name: "the reprocess function",
    functionName: "reprocessFunction",
    machine: "chargeMachine",
    grown: {},
  },
  {
    name: "a redriver that deletes before it starts",
    functionName: "deletesFirstFunction",
    machine: "chargeMachine",
    grown: { "a crash at every call": "lost" },
  },
  {
    name: "a redriver without deterministic names",
    functionName: "randomNamesFunction",
    machine: "chargeMachine",
    grown: {
      "a crash at every call": "secondStarts",
      "two records of one failure": "secondStarts",
      "a second delivery": "secondStarts",
    },
  },
  {
    name: "a redriver that names by the time of the failure",
    functionName: "timeNamesFunction",
    machine: "chargeMachine",
    grown: { "two records of one failure": "secondStarts" },
  },
  {
    name: "a charge without an idempotency key",
    functionName: "reprocessFunction",
    machine: "keylessMachine",
    grown: { "a charge whose answer never came": "secondCharges" },
  },
];

/** Counts as the demo does, from the provider's ledger and the state machine's history alone. */
async function count(cycle: Cycle, event: HostileEvent, redriver: Redriver): Promise<Record<Counter, number>> {
  const orders = await event(cycle, redriver);
  const executions = await cycle.backend.executions(redriver.machine);
  const charges = await cycle.provider.charges();
  const { lost, secondStarts, secondCharges } = countStatistics({
    orders: orders.map((orderId) => ({ orderId, customer: "", amount: 1, currency: "EUR", at: 0 })),
    executions: executions.map(({ input, stoppedAt, ...execution }) => ({
      ...execution,
      orderId: (input as { order: string }).order,
      endedAt: stoppedAt,
    })),
    ledger: charges.map(({ order, idempotencyKey }) => ({ orderId: order, idempotencyKey, at: 0, kind: "charge" })),
    poisonDepth: 0,
    attempts: 0,
  });
  return { lost, secondStarts, secondCharges };
}

let program: EvaluatedProgram;

beforeAll(async () => {
  program = await cycleProgram("controls.ts");
});

describe.each(controls)("$name", ({ functionName, machine, grown }) => {
  it.each(Object.entries(hostileEvents))("%s", async (name, event) => {
    const cycle = new Cycle(simulatorBackend(program));
    const redriver = { functionName: cycle.output(functionName), machine: cycle.output(machine) };
    const counts = await count(cycle, event, redriver);
    const counters = Object.entries(counts).filter(([, value]) => value > 0);
    const expected = grown[name as keyof Grown];
    expect(counters.map(([counter]) => counter)).toEqual(expected === undefined ? [] : [expected]);
  });
});
