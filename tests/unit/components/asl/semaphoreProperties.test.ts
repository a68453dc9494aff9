// Whatever arrives, fails, is stopped or breaks, and whenever: a semaphore's promises hold. A failing run prints its seed and its path.
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AwsError, type Call } from "../../../../simulator/service";
import { SemaphoreWorld, type Work } from "../../../support/semaphoreWorld";

const second = 1_000;
/** So long that a lease without it would be too short. */
const functionSeconds = 300;

/** What the function does: most often its work, and sometimes anything. */
const customer = fc.constantFrom({ id: "a" }, { id: "b" });
const runs = fc.integer({ min: 1, max: functionSeconds * second });
const work: fc.Arbitrary<Work> = fc.oneof(
  fc.record({ runs: fc.integer({ min: 1, max: 5 * second }), customer }),
  fc.record(
    { runs, customer, fails: fc.boolean(), breaks: fc.integer({ min: 1, max: 20 * second }) },
    { requiredKeys: ["runs", "customer"] },
  ),
);

/** Milliseconds from the beginning, and from the execution's start. */
const arrival = fc.record({
  at: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 60 * second })),
  work,
  stopAfter: fc.option(fc.integer({ min: 0, max: 60 * second }), { nil: undefined, freq: 3 }),
});

const throttled = new AwsError("ThrottlingException", "Rate exceeded", 400);
const outage = new AwsError("InternalServerError", "no answer", 500);

/** What goes wrong with calls of the table, and with how many of them, after how many others. */
const fault = fc.record({
  skip: fc.nat(100),
  times: fc.integer({ min: 1, max: 8 }),
  fault: fc.constantFrom(
    { kind: "errorBefore" as const, error: throttled },
    { kind: "errorBefore" as const, error: outage },
    { kind: "errorAfter" as const, error: outage },
    // Nobody waits for the reply any more; nor, the second time, for the effect.
    { kind: "latency" as const, milliseconds: 15 * second },
    { kind: "latency" as const, milliseconds: 50 * second },
  ),
});

const scenario = fc.record({
  seed: fc.nat(),
  limit: fc.integer({ min: 1, max: 3 }),
  keyed: fc.boolean(),
  /** Shorter than the function may run, or longer. */
  timeoutSeconds: fc.constantFrom(5, functionSeconds + 15),
  maximumWaitSeconds: fc.constantFrom(30, 3_600),
  retried: fc.boolean(),
  /** Whether the events of executions that ended arrive. */
  releases: fc.boolean(),
  arrivals: fc.array(arrival, { minLength: 1, maxLength: 12 }),
  faults: fc.array(fault, { maxLength: 4 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

const ofStateMachine = ({ service, principal }: Call) => service === "dynamodb" && principal.kind === "role";

function played({ arrivals, faults, keyed, retried, ...options }: Scenario): SemaphoreWorld {
  const step = new SemaphoreWorld({
    ...options,
    functionSeconds,
    retry: retried ? [{ ErrorEquals: ["States.ALL"], IntervalSeconds: 2, MaxAttempts: 2 }] : [],
    ...(keyed ? { key: "customer.id" } : {}),
  });
  const { clock } = step.world;
  const mend = faults.map((rule) => step.world.faults.intoCalls({ ...rule, when: ofStateMachine }));
  for (const { at, work, stopAfter } of arrivals) step.startAt(clock.now + at, work, stopAfter);
  step.world.runUntilQuiet();
  for (const each of mend) each();
  return step;
}

function everybodyGotInOrWasParked(step: SemaphoreWorld, { arrivals, limit }: Scenario): void {
  expect(step.mostRunning).toBeLessThanOrEqual(limit);
  expect(step.views()).toHaveLength(arrivals.length);
  for (const { status, output = "" } of step.views()) {
    expect(["SUCCEEDED", "ABORTED"]).toContain(status);
    if (status === "SUCCEEDED") expect(output).toMatch(/^{"(charged|spooled|held)"/);
  }
}

/** As many as there are places come at once when all leases that were left over have expired: none of them waits. */
function allPlacesAreFree(step: SemaphoreWorld, { limit, keyed }: Scenario): void {
  const { world, use } = step;
  const keys = keyed ? ["a", "b"] : ["*"];
  const before = step.views().length;
  world.run((use.leaseSeconds + 1) * second);
  for (const key of keys) {
    expect(step.held(key)).toBe(Object.keys(step.leases(key)).length);
    for (let index = 0; index < limit; index += 1)
      step.startAt(world.clock.now, { runs: 3 * second, customer: { id: key } });
  }
  world.runUntilQuiet();
  for (const { output, startedAt, stoppedAt = 0 } of step.views().slice(before)) {
    expect(output).toBe('{"charged":true}');
    expect(stoppedAt - startedAt).toBeLessThan(4 * second);
  }
  expect(step.mostRunning).toBeLessThanOrEqual(limit);
  for (const key of keys) expect(step.held(key)).toBe(0);
}

describe("a semaphore", () => {
  it("keeps its limit, lets everybody in or parks them, and is free in the end", () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const step = played(given);
        everybodyGotInOrWasParked(step, given);
        allPlacesAreFree(step, given);
      }),
      // What fails is made smaller for so long at most; the report has its seed and its path.
      { numRuns: 60, interruptAfterTimeLimit: 30_000 },
    );
  });
});
