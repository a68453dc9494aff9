// What the cases of controlled work share: ways in which an execution goes on, and steps of an operator.
import { expect } from "vitest";
import { parseRedriveName } from "../../../../records/executionName";
import { type Cycle, type CycleCase, minute } from "../../cycleCase";

export const program = "controlled.ts";

/** A task and a workflow whose executions go on when they are redriven; names of the program's outputs. */
export const modes = [
  { name: "work that is resumed", mode: "resume", task: "resumedMachine", workflow: "resumingMachine" },
  { name: "parked work", mode: "park", task: "parkedMachine", workflow: "parkingMachine" },
] as const;

export type Mode = (typeof modes)[number];

/** RedriveExecution is not in every emulator. */
export function needsOf({ mode }: Pick<Mode, "mode">): Pick<CycleCase, "needs"> {
  return mode === "resume" ? { needs: "control" } : {};
}

/** The steps of the workflows. */
export const steps = ["reserve", "pack", "ship"] as const;

export function numbered(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index + 1}`);
}

/** Starts work that fails, and mends the provider. */
export async function failing(cycle: Cycle, machine: string, orders: readonly string[]): Promise<void> {
  await cycle.park(orders, cycle.output(machine));
}

/** Starts work whose second step fails until `mended`. */
export async function failingInTheMiddle(cycle: Cycle, machine: string, orders: readonly string[]): Promise<void> {
  for (const order of orders) {
    await cycle.provider.script(`pack ${order}`, [503]);
    await cycle.backend.start(cycle.output(machine), order, { order });
  }
  await cycle.backend.quiet();
}

export async function mended(cycle: Cycle, orders: readonly string[]): Promise<void> {
  for (const order of orders) await cycle.provider.script(`pack ${order}`, [200]);
}

/**
 * Tells a circuit breaker what to do, as an operator does.
 *
 * @param settle waits until it is done
 */
export async function tell(
  cycle: Cycle,
  control: string,
  action: "hold" | "release" | "close",
  settle: () => Promise<void> = () => cycle.backend.quiet(),
): Promise<void> {
  const machine = cycle.output(control);
  const before = await cycle.backend.executions(machine);
  const name = `${action}-${before.length}`;
  await cycle.backend.start(machine, name, { action, by: "Kim", reason: "maintenance" });
  await settle();
  const told = (await cycle.backend.executions(machine)).find((execution) => execution.name === name);
  expect(told).toMatchObject({ status: "SUCCEEDED" });
}

/** Redrives until the spool is empty, a minute between the runs. */
export async function drain(cycle: Cycle, request: object = {}): Promise<void> {
  for (let run = 0; run < 30 && (await cycle.depth()) > 0; run += 1) {
    await cycle.redrive({ max: 100, ...request });
    await cycle.control.wait(minute);
  }
  expect(await cycle.depth()).toBe(0);
}

/** Puts copies of all records into the spool, as a redelivery, or a renewal that crashed, does. */
export async function copyRecords(cycle: Cycle): Promise<void> {
  for (const { body, attributes } of await cycle.backend.messages(cycle.spool)) {
    await cycle.backend.send(cycle.spool, body, attributes);
  }
}

/** The generation of a record; a restart's is told by its execution's name. */
export function generationOf({ generation, name }: Readonly<Record<string, unknown>>): number {
  return typeof generation === "number" ? generation : (parseRedriveName(String(name))?.generation ?? 0);
}

export async function expectEnded(cycle: Cycle, machine: string, orders: readonly string[]): Promise<void> {
  const executions = await cycle.backend.executions(cycle.output(machine));
  expect(executions.map(({ name, status }) => [name, status]).sort()).toEqual(
    orders.map((order) => [order, "SUCCEEDED"]).sort(),
  );
}

/** What nothing but the provider's ledger tells: each was done once, and nothing else was. */
export async function expectDone(cycle: Cycle, orders: readonly string[]): Promise<void> {
  const charges = await cycle.provider.charges();
  expect(charges.map(({ order }) => order).sort()).toEqual([...orders].sort());
}
