// A crash at any call of the reprocess function: work that goes on does so once, and is not lost.
import { expect } from "vitest";
import { type Cycle, type CycleCase, hour } from "../../cycleCase";
import {
  drain,
  expectDone,
  expectEnded,
  failing,
  failingInTheMiddle,
  type Mode,
  mended,
  modes,
  program,
} from "./words";

/** A task, and a workflow's step that has a circuit breaker. */
async function bothFail(cycle: Cycle, { task, workflow }: Mode, order: string): Promise<void> {
  await failing(cycle, task, [order]);
  await failingInTheMiddle(cycle, workflow, [order]);
  await mended(cycle, [order]);
}

async function expectAllOnce(cycle: Cycle, { task, workflow }: Mode, orders: readonly string[]): Promise<void> {
  await expectEnded(cycle, task, orders);
  await expectEnded(cycle, workflow, orders);
  const works = orders.flatMap((order) => [order, `reserve ${order}`, `pack ${order}`, `ship ${order}`]);
  await expectDone(cycle, works);
  for (const work of works) {
    const failedFirst = !/reserve|ship/.test(work);
    expect([work, await cycle.provider.calls(work)]).toEqual([work, failedFirst ? 2 : 1]);
  }
}

const redriveOf = { resume: "states.RedriveExecution", park: "states.SendTaskSuccess" } as const;

const crashes = (mode: Mode): CycleCase => ({
  name: `${mode.name}: the reprocess function crashes at every call`,
  program,
  needs: "control",
  async run(cycle) {
    const { control, reprocessFunction } = cycle;
    await bothFail(cycle, mode, "warm");
    expect(await cycle.redrive()).toMatchObject({ success: 2 });
    const calls = control.lastCalls(reprocessFunction);
    expect(calls.map(({ name }) => name)).toEqual(
      expect.arrayContaining([redriveOf[mode.mode], "dynamodb.GetItem", "sqs.DeleteMessageBatch"]),
    );
    const orders = ["warm"];
    for (let call = 0; call < calls.length; call += 1) {
      for (const moment of ["crashBefore", "crashAfter"] as const) {
        const order = `${moment}-${call}`;
        orders.push(order);
        await bothFail(cycle, mode, order);
        control.crash(reprocessFunction, call, moment);
        expect(await cycle.backend.invoke(reprocessFunction, {})).toMatchObject({
          error: expect.stringContaining("Runtime.ExitError"),
        });
        await cycle.backend.quiet();
        await control.wait(hour);
        await drain(cycle);
      }
    }
    await expectAllOnce(cycle, mode, orders);
    expect(await cycle.backend.messages(cycle.poison)).toEqual([]);
  },
});

const lost = (mode: Mode): CycleCase => ({
  name: `${mode.name}: every call of the reprocess function loses its reply once`,
  program,
  needs: "control",
  async run(cycle) {
    const { control, reprocessFunction } = cycle;
    await bothFail(cycle, mode, "warm");
    await cycle.redrive();
    const calls = control.lastCalls(reprocessFunction);
    const orders = ["warm"];
    for (let call = 0; call < calls.length; call += 1) {
      const order = `lost-${call}`;
      orders.push(order);
      await bothFail(cycle, mode, order);
      control.loseReply(reprocessFunction, call, { code: "InternalFailure", message: "no", status: 500 });
      await cycle.backend.invoke(reprocessFunction, {});
      await cycle.backend.quiet();
      await control.wait(hour);
      await drain(cycle);
    }
    expect(control.unusedFaults()).toBe(0);
    await expectAllOnce(cycle, mode, orders);
    expect(await cycle.backend.messages(cycle.poison)).toEqual([]);
  },
});

export const continuedCrashCases: readonly CycleCase[] = modes.flatMap((mode) => [crashes(mode), lost(mode)]);
