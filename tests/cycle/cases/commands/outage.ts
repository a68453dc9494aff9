// The provider is away while orders are accepted: all are parked, all are redriven, each is done once, and the status is right all the time.
import { expect } from "vitest";
import type { CommandStatus } from "../../../../handlers/commands/status";
import { type Cycle, type CycleCase, minute } from "../../cycleCase";
import { envelope, forgedId, program, Shop } from "./words";

/** So many clients ask at a time. */
const clients = 5;

/** Accepts that many orders, of clients and of a batch of the admins in turn, and tells the id of each. */
async function accept(shop: Shop, count: number): Promise<ReadonlyMap<string, string>> {
  const orders = Array.from({ length: count }, (_, index) => `o-${index + 1}`);
  const ids = new Map<string, string>();
  for (let at = 0; at < count; at += 2 * clients) {
    const asked = orders.slice(at, at + clients);
    for (const [index, id] of (await shop.place(asked)).entries()) ids.set(asked[index] ?? "", id);
    for (const order of orders.slice(at + clients, at + 2 * clients)) ids.set(order, await shop.send({ order }));
    await shop.cycle.control.wait(200);
  }
  return ids;
}

/** How many commands are in each state. */
type Counts = Partial<Record<CommandStatus["status"], number>>;

/** What a status may be, by what can be seen of the order elsewhere. */
class Witness {
  private readonly before = new Map<string, CommandStatus["status"]>();

  constructor(
    private readonly shop: Shop,
    private readonly ids: ReadonlyMap<string, string>,
  ) {}

  /**
   * Looks at every status, or at some of them: none contradicts the ledger and the spool, and none goes back from an end.
   *
   * @param isQuiet whether nothing is under way: then each is either done or waits
   * @returns how many are in each state
   */
  async look({ isQuiet = false, every = 1 } = {}): Promise<Counts> {
    const { cycle } = this.shop;
    const ids = [...this.ids].filter((_, index) => index % every === 0);
    // Time goes on while hundreds are asked for.
    const waitedBefore = await this.waiting();
    const states = new Map<string, CommandStatus["status"]>();
    for (const [order, id] of ids) states.set(order, (await this.shop.read(id)).status);
    const waits = await this.waiting();
    const charged = new Set((await cycle.provider.charges()).map(({ order }) => order));
    const isRight = (order: string, status: CommandStatus["status"]): boolean => {
      if (status === "succeeded") return charged.has(order) && charged.has(`parcel-${order}`) && !waits.has(order);
      if (status === "parked") return waitedBefore.has(order) || waits.has(order);
      return !isQuiet && ["accepted", "running"].includes(status) && this.before.get(order) !== "succeeded";
    };
    const wrong = [...states].filter(([order, status]) => !isRight(order, status));
    expect(wrong.map(([order, status]) => `${order} is ${status}, was ${this.before.get(order)}`)).toEqual([]);
    const counts: Counts = {};
    for (const [order, status] of states) {
      this.before.set(order, status);
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  }

  /** Orders of which something lies in the spool. */
  private async waiting(): Promise<ReadonlySet<string>> {
    const { cycle } = this.shop;
    const texts = (await cycle.backend.messages(cycle.spool)).map(({ body }) => body);
    return new Set(texts.flatMap((body) => /\bo-\d+\b/.exec(body.replaceAll("\\", ""))?.[0] ?? []));
  }
}

async function expectAllRight(cycle: Cycle, count: number): Promise<void> {
  const shop = new Shop(cycle);
  const before = await shop.place(["o-0"]);
  await cycle.backend.quiet();
  await shop.expectStates(before, "succeeded");
  await cycle.provider.behave(503);
  const ids = await accept(shop, count);
  const witness = new Witness(shop, ids);
  const seen = await witness.look();
  expect(seen.succeeded).toBeUndefined();
  for (const wait of [5_000, 30_000]) {
    await cycle.control.wait(wait);
    expect((await witness.look({ every: 20 })).succeeded).toBeUndefined();
  }
  await cycle.backend.quiet();
  expect(await witness.look({ isQuiet: true })).toEqual({ parked: count });
  expect(await cycle.depth()).toBe(2 * count);

  await cycle.provider.behave(200);
  const first = await cycle.redrive({ max: count });
  expect(first).toMatchObject({ success: count, failed: 0, remaining: count });
  const half = await witness.look({ isQuiet: true });
  expect((half.succeeded ?? 0) + (half.parked ?? 0)).toBe(count);
  // The other half is looked at while it runs.
  await cycle.backend.invokeAsync(cycle.reprocessFunction, { max: count });
  for (let second = 0; second < 4; second += 1) {
    await cycle.control.wait(5_000);
    await witness.look({ every: 20 });
  }
  await cycle.backend.quiet();
  expect(await cycle.depth()).toBe(0);
  expect(await witness.look({ isQuiet: true })).toEqual({ succeeded: count });
  await shop.expectDoneOnce(["o-0", ...ids.keys()]);
}

export const outageCases: readonly CycleCase[] = [
  {
    name: "the provider is away while orders are accepted: they are parked, and each is done once when they are redriven",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      await cycle.provider.behave(503);
      const orders = ["o-1", "o-2", "o-3"];
      const ids = await shop.placed(orders);
      for (const id of ids) {
        const status = await shop.status(id);
        expect(status).toMatchObject({ status: "parked", attempts: 1 });
        expect(status.steps?.map((step) => step.status)).toEqual(["parked", "parked"]);
      }
      await cycle.provider.behave(200);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 6, failed: 0, remaining: 0 });
      for (const id of ids) expect(await shop.status(id)).toMatchObject({ status: "succeeded" });
      await shop.expectDoneOnce(orders);
    },
  },
  {
    name: "parked orders whose redrive fails again stay parked, and are done once in the end",
    needs: "patience",
    program,
    async run(cycle) {
      const shop = new Shop(cycle);
      await cycle.provider.behave(503);
      const ids = await shop.placed(["o-1", "o-2"]);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 4 });
      expect(await cycle.depth()).toBe(4);
      await shop.expectStates(ids, "parked");
      await cycle.provider.behave(200);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 4, poisoned: 0, remaining: 0 });
      await shop.expectStates(ids, "succeeded");
      await shop.expectDoneOnce(["o-1", "o-2"]);
    },
  },
  ...(["placeOrder", "reserveStock", "sendParcel"] as const).map(
    (name, index): CycleCase => ({
      name: `${name} delivered three times, also while it is under way, is done once`,
      needs: "control",
      program,
      async run(cycle) {
        const shop = new Shop(cycle);
        const source = ["orders", "stock", "parcels"][index] ?? "";
        await cycle.provider.behave("slow");
        cycle.control.deliver("sqs.redelivery", [0, 100, 90_000]);
        await cycle.backend.send(cycle.output(`${source}Url`), envelope({ name }));
        await cycle.backend.quiet();
        await cycle.control.wait(5 * minute);
        await cycle.backend.quiet();
        expect(cycle.control.invocations(cycle.output(`${source}Function`))).toBeGreaterThan(2);
        expect(await shop.status(forgedId)).toMatchObject({ status: "succeeded", attempts: 1 });
        expect((await cycle.provider.charges()).map(({ order }) => order).sort()).toEqual(
          name === "placeOrder" ? ["o-1", "parcel-o-1"] : ["parcel-o-1"],
        );
        expect(await shop.reserved()).toEqual(name === "sendParcel" ? {} : { "o-1": 1 });
        expect(await cycle.redrive()).toMatchObject({ success: 0, remaining: 0 });
      },
    }),
  ),
];

/** Apart from the others, since it takes the longest. */
export const longOutageCases: readonly CycleCase[] = [
  {
    name: "500 orders are accepted while the provider is away: the status is right at every moment, and each is done once",
    needs: "control",
    program,
    run: (cycle) => expectAllRight(cycle, 500),
  },
];
