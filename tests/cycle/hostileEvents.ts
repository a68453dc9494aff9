// What may go wrong around a redriver: each event leaves it with failed orders, some harm, and time to redrive them all.
import { expect } from "vitest";
import { type Cycle, hour } from "./cycleCase";

/** What is tried: a function that redrives, and the state machine that charges. */
export interface Redriver {
  readonly functionName: string;
  readonly machine: string;
}

/** @returns the orders that were placed */
export type HostileEvent = (cycle: Cycle, redriver: Redriver) => Promise<readonly string[]>;

const unavailable = { code: "ServiceUnavailable", message: "unavailable", status: 503 };

async function redrive({ backend, control }: Cycle, { functionName }: Redriver): Promise<void> {
  await backend.invoke(functionName, { max: 100 });
  await backend.quiet();
  // Longer than any visibility timeout: what was held is back.
  await control.wait(hour);
}

/** Redrives until the spool is empty. */
async function redriveAll(cycle: Cycle, redriver: Redriver): Promise<void> {
  for (let run = 0; run < 5 && (await cycle.depth()) > 0; run += 1) await redrive(cycle, redriver);
  expect(await cycle.depth()).toBe(0);
}

const crashAtEveryCall: HostileEvent = async (cycle, redriver) => {
  const orders: string[] = [];
  const park = async (name: string) => {
    const batch = [`${name}-1`, `${name}-2`];
    orders.push(...batch);
    await cycle.park(batch, redriver.machine);
  };
  await park("warm");
  await redrive(cycle, redriver);
  const calls = cycle.control.lastCalls(redriver.functionName);
  expect(calls.map(({ name }) => name)).toContain("states.StartExecution");
  for (let call = 0; call < calls.length; call += 1) {
    for (const moment of ["crashBefore", "crashAfter"] as const) {
      await park(`${moment}-${call}`);
      cycle.control.crash(redriver.functionName, call, moment);
      await redrive(cycle, redriver);
      await redriveAll(cycle, redriver);
    }
  }
  return orders;
};

/** The replies to all attempts to write the record are lost, so that the execution fails and the safety net writes one, too. */
const twoRecords: HostileEvent = async (cycle, redriver) => {
  const orders = ["o-1"];
  cycle.control.failCalls("sqs.SendMessage", 8, "after", unavailable);
  await cycle.park(orders, redriver.machine);
  const records = await cycle.records();
  expect(records.filter((record) => "event" in record)).toHaveLength(1);
  expect(records.filter((record) => "failedAt" in record).length).toBeGreaterThan(0);
  await redriveAll(cycle, redriver);
  return orders;
};

const secondDelivery: HostileEvent = async (cycle, redriver) => {
  const orders = ["o-1", "o-2", "o-3"];
  await cycle.park(orders, redriver.machine);
  cycle.control.deliver("sqs.redelivery", [0, 200], orders.length);
  await redriveAll(cycle, redriver);
  return orders;
};

const chargedThenTimedOut: HostileEvent = async (cycle, redriver) => {
  const orders = ["o-1"];
  await cycle.provider.script("o-1", ["chargeThenHang"]);
  await cycle.order("o-1", redriver.machine);
  await cycle.provider.script("o-1", [200]);
  await redriveAll(cycle, redriver);
  return orders;
};

export const hostileEvents = {
  "a crash at every call": crashAtEveryCall,
  "two records of one failure": twoRecords,
  "a second delivery": secondDelivery,
  "a charge whose answer never came": chargedThenTimedOut,
} as const;
