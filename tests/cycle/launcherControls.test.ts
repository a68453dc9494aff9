// Replays under control, on the simulator: a semaphore and a circuit breaker stand before what the launcher replays.
import { expect, it } from "vitest";
import { cycleProgram } from "../support/cycleProgram";
import { simulatorBackend } from "../support/simulatorBackend";
import { Cycle, minute } from "./cycleCase";

const call = 3_000;

/** A deployment with a provider that takes its time, and knows for how many orders of a source it worked at once. */
async function deployed() {
  const backend = simulatorBackend(await cycleProgram("launched.ts"));
  const cycle = new Cycle(backend);
  const { internet, clock } = backend.simulation;
  const world = {
    status: 503,
    calls: 0,
    most: 0,
    atOnce: new Map<string, number>(),
    charged: [] as string[],
    attempts: new Map<string, number>(),
  };
  internet.register("payments.example", (request, reply) => {
    const { order } = JSON.parse(request.body.toString("utf8")) as { order: string };
    const [source = ""] = order.split("-");
    const add = (count: number) => world.atOnce.set(source, (world.atOnce.get(source) ?? 0) + count);
    add(1);
    world.calls++;
    world.attempts.set(order, (world.attempts.get(order) ?? 0) + 1);
    world.most = Math.max(world.most, world.atOnce.get(source) ?? 0);
    clock.after(call, () => {
      add(-1);
      if (world.status === 200) world.charged.push(order);
      reply({ status: world.status, headers: {}, body: "{}" });
    });
  });
  return {
    cycle,
    world,
    async fail(count: number) {
      const orders = Array.from({ length: count }, (_, at) => [`notify-${at}`, `queued-${at}`]).flat();
      for (const order of orders) {
        const [source] = order.split("-");
        if (source === "notify") await backend.invokeAsync(cycle.output("notifyFunction"), { order });
        else await backend.send(cycle.output("queueUrl"), JSON.stringify({ order }));
      }
      await backend.quiet();
      Object.assign(world, { most: 0, calls: 0 });
      world.attempts.clear();
      return orders.sort();
    },
    async tellBreaker(action: "open" | "close" | "status") {
      await backend.start(cycle.output("breakerControl"), `${action}-${clock.now}`, { action, by: "ann" });
      await backend.quiet();
    },
  };
}

it("replays one failure of a source at a time, and those of two sources beside each other", async () => {
  const { cycle, world, fail } = await deployed();
  const orders = await fail(4);
  world.status = 200;
  expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 8, failed: 0, remaining: 0 });
  expect(world.charged.sort()).toEqual(orders);
  expect(world.most).toBe(1);
  const launched = await cycle.backend.executions(cycle.launcher);
  const last = Math.max(...launched.map(({ stoppedAt = 0 }) => stoppedAt));
  const first = Math.min(...launched.map(({ startedAt }) => startedAt));
  expect(last - first).toBeGreaterThanOrEqual(4 * call);
  expect(await cycle.depth()).toBe(0);
});

it("attempts nothing while the circuit breaker is open, first failures included", async () => {
  const { cycle, world, fail, tellBreaker } = await deployed();
  const orders = await fail(2);
  await tellBreaker("open");
  expect(await cycle.redrive({ max: 100 })).toMatchObject({
    success: 0,
    skipped: 4,
    poisoned: 0,
    remaining: 4,
    heldBack: [
      { source: expect.stringMatching(/^(notify|queued)$/), records: 2 },
      { source: expect.stringMatching(/^(notify|queued)$/), records: 2 },
    ],
  });
  expect(world.calls).toBe(0);
  world.status = 200;
  await tellBreaker("close");
  expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 4, remaining: 0 });
  expect(world.charged.sort()).toEqual(orders);
});

it("opens by replays that fail, holds those that wait for their turn, and counts no hold towards maxRedrives", async () => {
  const { cycle, world, fail, tellBreaker } = await deployed();
  const orders = await fail(6);
  expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 12, remaining: 0 });
  // Each attempt is two calls at most: what waited through the beginning of the outage was not attempted.
  expect(world.calls).toBeLessThanOrEqual(2 * 4);
  const kinds = (await cycle.records()).map(({ kind }) => kind);
  expect(kinds).toHaveLength(12);
  expect(kinds.filter((kind) => kind === "held").length).toBeGreaterThanOrEqual(8);
  // As often as work becomes poison that was attempted.
  for (let round = 0; round < 3; round += 1) {
    await cycle.control.wait(minute);
    expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 0, skipped: 12, poisoned: 0, remaining: 12 });
  }
  world.status = 200;
  await tellBreaker("close");
  expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 12, poisoned: 0, remaining: 0 });
  expect(world.charged.sort()).toEqual(orders);
});

it("moves nothing to the poison queue that was held more often than maxRedrives allows attempts", async () => {
  const { cycle, world, fail, tellBreaker } = await deployed();
  const orders = await fail(6);
  for (let round = 0; round < 4; round += 1) {
    await tellBreaker("close");
    await cycle.redrive({ max: 100 });
    await cycle.control.wait(minute);
  }
  await tellBreaker("close");
  const { planned = [] } = await cycle.redrive({ dryRun: true, max: 100 });
  const starts = planned.filter(({ action, generation = 0 }) => action === "start" && generation > 2);
  expect(starts).not.toEqual([]);
  world.status = 200;
  await cycle.redrive({ max: 100 });
  const poison = await cycle.backend.messages(cycle.poison);
  const poisoned = poison.map(({ body }) => orderOf(body));
  for (const order of poisoned) expect(world.attempts.get(order)).toBeGreaterThanOrEqual(2);
  expect([...world.charged, ...poisoned].sort()).toEqual(orders);
});

/** The order in a record of the launcher. */
function orderOf(body: string): string {
  return /(notify|queued)-\d/.exec(body)?.[0] ?? body;
}
