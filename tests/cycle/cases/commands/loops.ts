// Messages that come back, or that too many commands led to: whoever forged them, they go to the spool, and never round again.
import { expect } from "vitest";
import type { CycleCase } from "../../cycleCase";
import { envelope, forgedId, program, Shop } from "./words";

const ancestor = (source: string, last: number) => ({ source, id: `0199e8a4-0000-7000-8000-0000000000a${last}` });
const [a, b, c, d] = ["a", "b", "c", "d"].map(ancestor);

interface Forged {
  readonly name: string;
  /** @default "orders" */
  readonly source?: string;
  readonly members: object;
  readonly error: string;
}

const forged: readonly Forged[] = [
  {
    name: "a message that comes back to a function below",
    source: "stock",
    members: { name: "reserveStock", hops: 3, ancestry: ["orders", "stock", "parcels"].map(ancestor) },
    error: "Respool.CommandLoop",
  },
  {
    name: "a message that comes back to its function",
    members: { hops: 2, ancestry: [ancestor("orders", 0), ancestor("stock", 1)] },
    error: "Respool.CommandLoop",
  },
  {
    name: "a message that four commands led to",
    members: { hops: 4, ancestry: [a, b, c, d] },
    error: "Respool.TooManyHops",
  },
  { name: "a message whose hops are more than its ancestry", members: { hops: 4 }, error: "Respool.TooManyHops" },
  { name: "a message that hides its hops", members: { hops: 0, ancestry: [a, b, c, d] }, error: "Respool.TooManyHops" },
];

export const loopCases: readonly CycleCase[] = [
  ...forged.map(
    ({ name, source = "orders", members, error }): CycleCase => ({
      name: `${name} ends failed, and is never decided`,
      program,
      ...(error === "Respool.CommandLoop" && source === "orders" ? {} : { needs: "patience" }),
      async run(cycle) {
        const shop = new Shop(cycle);
        await cycle.backend.send(cycle.output(`${source}Url`), envelope(members));
        await cycle.backend.quiet();
        expect(await shop.status(forgedId)).toMatchObject({ status: "failed", attempts: 1 });
        expect(await shop.commandRecords()).toMatchObject([
          { kind: "rejected", source, attempts: 1, error: { name: error } },
        ]);
        expect(await cycle.redrive({ includeRejected: true })).toMatchObject({ success: 1 });
        expect(await shop.status(forgedId)).toMatchObject({ status: "failed" });
        expect(await cycle.provider.attempts()).toBe(0);
      },
    }),
  ),
  {
    name: "a message that three commands led to is decided",
    program,
    needs: "patience",
    async run(cycle) {
      const shop = new Shop(cycle);
      await cycle.backend.send(cycle.output("ordersUrl"), envelope({ hops: 3, ancestry: [a, b, c] }));
      await cycle.backend.quiet();
      expect(await shop.status(forgedId)).toMatchObject({ status: "succeeded" });
      await shop.expectDoneOnce(["o-1"]);
    },
  },
];
