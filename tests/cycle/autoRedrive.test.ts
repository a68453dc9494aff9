// Automatic redrives on the simulator: how they ramp up, why they stop, and what happens to them when AWS fails.
import { describe, expect, it } from "vitest";
import { autoRedriveWorld } from "../support/autoRedriveWorld";

describe("an automatic redrive", () => {
  it("redrives all that waits, with a window that doubles", async () => {
    const world = await autoRedriveWorld();
    await world.fail(300);
    await world.start("run-1", { by: "ada", reason: "provider is back" });

    const report = await world.report("run-1");

    expect(report).toMatchObject({ started: 300, succeeded: 300, failedAgain: 0, stoppedBecause: "empty", by: "ada" });
    expect(new Set(world.provider.charged).size).toBe(300);
    expect(world.provider.charged).toHaveLength(300);
  });
});
