// A workflow whose second step fails for a weekend: finished steps never run again, and all of it ends.
import { expect } from "vitest";
import { type Cycle, type CycleCase, day, hour } from "../../cycleCase";
import {
  drain,
  expectDone,
  expectEnded,
  failingInTheMiddle,
  type Mode,
  mended,
  modes,
  needsOf,
  numbered,
  program,
  steps,
  tell,
} from "./words";

async function expectFinished(cycle: Cycle, { workflow }: Mode, orders: readonly string[]): Promise<void> {
  await expectEnded(cycle, workflow, orders);
  for (const order of orders) {
    expect([order, await cycle.provider.calls(`reserve ${order}`)]).toEqual([order, 1]);
    expect([order, await cycle.provider.calls(`ship ${order}`)]).toEqual([order, 1]);
  }
  await expectDone(
    cycle,
    orders.flatMap((order) => steps.map((step) => `${step} ${order}`)),
  );
}

const weekend = (mode: Mode): CycleCase => ({
  name: `${mode.name}: a second step that fails for a weekend, redriven every six hours`,
  program,
  needs: "control",
  async run(cycle) {
    const orders = numbered("w", 8);
    await failingInTheMiddle(cycle, mode.workflow, orders);
    expect(await cycle.depth()).toBe(8);
    for (let at = 0; at < 2 * day; at += 6 * hour) {
      await cycle.control.wait(6 * hour);
      await cycle.redrive({ max: 100 });
      expect(await cycle.depth()).toBe(8);
    }
    await mended(cycle, orders);
    await cycle.control.wait(2 * hour);
    await drain(cycle);
    await expectFinished(cycle, mode, orders);
    expect(await cycle.backend.messages(cycle.poison)).toEqual([]);
  },
});

const longOutage = (mode: Mode): CycleCase => ({
  name: `${mode.name} behind an open circuit breaker outlives 60 days`,
  program,
  needs: "control",
  async run(cycle) {
    const orders = numbered("w", 6);
    await failingInTheMiddle(cycle, mode.workflow, orders);
    await tell(cycle, "courierControl", "hold");
    await cycle.control.wait(60 * day);
    await tell(cycle, "courierControl", "release");
    await mended(cycle, orders);
    await drain(cycle);
    await expectFinished(cycle, mode, orders);
    expect(await cycle.backend.messages(cycle.poison)).toEqual([]);
  },
});

const oneStep = (mode: Mode): CycleCase => ({
  name: `${mode.name}: a step that failed is done once when it is redriven, and no other again`,
  program,
  ...needsOf(mode),
  async run(cycle) {
    await failingInTheMiddle(cycle, mode.workflow, ["w-1"]);
    expect(await cycle.records()).toMatchObject([{ mode: mode.mode, step: "pack", generation: 0 }]);
    await mended(cycle, ["w-1"]);
    expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
    await expectFinished(cycle, mode, ["w-1"]);
  },
});

export const weekendCases: readonly CycleCase[] = modes.flatMap((mode) => [
  oneStep(mode),
  weekend(mode),
  longOutage(mode),
]);
