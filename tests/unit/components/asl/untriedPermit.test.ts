// A permit of a half-open breaker and a semaphore that has no place: what waits, or gives up, keeps nobody else from trying.
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../simulator/json";
import { phaseOf, StepWorld } from "./stepWorld";

const permitsOf = (world: StepWorld) => Object.keys((world.item("breaker").permits as { M: JsonObject }).M);

/** One has the only lease for 200 seconds; the breaker opened meanwhile, and is due. */
function halfOpenWithoutPlace(maximumWaitSeconds: number): StepWorld {
  const world = new StepWorld({ limit: 1, breaker: true, functionSeconds: 300, maximumWaitSeconds });
  world.runs = 200_000;
  world.start("long");
  world.seconds(1);
  world.control("open");
  world.seconds(61);
  world.runs = 100;
  world.start("probe");
  return world;
}

const statesOf = (world: StepWorld) =>
  world.views()[1]?.history.flatMap(({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? []) ?? [];

describe("a permit whose step has to wait for a lease", () => {
  it("is given back before each wait, and taken again", () => {
    const world = halfOpenWithoutPlace(3_600);
    world.seconds(10);
    expect(statesOf(world).slice(0, 8)).toEqual([
      ...["Breaker", "BreakerLook", "BreakerPhase", "BreakerProbe"],
      ...["Acquire", "Look", "Admit", "BreakerWaits"],
    ]);
    expect([phaseOf(world.item("breaker")), permitsOf(world)]).toEqual(["halfOpen", []]);
    world.seconds(200);
    expect(world.views()[1]).toMatchObject({ status: "SUCCEEDED", output: expect.stringContaining('"probe"') });
    world.start("next");
    world.seconds(5);
    expect(phaseOf(world.item("breaker"))).toBe("closed");
  });

  it("is given back by who waited in vain", () => {
    const world = halfOpenWithoutPlace(1);
    world.seconds(30);
    expect(world.spool).toMatchObject([{ kind: "held", error: { name: "Respool.SemaphoreTimeout" } }]);
    expect([phaseOf(world.item("breaker")), permitsOf(world)]).toEqual(["halfOpen", []]);
  });
});
