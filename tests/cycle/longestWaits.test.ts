// Work that waits for longer than Step Functions remembers, or lets an execution run: it goes on, or ends as poison with a reason.
import { describe, expect, it } from "vitest";
import { everyFourDays, untouched, World } from "../support/longOutageWorld";

describe("work that waits for longer than Step Functions remembers", () => {
  it("is restarted after a hundred days, a large input included", async () => {
    const world = await World.deploy(untouched);
    await world.backend.provider.behave(503);
    const text = "x".repeat(200 * 1024);
    await world.start("restart", "small");
    await world.backend.start(world.output("restartMachine"), "large", { order: "large", text });
    await world.days(100);
    await world.backend.provider.behave(200);
    await world.redrive();

    expect(await world.charged()).toEqual(["large", "small"]);
    expect([await world.spooled(), await world.poisoned()]).toEqual([[], []]);
    const executions = await world.backend.executions(world.output("restartMachine"));
    expect(executions.map(({ status }) => status)).not.toContain("FAILED");
  });

  it("ends as poison with a reason where it was parked for over a year; restarts go on", {
    timeout: 60_000,
  }, async () => {
    const world = await World.deploy(everyFourDays);
    await world.backend.provider.behave(503);
    await world.start("park", "parked");
    await world.start("restart", "restarted");
    await world.days(370);
    await world.backend.provider.behave(200);
    await world.redrive();

    expect(await world.charged()).toEqual(["restarted"]);
    expect(await world.spooled()).toEqual([]);
    const reasons = await world.reasons();
    expect(reasons).toEqual(["its execution cannot be resumed: Execution has exceeded the max execution time"]);
  });
});
