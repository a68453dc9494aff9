// A schedule that redrives by itself, and failures of a state machine that was replaced.
import { expect } from "vitest";
import { identityOf, redriveName } from "../../../records/executionName";
import { type Cycle, type CycleCase, day } from "../cycleCase";
import { nearEnd, untilRenewerRan } from "../schedules";
import { longNote } from "./bothMachines";

const program = "options.ts";

/** Starts the first redrive on the former machine, as its own reprocess function did before it was replaced. */
async function redriveOnFormer(cycle: Cycle, order: string): Promise<void> {
  const former = cycle.output("formerMachine");
  const [failed] = await cycle.generations(order, former);
  const name = redriveName(identityOf(order, failed?.startedAt ?? 0), 1);
  await cycle.backend.start(former, name, { order });
  await cycle.backend.quiet();
}

export const optionsCases: readonly CycleCase[] = [
  {
    name: "a schedule redrives by itself",
    program,
    needs: "control",
    async run(cycle) {
      await cycle.park(["o-1"]);
      await cycle.control.wait(21 * day);
      expect(await cycle.depth()).toBe(0);
      expect(await cycle.generations("o-1")).toHaveLength(2);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "what failed on a former state machine is redriven on the present one",
    program,
    async run(cycle) {
      await cycle.park(["o-1"], cycle.output("formerMachine"));
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      expect(await cycle.generations("o-1")).toMatchObject([{ status: "SUCCEEDED", output: { charged: "o-1" } }]);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "what the former state machine has redriven already is not started again on the present one",
    program,
    async run(cycle) {
      await cycle.park(["o-1"], cycle.output("formerMachine"));
      await redriveOnFormer(cycle, "o-1");
      expect(await cycle.redrive()).toMatchObject({ success: 0, alreadyStarted: 1, remaining: 0 });
      expect(await cycle.generations("o-1")).toEqual([]);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "what the former state machine has redriven already is deleted instead of renewed",
    program,
    needs: "control",
    async run(cycle) {
      await cycle.park(["o-1"], cycle.output("formerMachine"));
      await redriveOnFormer(cycle, "o-1");
      expect(await cycle.depth()).toBe(1);
      await cycle.control.wait(nearEnd);
      await cycle.control.wait(untilRenewerRan);
      expect(await cycle.depth()).toBe(0);
    },
  },
  {
    name: "a record by reference to an execution of a former state machine keeps input and error",
    program,
    async run(cycle) {
      const input = { order: "o-1", note: longNote, filler: "x".repeat(200_000) };
      await cycle.provider.behave(503);
      await cycle.backend.start(cycle.output("formerMachine"), "o-1", input);
      await cycle.backend.quiet();
      await cycle.provider.behave(200);
      const planned = await cycle.redrive({ dryRun: true });
      expect(JSON.stringify(planned.planned)).toMatch(/the provider answered 503.* to the end/);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      const [redriven] = await cycle.generations("o-1");
      expect(redriven?.input).toEqual(input);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "an edit of work whose redrive was started on a former state machine is a conflict; of other work it starts on the present one",
    program,
    needs: "patience",
    async run(cycle) {
      const former = cycle.output("formerMachine");
      await cycle.park(["o-1", "o-2"], former);
      const born = Math.floor(((await cycle.generations("o-1", former))[0]?.startedAt ?? 0) / 1000);
      await cycle.backend.start(former, `o-1-redrive-1-${born.toString(36)}`, { order: "o-1" });
      await cycle.backend.quiet();
      const note = [{ op: "add", path: "/note", value: "mended" }];
      expect(await cycle.edit({ id: "o-1", patch: note })).toMatchObject({ outcome: "conflict" });
      expect(await cycle.edit({ id: "o-2", patch: note })).toMatchObject({ outcome: "started" });
      expect(await cycle.edit({ id: "o-2", patch: note })).toMatchObject({ outcome: "alreadyStarted" });
      expect(await cycle.generations("o-2")).toMatchObject([{ input: { order: "o-2", note: "mended" } }]);
      expect(await cycle.redrive()).toMatchObject({ success: 0, alreadyStarted: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1", "o-2"]);
    },
  },
];
