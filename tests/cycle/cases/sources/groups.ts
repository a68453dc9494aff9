// FIFO queues: the order within a group holds across failure, redrive and failure of the redrive.
import { expect } from "vitest";
import type { Cycle, CycleCase } from "../../cycleCase";

const program = "sources.ts";
const groups = ["a", "b", "c"];

/** Three messages of each group, in turn. */
async function sendAll(cycle: Cycle, names = groups): Promise<void> {
  for (const number of [1, 2, 3])
    for (const group of names)
      await cycle.backend.send(cycle.output("fifoUrl"), JSON.stringify({ order: `${group}-${number}` }), {}, group);
}

async function parkAll(cycle: Cycle, names = groups): Promise<void> {
  await cycle.provider.behave(503);
  await sendAll(cycle, names);
  await cycle.backend.quiet();
  await cycle.provider.behave(200);
}

async function deadLetters(cycle: Cycle): Promise<number> {
  return (await cycle.backend.messages(cycle.output("fifoDeadLettersUrl"))).length;
}

/** Each message was done once, and each group in its order. */
async function expectInOrder(cycle: Cycle, names = groups): Promise<void> {
  const charged = (await cycle.provider.charges()).map(({ order }) => order);
  for (const group of names) {
    const ofGroup = charged.filter((order) => order.startsWith(`${group}-`));
    expect(ofGroup).toEqual([1, 2, 3].map((number) => `${group}-${number}`));
  }
  expect(charged).toHaveLength(3 * names.length);
  await cycle.expectLaunchedOnce();
}

export const groupCases: readonly CycleCase[] = [
  {
    name: "dead letters of several groups are redriven in the order of each",
    program,
    async run(cycle) {
      await parkAll(cycle);
      expect(await deadLetters(cycle)).toBe(9);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 9, failed: 0, remaining: 0 });
      await expectInOrder(cycle);
    },
  },
  {
    name: "dead letters whose redrive fails again keep the order of their group",
    program,
    async run(cycle) {
      await parkAll(cycle);
      await cycle.provider.behave(503);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 9 });
      expect(await deadLetters(cycle)).toBe(9);
      await cycle.provider.behave(200);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 9, poisoned: 0, remaining: 0 });
      await expectInOrder(cycle);
      expect((await cycle.launches()).toSorted()).toEqual([...Array(9).fill(1), ...Array(9).fill(2)]);
    },
  },
  {
    name: "a run that takes a few leaves the rest of each group in its order",
    program,
    needs: "patience",
    async run(cycle) {
      await parkAll(cycle);
      for (const left of [5, 1]) {
        expect(await cycle.redrive({ max: 4 })).toMatchObject({ success: 4, remaining: left, stoppedBecause: "max" });
      }
      expect(await cycle.redrive({ max: 4 })).toMatchObject({ success: 1, remaining: 0 });
      await expectInOrder(cycle);
    },
  },
  {
    name: "a redrive that could not send its message back holds up the rest of its group until the next run",
    needs: "control",
    program,
    async run(cycle) {
      await parkAll(cycle, ["a"]);
      const replay = cycle.output("replayFunction");
      for (const next of [0, 0]) cycle.control.crash(replay, next, "crashBefore");
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 1, skipped: 2, remaining: 3 });
      expect(await cycle.depth()).toBe(1);
      expect(await deadLetters(cycle)).toBe(2);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 3, remaining: 0 });
      await expectInOrder(cycle, ["a"]);
    },
  },
  {
    name: "a message that fails takes the rest of its group along, and its group alone",
    // What is behind it goes along where it came in the same batch, which is for the queue to say where time is real.
    needs: "exactness",
    program,
    async run(cycle) {
      await cycle.provider.script("a-2", [503]);
      await sendAll(cycle);
      await cycle.backend.quiet();
      expect(await deadLetters(cycle)).toBe(2);
      await cycle.provider.script("a-2", [200]);
      expect(await cycle.redrive()).toMatchObject({ success: 2, remaining: 0 });
      await expectInOrder(cycle);
    },
  },
];
