// Commands that no other attempt can help: they end failed at once, wait for a person, and are restored by one.
import { expect } from "vitest";
import type { Cycle, CycleCase } from "../../cycleCase";
import { envelope, forgedId, program, Shop } from "./words";

/** One order whose parcel nobody takes. */
async function declined(cycle: Cycle, shop: Shop): Promise<string> {
  await cycle.provider.script("parcel-o-1", [402]);
  const [id = ""] = await shop.placed(["o-1"]);
  return id;
}

interface Poison {
  readonly name: string;
  readonly body: string;
  readonly error: string;
  /** Whether it can be read, so that it has a status, though nobody accepted it. */
  readonly known: boolean;
}

const poison: readonly Poison[] = [
  { name: "that is no JSON", body: "{", error: "Respool.UnreadableCommand", known: false },
  { name: "that is no command", body: '{"order":"o-1"}', error: "Respool.UnreadableCommand", known: false },
  {
    name: "of a later version",
    body: envelope({ respoolCommand: 2 }),
    error: "Respool.UnreadableCommand",
    known: false,
  },
  { name: "of an unknown name", body: envelope({ name: "burnBooks" }), error: "Respool.UnknownCommand", known: true },
  { name: "with invalid data", body: envelope({ data: { order: 7 } }), error: "Respool.InvalidCommand", known: true },
];

export const rejectingCases: readonly CycleCase[] = [
  {
    name: "what fails for good ends failed at once, with a harmless reason, and a plain run leaves it",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      const id = await declined(cycle, shop);
      const failed = {
        status: "failed",
        reason: { type: "urn:problem:DeclinedError", title: "No parcel", detail: "It was declined for parcel-o-1." },
      };
      expect(await shop.status(id)).toMatchObject(failed);
      expect(await cycle.provider.calls("parcel-o-1")).toBe(1);
      expect(await shop.commandRecords()).toMatchObject([
        { kind: "rejected", source: "parcels", command: { name: "sendParcel" }, attempts: 1, generation: 1 },
      ]);
      expect(await cycle.redrive()).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
      expect(await shop.status(id)).toMatchObject(failed);
      expect(await cycle.provider.calls("parcel-o-1")).toBe(1);
    },
  },
  {
    name: "what failed for good is restored by a run that includes it",
    program,
    needs: "exactness",
    async run(cycle) {
      const shop = new Shop(cycle);
      const id = await declined(cycle, shop);
      await cycle.provider.script("parcel-o-1", [200]);
      expect(await cycle.redrive({ includeRejected: true })).toMatchObject({ success: 1, remaining: 0 });
      const status = await shop.status(id);
      expect(status).toMatchObject({ status: "succeeded" });
      expect(status).not.toHaveProperty("reason");
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  {
    name: "what fails for good again when it is restored ends failed again, and waits once",
    program,
    needs: "patience",
    async run(cycle) {
      const shop = new Shop(cycle);
      const id = await declined(cycle, shop);
      expect(await cycle.redrive({ includeRejected: true })).toMatchObject({ success: 1 });
      expect(await shop.status(id)).toMatchObject({ status: "failed" });
      expect(await shop.commandRecords()).toMatchObject([{ kind: "rejected", generation: 3 }]);
      expect(await cycle.redrive()).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
      await cycle.provider.script("parcel-o-1", [200]);
      expect(await cycle.redrive({ includeRejected: true })).toMatchObject({ success: 1, remaining: 0 });
      expect(await shop.status(id)).toMatchObject({ status: "succeeded" });
      await shop.expectDoneOnce(["o-1"]);
    },
  },
  {
    name: "what failed for good is restored by an edit of its data",
    program,
    needs: "patience",
    async run(cycle) {
      const shop = new Shop(cycle);
      const id = await declined(cycle, shop);
      const [{ command } = { command: { id: "" } }] = await shop.commandRecords();
      const patch = [{ op: "replace", path: "/order", value: "o-2" }];
      await expect(cycle.edit({ id: command.id, patch })).rejects.toThrow("[includeRejected] must be true");
      expect(await cycle.edit({ id: command.id, patch, includeRejected: true })).toMatchObject({
        outcome: "started",
        source: "parcels",
        generation: 2,
        original: '{"order":"o-1"}',
        edited: '{"order":"o-2"}',
      });
      expect(await shop.status(id)).toMatchObject({ status: "succeeded" });
      expect(await cycle.depth()).toBe(0);
      expect((await cycle.provider.charges()).map(({ order }) => order).sort()).toEqual(["o-1", "parcel-o-2"]);
    },
  },
  {
    name: "an edit that makes the data invalid ends failed, and waits again",
    program,
    needs: "patience",
    async run(cycle) {
      const shop = new Shop(cycle);
      const id = await declined(cycle, shop);
      const [{ command } = { command: { id: "" } }] = await shop.commandRecords();
      const patch = [{ op: "remove", path: "/order" }];
      await cycle.edit({ id: command.id, patch, includeRejected: true });
      expect(await shop.status(id)).toMatchObject({ status: "failed" });
      expect(await shop.commandRecords()).toMatchObject([
        { kind: "rejected", generation: 3, error: { name: "Respool.InvalidCommand" } },
      ]);
    },
  },
  ...poison.map(
    ({ name, body, error, known }): CycleCase => ({
      name: `a message ${name} ends at once, and waits for a person`,
      program,
      needs: "control",
      async run(cycle) {
        const shop = new Shop(cycle);
        await cycle.backend.send(cycle.output("ordersUrl"), body);
        const [good = ""] = await shop.placed(["o-9"]);
        expect(cycle.control.invocations(cycle.output("ordersFunction"))).toBeLessThanOrEqual(2);
        expect(await shop.commandRecords()).toMatchObject([
          { kind: "rejected", source: "orders", error: { name: error }, message: { body } },
        ]);
        if (known)
          expect(await shop.status(forgedId)).toMatchObject({
            status: "failed",
            reason: { type: `urn:problem:${error}` },
          });
        expect(await cycle.redrive()).toMatchObject({ success: 0, skipped: 1, remaining: 1 });
        // Whoever insists is told the same again.
        expect(await cycle.redrive({ includeRejected: true })).toMatchObject({ success: 1 });
        expect(await shop.commandRecords()).toMatchObject([
          { kind: "rejected", generation: 3, error: { name: error } },
        ]);
        expect(await shop.status(good)).toMatchObject({ status: "succeeded" });
        await shop.expectDoneOnce(["o-9"]);
      },
    }),
  ),
];
