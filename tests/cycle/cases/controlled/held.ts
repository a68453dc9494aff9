// Held work was never attempted: it never becomes poison, runs leave it alone and say so, and it goes on when its breaker is released.
import { expect } from "vitest";
import { type Cycle, type CycleCase, hour, minute } from "../../cycleCase";
import {
  drain,
  expectDone,
  expectEnded,
  failingInTheMiddle,
  generationOf,
  mended,
  modes,
  needsOf,
  numbered,
  program,
  steps,
  tell,
} from "./words";

/** A way to be held: which machine, its breaker's control, the provider's word for the attempt, and the call that redrives it. */
interface Way {
  readonly name: string;
  readonly machine: string;
  readonly control: string;
  readonly attempt: (order: string) => string;
  readonly redrive: string;
}

const ways: readonly Way[] = [
  {
    name: "work that is restarted",
    machine: "deliverMachine",
    control: "courierControl",
    attempt: (order) => order,
    redrive: "states.StartExecution",
  },
  ...modes.map(
    ({ name, mode, workflow }): Way => ({
      name,
      machine: workflow,
      control: "courierControl",
      attempt: (order) => `pack ${order}`,
      redrive: mode === "resume" ? "states.RedriveExecution" : "states.SendTaskSuccess",
    }),
  ),
];

const throttled = { code: "ThrottlingException", message: "Rate exceeded", status: 400 };

/** Redrives work whose breaker is held after the run has asked it, and before the work asks it. */
async function holdAgain(cycle: Cycle, { control, redrive }: Way): Promise<void> {
  const strict = cycle.output("strictFunction");
  await tell(cycle, control, "release");
  cycle.control.failCalls(redrive, 5, "before", throttled, strict);
  await cycle.backend.invokeAsync(strict, {});
  await cycle.control.wait(1_000);
  await tell(cycle, control, "hold");
}

const neverPoison = (way: Way): CycleCase => ({
  name: `${way.name}: held five times, then it fails, then it is done: within one redrive`,
  program,
  needs: "control",
  async run(cycle) {
    const what = way.attempt("o-1");
    await cycle.provider.script(what, [503, 200]);
    await tell(cycle, way.control, "hold");
    await cycle.order("o-1", cycle.output(way.machine));
    for (let generation = 0; generation < 6; generation += 1) {
      const records = await cycle.records();
      expect(records).toMatchObject([{ kind: "held", error: { name: "Respool.Held" } }]);
      expect(records.map(generationOf)).toEqual([generation]);
      expect(await cycle.provider.calls(what)).toBe(0);
      if (generation < 5) await holdAgain(cycle, way);
    }
    await tell(cycle, way.control, "release");
    const strict = async () => cycle.backend.invoke(cycle.output("strictFunction"), {});
    for (const attempts of [1, 2]) {
      expect(await strict()).toMatchObject({ result: { success: 1, poisoned: 0 } });
      await cycle.backend.quiet();
      expect(await cycle.provider.calls(what)).toBe(attempts);
    }
    expect(await cycle.depth()).toBe(0);
    expect((await cycle.provider.charges()).filter(({ order }) => order === what)).toHaveLength(1);
  },
});

const poisonAfterAttempts = (way: Way): CycleCase => ({
  name: `${way.name}: what fails again after its one redrive is poison all the same`,
  program,
  needs: "control",
  async run(cycle) {
    const what = way.attempt("o-1");
    await cycle.provider.script(what, [503]);
    await tell(cycle, way.control, "hold");
    await cycle.order("o-1", cycle.output(way.machine));
    await holdAgain(cycle, way);
    await tell(cycle, way.control, "release");
    for (let run = 0; run < 4; run += 1) {
      await cycle.backend.invoke(cycle.output("strictFunction"), {});
      await cycle.backend.quiet();
    }
    expect(await cycle.backend.messages(cycle.poison)).toHaveLength(1);
    expect(await cycle.provider.calls(what)).toBe(2);
    const executions = await cycle.backend.executions(cycle.output(way.machine));
    expect(executions.filter(({ status }) => status === "RUNNING")).toEqual([]);
  },
});

const told = (way: Way): CycleCase => ({
  name: `${way.name}: a run while the breaker is held attempts nothing and says so; released, each is done once`,
  program,
  ...(way.redrive === "states.RedriveExecution" ? needsOf({ mode: "resume" }) : {}),
  ...(way.redrive === "states.StartExecution" ? { needs: "patience" } : {}),
  async run(cycle) {
    const orders = numbered("o", 3);
    await tell(cycle, way.control, "hold");
    for (const order of orders) await cycle.backend.start(cycle.output(way.machine), order, { order });
    await cycle.backend.quiet();
    const report = await cycle.redrive();
    expect(report).toMatchObject({ success: 0, skipped: 3, poisoned: 0, remaining: 3 });
    expect(report.heldBack).toMatchObject([
      { records: 3, reason: expect.stringContaining("is held by Kim: maintenance") },
    ]);
    for (const order of orders) expect(await cycle.provider.calls(way.attempt(order))).toBe(0);
    await tell(cycle, way.control, "release");
    expect(await cycle.redrive()).toMatchObject({ success: 3, remaining: 0 });
    for (const order of orders) expect(await cycle.provider.calls(way.attempt(order))).toBe(1);
    expect(await cycle.depth()).toBe(0);
  },
});

const [resume, park] = modes;

const midway = ({ name, workflow }: (typeof modes)[number]): CycleCase => ({
  name: `${name}: a breaker that is held in the middle of a redrive stops it, and the rest waits`,
  program,
  needs: "control",
  async run(cycle) {
    const orders = numbered("o", 12);
    const done = async () => (await cycle.provider.charges()).filter(({ order }) => order.startsWith("pack")).length;
    await tell(cycle, "courierControl", "hold");
    for (const order of orders) await cycle.backend.start(cycle.output(workflow), order, { order });
    await cycle.backend.quiet();
    await tell(cycle, "courierControl", "release");
    await cycle.backend.invokeAsync(cycle.reprocessFunction, { max: 100, rate: 1 });
    await cycle.control.wait(5_000);
    await tell(cycle, "courierControl", "hold", () => cycle.control.wait(1_000));
    await cycle.control.wait(hour);
    const before = await done();
    expect(before).toBeGreaterThan(1);
    expect(before).toBeLessThan(10);
    expect(await cycle.depth()).toBe(12 - before);
    expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 0, skipped: 12 - before });
    expect(await done()).toBe(before);
    await tell(cycle, "courierControl", "release");
    await drain(cycle);
    await expectEnded(cycle, workflow, orders);
    await expectDone(
      cycle,
      orders.flatMap((order) => steps.map((step) => `${step} ${order}`)),
    );
    for (const order of orders) expect(await cycle.provider.calls(`pack ${order}`)).toBe(1);
  },
});

const openBreaker: CycleCase = {
  name: "a run while the breaker is open attempts nothing and says so, and one piece of work once it is due",
  program,
  needs: "control",
  async run(cycle) {
    const orders = numbered("o", 8);
    await failingInTheMiddle(cycle, park.workflow, orders);
    const attempts = async () => {
      const counts = await Promise.all(orders.map((order) => cycle.provider.calls(`pack ${order}`)));
      return counts.reduce((sum, count) => sum + count, 0);
    };
    const before = await attempts();
    const report = await cycle.redrive({ max: 100 });
    expect(report).toMatchObject({ success: 0, skipped: 8, remaining: 8 });
    expect(report.heldBack).toMatchObject([{ source: "parking", reason: expect.stringMatching(/is open until 20/) }]);
    expect(await attempts()).toBe(before);
    await cycle.control.wait(61 * minute);
    expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 1 });
    expect(await attempts()).toBe(before + 1);
    await mended(cycle, orders);
    await cycle.control.wait(61 * minute);
    await drain(cycle);
    await expectEnded(cycle, park.workflow, orders);
  },
};

const alarm: CycleCase = {
  name: "an alarm opens the breaker, and starts nothing when it is OK because the breaker is open",
  program,
  needs: "control",
  async run(cycle) {
    await cycle.provider.behave(503);
    for (const order of numbered("o", 4)) await cycle.backend.start(cycle.machine, order, { order });
    await cycle.control.wait(2 * minute);
    const control = () => cycle.backend.executions(cycle.output("paymentsControl"));
    expect(await control()).toMatchObject([{ input: { action: "open", by: expect.stringContaining("failures") } }]);
    const runs = async () => {
      const all = await cycle.backend.executions(cycle.output("recoverMachine"));
      return all.filter(({ output }) => (output as { stopped?: string } | undefined)?.stopped !== "anotherRun");
    };
    expect(await runs()).toHaveLength(1);
    const before = await cycle.provider.attempts();
    await cycle.control.wait(30 * minute);
    expect(cycle.control.alarmState("failures")).toBe("OK");
    expect(await control()).toHaveLength(1);
    expect(await runs()).toHaveLength(1);
    expect((await cycle.provider.attempts()) - before).toBeLessThanOrEqual(30);
    await cycle.provider.behave(200);
    await cycle.backend.quiet();
    await expectDone(cycle, numbered("o", 4));
  },
};

export const heldCases: readonly CycleCase[] = [
  ...ways.flatMap((way) => [told(way), neverPoison(way), poisonAfterAttempts(way)]),
  midway(resume),
  midway(park),
  openBreaker,
  alarm,
];
