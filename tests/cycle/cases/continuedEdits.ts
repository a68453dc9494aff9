// Edits of work whose execution waits, is resumed, or is held: the edited input runs once, and the original is kept.
import { expect } from "vitest";
import { type Cycle, type CycleCase, editResultOf, minute, reportOf } from "../cycleCase";

const program = "continued.ts";
const needs = "control";
const patch = [{ op: "replace", path: "/card", value: "4242" }];
const otherPatch = [{ op: "replace", path: "/card", value: "1111" }];
const original = '{"order":"o-1","card":"expired"}';
const edited = '{"order":"o-1","card":"4242"}';

/** Fails an order with a card that has expired. */
async function failExpired(cycle: Cycle, machine = cycle.machine, filler = ""): Promise<void> {
  await cycle.backend.start(machine, "o-1", { order: "o-1", card: "expired", ...(filler && { filler }) });
  await cycle.backend.quiet();
}

/** One execution, from its beginning to the charge. */
async function expectOneExecution(cycle: Cycle, card: string, machine = cycle.machine): Promise<void> {
  const executions = await cycle.generations("o-1", machine);
  expect(executions).toMatchObject([{ status: "SUCCEEDED", output: { charged: "o-1", card } }]);
  expect((await cycle.provider.charges()).map(({ order }) => order)).toEqual(["o-1"]);
}

/** Has an operator say something to the circuit breaker. */
async function tellBreaker(cycle: Cycle, action: "open" | "close"): Promise<void> {
  await cycle.backend.start(cycle.output("breakerControl"), `${action}-${Math.random()}`, { action, by: "ann" });
  await cycle.backend.quiet();
}

export const continuedEditCases: readonly CycleCase[] = [
  {
    name: "a parked order with an expired card goes on once, with the edited card, and the original is kept",
    needs,
    program,
    async run(cycle) {
      await failExpired(cycle);
      const started = await cycle.edit({ id: "o-1", patch, by: "ann" });
      expect(started).toMatchObject({ outcome: "started", source: "charge", generation: 1, original, edited });
      expect(started.audit).toMatch(/\/respool\/edits\/charge\/o-1\/1\.json$/);
      expect(await cycle.depth()).toBe(0);
      await expectOneExecution(cycle, "4242");
      expect(await cycle.edit({ id: "o-1", patch })).toMatchObject({ outcome: "alreadyStarted", original, edited });
      expect(await cycle.edit({ id: "o-1", patch: otherPatch })).toMatchObject({ outcome: "conflict" });
      await expectOneExecution(cycle, "4242");
    },
  },
  ...["", "x".repeat(210_000)].map(
    (filler): CycleCase => ({
      name: `a parked order ${filler && "by reference "}is edited twice: the second edit finds the input that the first one made`,
      needs,
      program,
      async run(cycle) {
        await failExpired(cycle, cycle.machine, filler);
        const wrong = [{ op: "add", path: "/note", value: "asked the customer" }];
        expect(await cycle.edit({ id: "o-1", patch: wrong })).toMatchObject({ outcome: "started", generation: 1 });
        const second = await cycle.edit({ id: "o-1", patch });
        expect(second).toMatchObject({ outcome: "started", generation: 2 });
        expect(JSON.parse(second.original ?? "")).toMatchObject({ note: "asked the customer", card: "expired" });
        expect(JSON.parse(second.edited ?? "")).toMatchObject({ note: "asked the customer", card: "4242" });
        await expectOneExecution(cycle, "4242");
      },
    }),
  ),
  {
    name: "an edit of a parked order and a reprocess run at the same time: one answer wins, and the other tells",
    needs,
    program,
    async run(cycle) {
      await failExpired(cycle);
      const [edit, run] = await cycle.backend.invokeTogether([
        { functionName: cycle.output("editFunction"), payload: { id: "o-1", patch } },
        { functionName: cycle.reprocessFunction, payload: {} },
      ]);
      await cycle.backend.quiet();
      const { outcome } = editResultOf(edit ?? { error: "none" });
      const { success } = reportOf(run ?? { error: "none" });
      expect(outcome).toMatch(/^(started|conflict|notFound)$/);
      expect(success + (outcome === "started" ? 1 : 0)).toBe(1);
      if (outcome !== "started") expect(await cycle.edit({ id: "o-1", patch })).toMatchObject({ outcome: "started" });
      await expectOneExecution(cycle, "4242");
    },
  },
  {
    name: "a reprocess run that answered first is a conflict",
    needs,
    program,
    async run(cycle) {
      await failExpired(cycle);
      const unavailable = { code: "InternalFailure", message: "no", status: 500 };
      cycle.control.failCalls("sqs.DeleteMessageBatch", 10, "before", unavailable);
      await cycle.provider.script("o-1", ["hang"]);
      await cycle.redrive();
      cycle.control.failCalls("sqs.DeleteMessageBatch", 0, "before", unavailable);
      await cycle.control.wait(60 * minute);
      // The older record, which nobody could delete, is left alone.
      expect(await cycle.depth()).toBe(2);
      await cycle.provider.script("o-1", [200]);
      expect(await cycle.edit({ id: "o-1", patch })).toMatchObject({ outcome: "started", generation: 2 });
      expect(await cycle.redrive()).toMatchObject({ success: 0, superseded: 1, remaining: 0 });
      await expectOneExecution(cycle, "4242");
    },
  },
  {
    name: "a parked order that went to the poison queue parks again, then it is edited",
    needs,
    program,
    async run(cycle) {
      await failExpired(cycle);
      for (let run = 0; run < 10 && (await cycle.depth()) > 0; run += 1) await cycle.redrive();
      expect(await cycle.backend.messages(cycle.poison)).toHaveLength(1);
      expect(await cycle.generations("o-1")).toMatchObject([{ status: "FAILED", error: "Respool.Discarded" }]);
      expect(await cycle.edit({ id: "o-1", patch, poison: true, dryRun: true })).toMatchObject({ outcome: "planned" });
      expect(await cycle.edit({ id: "o-1", patch, poison: true })).toMatchObject({ outcome: "parksAgain" });
      expect(await cycle.backend.messages(cycle.poison)).toHaveLength(0);
      expect(await cycle.edit({ id: "o-1", patch, poison: true })).toMatchObject({ outcome: "started" });
      await expectOneExecution(cycle, "4242");
    },
  },
  {
    name: "resumable work is not edited: its execution goes on with its own input",
    needs,
    program,
    async run(cycle) {
      await failExpired(cycle, cycle.output("resumedMachine"));
      await expect(cycle.edit({ id: "o-1", patch })).rejects.toThrow(
        'got \\"o-1\\" of \\"resumed\\", which is resumed: RedriveExecution goes on with the execution\'s own input, and takes no other',
      );
      expect(await cycle.depth()).toBe(1);
      expect(await cycle.generations("o-1", cycle.output("resumedMachine"))).toMatchObject([{ status: "FAILED" }]);
    },
  },
  ...(["guardedMachine", "guardedParkedMachine"] as const).map(
    (output): CycleCase => ({
      name: `an edit while the circuit breaker is open attempts nothing; the redrive after it has the edited input (${output})`,
      needs,
      program,
      async run(cycle) {
        const machine = cycle.output(output);
        await failExpired(cycle, machine);
        await tellBreaker(cycle, "open");
        expect(await cycle.edit({ id: "o-1", patch })).toMatchObject({ outcome: "started", generation: 1, edited });
        expect(await cycle.provider.calls("o-1")).toBe(0);
        expect(await cycle.records()).toMatchObject([{ kind: "held", input: { card: "4242" } }]);
        expect(await cycle.redrive()).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
        // Held work is edited as other work is: nothing asks the provider.
        expect(await cycle.edit({ id: "o-1", patch: otherPatch })).toMatchObject({
          outcome: "started",
          generation: 2,
          original: edited,
          audit: expect.stringMatching(/\/o-1\/2\.json$/),
        });
        expect(await cycle.provider.calls("o-1")).toBe(0);
        await tellBreaker(cycle, "close");
        expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
        expect((await cycle.generations("o-1", machine)).at(-1)).toMatchObject({
          status: "SUCCEEDED",
          output: { charged: "o-1", card: "1111" },
        });
        expect(await cycle.provider.calls("o-1")).toBe(1);
      },
    }),
  ),
];
