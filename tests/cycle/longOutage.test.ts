// Nothing expires: an outage of sixty days that nobody touches loses no work and doubles none, whatever way it waits.
import { describe, expect, it } from "vitest";
import { failIn, machines, untouched, World } from "../support/longOutageWorld";

const lasting = machines.filter((machine) => machine !== "bare");

describe("an outage of sixty days that nobody touches", () => {
  it("loses nothing, and all is done once when somebody redrives it", { timeout: 60_000 }, async () => {
    const world = await World.deploy(untouched);
    const charges = await failIn(world, lasting);
    const sent = world.count("sqs.SendMessage");
    for (let days = 0; days < 60; days++) {
      await world.days(1);
      expect([days, world.alarm("resumable"), await world.poisoned()]).toEqual([days, "OK", []]);
    }

    expect([world.alarm("age"), world.alarm("depth")]).toEqual(["ALARM", "ALARM"]);
    // Fourteen pieces of work, each copied, parked or carried over once in nine to twelve days.
    expect(world.count("sqs.SendMessage") - sent).toBeLessThan(14 * 14);
    expect(await world.backend.provider.attempts()).toBeLessThan(40);

    await world.backend.provider.behave(200);
    await world.redrive();

    expect(await world.charged()).toEqual(charges);
    expect([await world.spooled(), await world.poisoned()]).toEqual([[], []]);
    expect(await world.statuses(lasting)).toEqual(["SUCCEEDED"]);
  });

  it("holds on to work that an operator holds, without an attempt", { timeout: 60_000 }, async () => {
    const world = await World.deploy(untouched);
    await world.backend.start(world.output("controlMachine"), "hold", { action: "hold", by: "kim" });
    const held = ["held", "guarded", "resumed", "parked"] as const;
    world.backend.simulation.runFor(5_000);
    const charges = await failIn(world, held);
    await world.days(60);

    const unprotected = ["notify-1", "queued-1"];
    for (const order of charges.filter((order) => !order.endsWith("-reserve") && !unprotected.includes(order)))
      expect([order, await world.backend.provider.calls(order)]).toEqual([order, 0]);

    await world.backend.provider.behave(200);
    await world.backend.start(world.output("controlMachine"), "release", { action: "release", by: "kim" });
    await world.redrive();

    expect(await world.charged()).toEqual(charges);
    expect([await world.spooled(), await world.poisoned()]).toEqual([[], []]);
    expect(await world.statuses(held)).toEqual(["SUCCEEDED"]);
  });

  it("tells of resumable work that nothing holds back before it is too late, and then why", async () => {
    const world = await World.deploy(untouched);
    await failIn(world, ["bare"]);
    await world.days(9);
    expect(world.alarm("resumable")).toBe("OK");
    await world.days(4);
    expect(world.alarm("resumable")).toBe("ALARM");
    await world.days(47);
    expect(world.alarm("resumable")).toBe("ALARM");
    await world.backend.provider.behave(200);
    await world.redrive();

    expect(await world.charged()).toEqual(["notify-1", "queued-1"]);
    expect(await world.spooled()).toEqual([]);
    const reasons = await world.reasons();
    const reason = "its execution cannot be resumed: Execution redrivable period exceeded";
    expect(reasons).toEqual([reason, reason]);
    expect(world.alarm("poison")).toBe("ALARM");
  });
});
