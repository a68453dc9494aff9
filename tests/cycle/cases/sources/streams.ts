// Streams: one bad record does not take the others with it, and an outage of a weekend loses nothing.
import { expect } from "vitest";
import { type Cycle, type CycleCase, day, hour } from "../../cycleCase";
import { kinesis, metadata, type Origin, parkAt, table } from "./origins";

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

/** From Friday evening to Monday morning, and how often records come in that time. */
const weekend = 60 * hour;
const often = 6 * hour;

/** Redrives everything that waits, as far as one run after the other gets. */
async function redriveAll(cycle: Cycle): Promise<void> {
  for (let run = 0; run < 5 && (await cycle.depth()) > 0; run += 1) await cycle.redrive({ max: 1000 });
  expect(await cycle.depth()).toBe(0);
}

function survivesWeekend(origin: Origin): CycleCase {
  return {
    name: `${origin.name}: an outage of a weekend, in which records keep coming, loses none`,
    needs: "control",
    program,
    async run(cycle) {
      const orders: string[] = [];
      const add = async () => {
        for (const number of [1, 2]) {
          const order = `o-${orders.length}-${number}`;
          orders.push(order);
          await origin.give(cycle, { order });
        }
      };
      await cycle.provider.behave(503);
      for (let passed = 0; passed < weekend; passed += often) {
        await add();
        await cycle.control.wait(often);
      }
      expect(await cycle.provider.charges()).toEqual([]);
      await cycle.provider.behave(200);
      // The stream goes on with what comes now, before anything is redriven.
      await add();
      await cycle.backend.quiet();
      expect((await cycle.provider.charges()).map(({ order }) => order)).toEqual(orders.slice(-2));
      await redriveAll(cycle);
      await cycle.expectChargedOnce(orders, cycle.launcher);
      expect(await cycle.backend.messages(cycle.poison)).toEqual([]);
    },
  };
}

export const streamCases: readonly CycleCase[] = [
  ...batches.flatMap((batch) => [0, 37, 99].map((position) => isolated(batch, position))),
  ...[kinesis, table, metadata].map(survivesWeekend),
  {
    name: `${metadata.name}: an alarm tells in time to redrive them before the stream drops the records`,
    needs: "control",
    program,
    async run(cycle) {
      const { control } = cycle;
      await parkAt(cycle, metadata, [{ order: "o-1" }]);
      await control.wait(11 * hour);
      expect(control.alarmState("recent-metadata-age")).not.toBe("ALARM");
      await control.wait(2 * hour);
      expect(control.alarmState("recent-metadata-age")).toBe("ALARM");
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"], cycle.launcher);
    },
  },
  {
    name: `${metadata.name}: once the stream has dropped them, the redrive fails with the reason, and is not tried again`,
    needs: "control",
    program,
    async run(cycle) {
      await parkAt(cycle, metadata, [{ order: "o-1" }]);
      await cycle.control.wait(8 * day);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      const { planned } = await cycle.redrive({ dryRun: true });
      expect(planned).toMatchObject([{ source: "recent", generation: 1, error: { name: "RecordsExpired" } }]);
      expect(await cycle.provider.charges()).toEqual([]);
    },
  },
];
