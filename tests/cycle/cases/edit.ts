// Work that fails because of its input is redriven with another one: once, and the original is kept.
import { expect } from "vitest";
import { type Cycle, type CycleCase, editResultOf, hour, reportOf } from "../cycleCase";

const patch = [{ op: "replace", path: "/card", value: "4242" }];
const otherPatch = [{ op: "replace", path: "/card", value: "1111" }];
const original = { order: "o-1", card: "expired" };
const edited = '{"order":"o-1","card":"4242"}';

/** What an edit answers, with the values of its texts: an emulator may write spaces into a record. */
async function edit(cycle: Cycle, request: object) {
  const { original = "null", ...result } = await cycle.edit(request);
  return { ...result, original: JSON.parse(original) as unknown };
}

/** Fails orders with a card that has expired. */
async function parkExpired(cycle: Cycle, orders: readonly string[] = ["o-1"], filler = ""): Promise<void> {
  for (const order of orders)
    await cycle.backend.start(cycle.machine, order, { order, card: "expired", ...(filler && { filler }) });
  await cycle.backend.quiet();
}

async function expectEditedOnce(cycle: Cycle): Promise<void> {
  const generations = await cycle.generations("o-1");
  expect(generations.map(({ input }) => (input as { card: string }).card)).toEqual(["expired", "4242"]);
  expect(generations[1]).toMatchObject({ status: "SUCCEEDED", output: { charged: "o-1", card: "4242" } });
  await cycle.expectChargedOnce(["o-1"]);
}

export const editCases: readonly CycleCase[] = [
  {
    name: "an order with an expired card is charged once, with the edited card, and the original is kept",
    async run(cycle) {
      await parkExpired(cycle);
      const started = await edit(cycle, { id: "o-1", patch, by: "ann", reason: "the customer called" });
      expect(started).toMatchObject({ outcome: "started", source: "charge", generation: 1, original, edited });
      expect(started.audit).toMatch(/^s3:\/\/[^/]+\/respool\/edits\/charge\/o-1\/1\.json$/);
      expect(await cycle.depth()).toBe(0);
      await expectEditedOnce(cycle);
      // There is no record left: what follows is read from the audit object.
      const { execution, audit } = started;
      expect(await edit(cycle, { id: "o-1", patch })).toMatchObject({
        outcome: "alreadyStarted",
        execution,
        audit,
        original,
        edited,
      });
      expect(await edit(cycle, { id: "o-1", patch: otherPatch })).toMatchObject({
        outcome: "conflict",
        execution,
        original,
        edited,
      });
      await expectEditedOnce(cycle);
    },
  },
  {
    name: "a dry run of an edit shows the edited input, gives the record back, and does nothing",
    async run(cycle) {
      await parkExpired(cycle);
      expect(await edit(cycle, { id: "o-1", jsonata: "$ ~> |$|{'card': '4242'}|", dryRun: true })).toMatchObject({
        outcome: "planned",
        original,
        edited,
      });
      expect(await cycle.generations("o-1")).toHaveLength(1);
      expect(await cycle.edit({ id: "o-1", jsonata: "$ ~> |$|{'card': '4242'}|" })).toMatchObject({
        outcome: "started",
      });
      await expectEditedOnce(cycle);
    },
  },
  {
    name: "an edit and a reprocess run at the same time: exactly one starts, and the other tells",
    async run(cycle) {
      const orders = Array.from({ length: 10 }, (_, index) => `o-${index}`);
      await parkExpired(cycle, orders);
      const [answer, run] = await cycle.backend.invokeTogether([
        { functionName: cycle.output("editFunction"), payload: { id: "o-1", patch } },
        { functionName: cycle.reprocessFunction, payload: { max: 100 } },
      ]);
      await cycle.backend.quiet();
      const { outcome, generation } = editResultOf(answer ?? { error: "none" });
      const { success, alreadyStarted } = reportOf(run ?? { error: "none" });
      const starts = (await cycle.generations("o-1")).slice(1);
      // Where time is real the redrive may have failed again before the edit came: then that was the next one.
      expect(starts).toHaveLength(outcome === "started" ? Number(generation) : success + alreadyStarted > 0 ? 1 : 0);
      const cards = starts.map(({ input }) => (input as { card: string }).card);
      expect(cards.filter((card) => card === "4242")).toHaveLength(outcome === "started" ? 1 : 0);
      expect(outcome).toMatch(/^(started|conflict|notFound)$/);
      await cycle.expectStartedOnce();
    },
  },
  {
    name: "a redrive of the original that came first is a conflict, and the record stays for the next reprocess run",
    needs: "control",
    async run(cycle) {
      await parkExpired(cycle);
      cycle.control.failCalls("sqs.DeleteMessageBatch", 10, "before", {
        code: "InternalFailure",
        message: "no",
        status: 500,
      });
      await cycle.redrive();
      cycle.control.failCalls("sqs.DeleteMessageBatch", 0, "before", {
        code: "InternalFailure",
        message: "no",
        status: 500,
      });
      await cycle.control.wait(hour);
      // The redrive failed again; the older record, which nobody could delete, is left alone.
      expect(await cycle.edit({ id: "o-1", patch })).toMatchObject({ outcome: "started", generation: 2 });
      const generations = await cycle.generations("o-1");
      expect(generations.map(({ input }) => (input as { card: string }).card)).toEqual(["expired", "expired", "4242"]);
      expect(await cycle.redrive()).toMatchObject({ success: 0, alreadyStarted: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "the input of a record by reference is edited, too",
    async run(cycle) {
      await parkExpired(cycle, ["o-1"], "x".repeat(210_000));
      expect(await cycle.edit({ id: "o-1", patch })).toMatchObject({ outcome: "started" });
      await expectEditedOnce(cycle);
    },
  },
  {
    name: "work that went to the poison queue is edited there",
    needs: "patience",
    async run(cycle) {
      await parkExpired(cycle);
      for (let run = 0; run < 10 && (await cycle.depth()) > 0; run += 1) await cycle.redrive();
      expect(await cycle.backend.messages(cycle.poison)).toHaveLength(1);
      const generation = (await cycle.generations("o-1")).length;
      expect(await cycle.edit({ id: "o-1", patch })).toMatchObject({ outcome: "notFound" });
      expect(await cycle.edit({ id: "o-1", patch, poison: true, dryRun: true })).toMatchObject({ outcome: "planned" });
      expect(await cycle.edit({ id: "o-1", patch, poison: true })).toMatchObject({ outcome: "started", generation });
      expect(await cycle.backend.messages(cycle.poison)).toHaveLength(0);
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "the edit function crashes at every call: the same edit again comes to one start",
    needs: "control",
    async run(cycle) {
      const editFunction = cycle.output("editFunction");
      await parkExpired(cycle, ["warm"]);
      await cycle.edit({ id: "warm", patch });
      const calls = cycle.control.lastCalls(editFunction);
      expect(calls.map(({ name }) => name)).toContain("s3.PutObject");
      const orders = ["warm"];
      for (let call = 0; call < calls.length; call += 1) {
        for (const moment of ["crashBefore", "crashAfter"] as const) {
          const order = `${moment}-${call}`;
          orders.push(order);
          await parkExpired(cycle, [order]);
          cycle.control.crash(editFunction, call, moment);
          expect(await cycle.backend.invoke(editFunction, { id: order, patch })).toHaveProperty("error");
          await cycle.backend.quiet();
          await cycle.control.wait(hour);
          expect((await cycle.edit({ id: order, patch })).outcome).toMatch(/^(started|alreadyStarted)$/);
          expect(await cycle.generations(order)).toHaveLength(2);
        }
      }
      expect(await cycle.depth()).toBe(0);
      await cycle.expectChargedOnce(orders);
    },
  },
  {
    name: "two machines may share an execution's name: an edit names its source",
    needs: "patience",
    async run(cycle) {
      const note = [{ op: "add", path: "/note", value: "mended" }];
      await cycle.park(["o-1"]);
      await cycle.park(["o-1"], cycle.careless);
      await expect(cycle.edit({ id: "o-1", patch: note })).rejects.toThrow(
        /\[source\] must be given, since (charge and careless|careless and charge) have work/,
      );
      expect(await cycle.edit({ id: "o-1", patch: note, source: "careless" })).toMatchObject({ outcome: "started" });
      expect(await cycle.edit({ id: "o-1", patch: note, source: "careless" })).toMatchObject({
        outcome: "alreadyStarted",
      });
      expect(await cycle.generations("o-1")).toHaveLength(1);
      expect(await cycle.generations("o-1", cycle.careless)).toMatchObject([{}, { input: { note: "mended" } }]);
    },
  },
];
