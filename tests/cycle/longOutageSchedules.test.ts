// Nothing expires: what redrives by itself during an outage makes no work poison, and finishes all when it is over.
import { describe, expect, it } from "vitest";
import { failIn, machines, probed, scheduled, World } from "../support/longOutageWorld";
import { hour } from "./cycleCase";

describe("an outage of sixty days while schedules redrive", () => {
  it("loses nothing, and all is done once by itself", { timeout: 120_000 }, async () => {
    const world = await World.deploy(scheduled);
    const charges = await failIn(world, machines);
    await world.days(60);
    expect([world.alarm("resumable"), await world.poisoned()]).toEqual(["OK", []]);

    await world.backend.provider.behave(200);
    // One probe a day, and once the circuit breaker is closed, the rest.
    await world.days(7);

    expect(await world.charged()).toEqual(charges);
    expect([await world.spooled(), await world.poisoned()]).toEqual([[], []]);
    expect(await world.statuses(machines)).toEqual(["SUCCEEDED"]);
  });
});

describe("an outage of a day while a circuit breaker is probed", () => {
  it("makes nothing poison, and probes more and more rarely", { timeout: 60_000 }, async () => {
    const world = await World.deploy(probed);
    const charges = await failIn(world, ["guarded", "held"]);
    const attempts = async () => world.backend.provider.attempts();
    await world.days(0.5);
    const first = await attempts();
    await world.days(0.5);
    const second = (await attempts()) - first;

    expect(second).toBeLessThan(first / 3);
    expect(second).toBeGreaterThan(24);
    expect(await world.poisoned()).toEqual([]);

    await world.backend.provider.behave(200);
    // A hundredth of the outage, and what it takes.
    world.backend.simulation.runFor(0.4 * hour);
    expect(await world.charged()).toEqual(charges);
    expect([await world.spooled(), await world.poisoned()]).toEqual([[], []]);
  });
});
