// What operators tell a circuit breaker by its control state machine.
import { describe, expect, it } from "vitest";
import { AwsError } from "../../../../simulator/service";
import { type BreakerWorld, breakerWorld, outputOf, use } from "./breakerWorld";

const detailsOf = ({ events }: BreakerWorld) => events.map(({ Detail }) => Detail);
const kim = { by: "Kim", reason: "maintenance" };

/** A world whose circuit breaker has opened by itself. */
function opened() {
  const world = breakerWorld();
  world.behave("fails");
  world.work(use.failureThreshold);
  world.behave("works");
  return world;
}

describe("hold", () => {
  it("keeps work away, whoever asks, until it is released", () => {
    const world = breakerWorld();
    expect(world.control("hold", kim)).toEqual({
      breaker: "payments",
      phase: "closed",
      epoch: 0,
      hold: { by: "Kim", reason: "maintenance", at: expect.stringMatching(/^2026-01-01T/) },
    });
    expect(outputOf(world.work())).toMatchObject({
      held: { Error: "Respool.Held", Cause: "the circuit breaker payments is held by Kim: maintenance", Held: true },
    });
    world.seconds(10 * use.openSeconds);
    world.work();
    expect(world.attempts).toEqual([]);
    expect(world.control("release")).toEqual({ breaker: "payments", phase: "closed", epoch: 0 });
    expect(world.work().output).toBe('"done"');
  });

  it("keeps probes away, too", () => {
    const world = opened();
    world.control("hold", kim);
    const before = world.attempts.length;
    world.seconds(use.openSeconds + 1);
    world.work();
    expect(world.attempts).toHaveLength(before);
    world.control("release");
    world.work();
    expect(world.attempts).toHaveLength(before + 1);
  });

  it("lets the attempts that were under way report", () => {
    const world = breakerWorld();
    world.behave("fails", 10);
    for (let order = 0; order < use.failureThreshold; order++) world.start();
    world.seconds(2);
    world.control("hold");
    world.world.runUntilQuiet();
    expect(world.item()).toMatchObject({ phase: { S: "open" }, hold: { M: { by: { S: "an operator" } } } });
  });
});

describe("release", () => {
  it("is published as closing where work is let through again", () => {
    const world = breakerWorld();
    world.control("hold", kim);
    world.control("release", kim);
    expect(detailsOf(world)).toMatchObject([
      { phase: "closed", reason: "release by Kim: maintenance", table: "payments" },
    ]);
  });

  it.each([
    ["nothing is held", breakerWorld],
    [
      "it is still open",
      () => {
        const world = opened();
        world.control("hold");
        return world;
      },
    ],
  ])("is not published where %s", (_, made) => {
    const world = made();
    const before = world.events.length;
    world.control("release");
    expect(world.events).toHaveLength(before);
  });
});

describe("open", () => {
  it("keeps work away as if it had failed often enough", () => {
    const world = breakerWorld();
    expect(world.control("open", kim)).toMatchObject({
      phase: "open",
      epoch: 1,
      reason: "opened by Kim: maintenance",
      retryAt: expect.stringMatching(/^2026-01-01T00:01/),
    });
    world.work();
    expect(world.attempts).toEqual([]);
    world.seconds(use.openSeconds + 1);
    world.work(use.successThreshold);
    expect(detailsOf(world)).toMatchObject([
      { phase: "open", epoch: 1, reason: "open by Kim: maintenance" },
      { phase: "closed", epoch: 3 },
    ]);
  });

  it("changes nothing where it is open", () => {
    const world = opened();
    const before = world.item();
    world.seconds(10);
    world.control("open");
    expect(world.item()).toEqual(before);
    expect(world.events).toHaveLength(1);
  });

  it("takes the permits back while it is half-open", () => {
    const world = opened();
    world.seconds(use.openSeconds + 1);
    world.behave("works", 20);
    world.start();
    world.seconds(2);
    world.control("open");
    world.world.runUntilQuiet();
    expect(world.item()).toMatchObject({ phase: { S: "open" }, epoch: { N: "3" } });
    expect(world.item()).not.toHaveProperty("permits");
  });
});

describe("close", () => {
  it("lets work through at once, and is published", () => {
    const world = opened();
    expect(world.control("close", kim)).toMatchObject({ phase: "closed", epoch: 2, failures: 0 });
    expect(world.work().output).toBe('"done"');
    expect(detailsOf(world)).toMatchObject([
      { phase: "open" },
      { phase: "closed", epoch: 2, reason: "close by Kim: maintenance" },
    ]);
  });

  it("changes nothing where it is closed", () => {
    const world = breakerWorld();
    world.work();
    world.control("close");
    expect(world.events).toEqual([]);
    expect(world.item()).toMatchObject({ epoch: { N: "0" } });
  });

  it("leaves a hold as it is, and is not published before the release", () => {
    const world = opened();
    world.control("hold", kim);
    expect(world.control("close")).toMatchObject({ phase: "closed", hold: { by: "Kim" } });
    expect(world.events).toHaveLength(1);
    world.control("release");
    expect(detailsOf(world)).toMatchObject([{ phase: "open" }, { phase: "closed" }]);
  });
});

describe("status", () => {
  it("says what it is, and changes nothing", () => {
    const world = opened();
    const before = world.item();
    expect(world.control("status")).toEqual({
      breaker: "payments",
      phase: "open",
      epoch: 1,
      failures: 0,
      openedAt: expect.stringMatching(/^2026-01-01T00:00:/),
      retryAt: expect.stringMatching(/^2026-01-01T00:01:/),
      reason: "ServiceUnavailable",
    });
    expect(world.item()).toEqual(before);
  });

  it("knows one that nobody has used", () => {
    expect(breakerWorld().control("status")).toEqual({ breaker: "payments", phase: "closed", epoch: 0 });
  });
});

describe("an action that there is not", () => {
  it.each([
    [{ action: "explode" }, "explode"],
    [{}, "nothing"],
    ["hold", "nothing"],
    [{ action: { hold: true } }, '{"hold":true}'],
  ])("fails with what is allowed: %j", (input, got) => {
    expect(breakerWorld().controlled(input)).toMatchObject({
      status: "FAILED",
      error: "Respool.UnknownAction",
      cause: `[action] must be one of "hold", "release", "open", "close", "status", got ${got}`,
    });
  });
});

describe("a call that fails", () => {
  const actions = ["hold", "release", "open", "close"];
  const cases = actions.flatMap((action) => [0, 1, 2, 3].map((skip) => [action, skip] as const));

  it.each(cases)("after it took effect: %s comes to the same, call %i", (action, skip) => {
    const made = () => {
      const world = action === "close" ? opened() : breakerWorld();
      if (action === "release") world.control("hold");
      return world;
    };
    const [plain, faulty] = [made(), made()];
    const error = new AwsError("InternalServerError", "no reply", 500);
    faulty.world.faults.intoCalls({
      when: ({ principal, service }) => principal.kind === "role" && service !== "lambda",
      fault: { kind: "errorAfter", error },
      skip,
    });
    for (const world of [plain, faulty]) world.control(action, kim);
    const phases = (world: BreakerWorld) =>
      new Set(detailsOf(world).map((detail) => JSON.stringify({ ...(detail as object), at: "" })));
    expect(phases(faulty)).toEqual(phases(plain));
    expect(faulty.item().phase).toEqual(plain.item().phase);
    expect(faulty.item().epoch).toEqual(plain.item().epoch);
    expect("hold" in faulty.item()).toBe("hold" in plain.item());
  });

  it("again and again, fails the execution: the operator must know", () => {
    const world = breakerWorld();
    const error = new AwsError("InternalServerError", "out of reach", 500);
    world.world.faults.intoCalls({
      when: ({ principal }) => principal.kind === "role",
      fault: { kind: "errorBefore", error },
      times: Number.POSITIVE_INFINITY,
    });
    expect(world.controlled({ action: "hold" }).status).toBe("FAILED");
  });
});
