// Streams: one bad record does not take the others with it, and an outage of a weekend loses nothing.
import { expect } from "vitest";
import { type Cycle, type CycleCase, hour, minute } from "../../cycleCase";
import { kinesis, metadata, type Origin, table } from "./origins";

const program = "sources.ts";
const many = 100;

/** As many invocations as it takes to halve a batch until the bad record is alone, there and back. */
const mostInvocations = 2 * Math.log2(many) + 2;
/** What StreamFunction sets. */
const retries = 3;

interface Batch {
  readonly origin: Origin;
  /** Hands over all at once, so that they are one batch. */
  give(cycle: Cycle, orders: readonly string[]): Promise<void>;
}

const batches: readonly Batch[] = [
  {
    origin: kinesis,
    give: (cycle, orders) =>
      cycle.backend.putRecords(
        cycle.output("clicksStream"),
        orders.map((order) => ({ key: order, data: { order } })),
      ),
  },
  {
    origin: table,
    give: (cycle, orders) =>
      cycle.backend.putItems(
        cycle.output("tableName"),
        orders.map((order) => ({ order })),
      ),
  },
];

function isolated({ origin, give }: Batch, position: number): CycleCase {
  const orders = Array.from({ length: many }, (_, index) => `o-${index}`);
  const bad = orders[position] ?? "";
  const others = orders.filter((order) => order !== bad);
  return {
    name: `${origin.name}: the bad one at ${position} of ${many} is alone after ${Math.floor(mostInvocations)} invocations at most, and is redriven when it is mended`,
    needs: "control",
    program,
    async run(cycle) {
      const payloads = cycle.control.payloads(cycle.output(origin.functionOutput));
      await cycle.provider.script(bad, [503]);
      await give(cycle, orders);
      await cycle.backend.quiet();
      const tried = payloads.map(ordersIn);
      expect(Math.max(...tried.map(({ length }) => length))).toBeGreaterThan(many / 2);
      const alone = tried.filter((one) => one.length === 1 && one[0] === bad);
      expect(alone).toHaveLength(1 + retries);
      expect(tried.length - retries).toBeLessThanOrEqual(mostInvocations);
      const charged = async () => (await cycle.provider.charges()).map(({ order }) => order);
      expect((await charged()).toSorted()).toEqual(others.toSorted());
      expect(await cycle.depth()).toBe(1);
      await cycle.provider.script(bad, [200]);
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      await cycle.expectChargedOnce(orders, cycle.launcher);
    },
  };
}

interface StreamEvent {
  readonly Records: readonly {
    readonly kinesis?: { readonly data: string };
    readonly dynamodb?: { readonly Keys: { readonly order: { readonly S: string } } };
  }[];
}

/** The orders of a batch. */
function ordersIn(payload: string): readonly (string | undefined)[] {
  const { Records } = JSON.parse(payload) as StreamEvent;
  return Records.map(({ kinesis: record, dynamodb }) => {
    if (record === undefined) return dynamodb?.Keys.order.S;
    return (JSON.parse(Buffer.from(record.data, "base64").toString()) as { order: string }).order;
  });
}

export const streamCases: readonly CycleCase[] = [
  ...batches.flatMap((batch) => [0, 37, 99].map((position) => isolated(batch, position))),
];
