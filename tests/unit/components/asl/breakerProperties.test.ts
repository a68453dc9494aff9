// What holds of a circuit breaker whatever happens: arrivals, outages, slow calls, stopped executions, faults and operators in any order.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../../simulator/json";
import { AwsError, type Call } from "../../../../simulator/service";
import { type BreakerWorld, breakerWorld, type Mood, use } from "./breakerWorld";

/** So long, in milliseconds, lies between a check that takes effect and the attempt. */
const checkAge = 250;

type Event =
  | { readonly kind: "arrive"; readonly count: number }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "behave"; readonly mood: Mood; readonly seconds: number }
  | { readonly kind: "stop"; readonly which: number }
  | { readonly kind: "fault"; readonly lost: boolean; readonly skip: number; readonly times: number }
  | { readonly kind: "control"; readonly action: string };

const events = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("arrive" as const), count: fc.integer({ min: 1, max: 6 }) }),
    },
    {
      weight: 5,
      arbitrary: fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 0, max: 80 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("behave" as const),
        mood: fc.constantFrom<Mood>("works", "fails", "fails", "declines"),
        seconds: fc.integer({ min: 0, max: 30 }),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("stop" as const), which: fc.nat(20) }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("fault" as const),
        lost: fc.boolean(),
        skip: fc.nat(5),
        times: fc.integer({ min: 1, max: 6 }),
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant("control" as const),
        action: fc.constantFrom("hold", "release", "open", "close"),
      }),
    },
  ),
  { minLength: 5, maxLength: 40 },
);

/** The item, from a moment on. */
interface Seen {
  readonly at: number;
  readonly item: JsonObject;
  readonly attempts: number;
}

const number = (item: JsonObject, name: string) => Number((item[name] as { N?: string } | undefined)?.N ?? 0);
const phase = (item: JsonObject) => (item.phase as { S: string } | undefined)?.S ?? "closed";

/** Lets events happen, and keeps what was seen of the item at each step of the clock at which it or the attempts changed. */
function happen(world: BreakerWorld, happening: readonly Event[]): readonly Seen[] {
  const seen: Seen[] = [];
  let last = "";
  const look = () => {
    const item = world.item();
    const text = `${JSON.stringify(item)} ${world.attempts.length}`;
    if (text === last) return;
    last = text;
    seen.push({ at: world.world.clock.now, item, attempts: world.attempts.length });
  };
  const run = (milliseconds: number) => {
    const end = world.world.clock.now + milliseconds;
    while (world.world.clock.step(end)) look();
    world.world.clock.advanceTo(end);
  };
  let count = 0;
  const arrive = () => {
    const name = `arrival-${++count}`;
    world.send("StartExecution", { stateMachineArn: world.machine, name, input: JSON.stringify({ order: name }) });
  };
  const faults: (() => void)[] = [];
  for (const event of happening) {
    look();
    if (event.kind === "arrive") for (let one = 0; one < event.count; one++) arrive();
    else if (event.kind === "wait") run(event.seconds * 1000);
    else if (event.kind === "behave") world.behave(event.mood, event.seconds);
    else if (event.kind === "stop") stop(world, `arrival-${event.which}`);
    else if (event.kind === "fault") faults.push(inject(world, event));
    else
      world.send("StartExecution", {
        stateMachineArn: world.controls,
        input: JSON.stringify({ action: event.action }),
      });
    run(30);
  }
  run(400_000);
  for (const takeBack of faults) takeBack();
  return seen;
}

function stop({ send, machine }: BreakerWorld, name: string): void {
  send("StopExecution", { executionArn: `${machine.replace(":stateMachine:", ":execution:")}:${name}` });
}

function inject({ world }: BreakerWorld, { lost, skip, times }: Extract<Event, { kind: "fault" }>): () => void {
  const error = new AwsError("InternalServerError", "fault", 500);
  const when = ({ principal, service }: Call) => principal.kind === "role" && service !== "lambda";
  return world.faults.intoCalls({ when, fault: { kind: lost ? "errorAfter" : "errorBefore", error }, skip, times });
}

/** The item during the moments before an attempt, in which its check took effect. */
function before(seen: readonly Seen[], at: number): readonly JsonObject[] {
  const during = seen.filter((each) => each.at <= at && each.at >= at - checkAge);
  const first = seen.findLast((each) => each.at < at - checkAge);
  return [...(first === undefined ? [{}] : [first.item]), ...during.map(({ item }) => item)];
}

function check(world: BreakerWorld, seen: readonly Seen[]): void {
  const epochs = seen.map(({ item }) => number(item, "epoch"));
  expect(epochs, "epochs only grow").toEqual([...epochs].sort((a, b) => a - b));

  let lastProbe = Number.NEGATIVE_INFINITY;
  const permitted: { from: number; to: number; epoch: number }[] = [];
  for (const { from, to = Number.POSITIVE_INFINITY } of world.attempts) {
    const items = before(seen, from);
    expect(
      items.some((item) => !("hold" in item)),
      `an attempt at ${from} while an operator held it`,
    ).toBe(true);
    if (items.some((item) => phase(item) === "closed")) continue;

    const item = items.findLast((each) => phase(each) === "halfOpen");
    if (item === undefined) throw new Error(`an attempt at ${from} while it was open`);
    const epoch = number(item, "epoch");
    if (number(item, "successes") === 0) {
      expect(from - lastProbe, `probes at ${lastProbe} and ${from}`).toBeGreaterThan(use.openSeconds * 1000 - checkAge);
      lastProbe = from;
    }
    const running = permitted.filter((other) => other.epoch === epoch && other.to > from).length;
    const allowed = Math.max(...items.map((each) => number(each, "allowed")));
    expect(running + 1, `attempts at once at ${from} while half-open`).toBeLessThanOrEqual(allowed);
    permitted.push({ from, to, epoch });
  }
}

/** The dependency is back, and work arrives. */
function recover(world: BreakerWorld): void {
  world.control("release");
  world.behave("works");
  for (let round = 0; round < 10 && phase(world.item()) !== "closed"; round++) {
    world.seconds(use.openSeconds + 1);
    world.work();
  }
  expect(phase(world.item()), "the breaker leaves open").toBe("closed");
  expect(world.work().output).toBe('"done"');
}

describe("whatever happens", () => {
  it("never lets through what it must not, and always closes again", { timeout: 60_000 }, () => {
    const seed = Date.now() % 1_000_000;
    console.log(`circuit breaker properties: seed ${seed}`);
    fc.assert(
      fc.property(events, fc.integer({ min: 1, max: 1_000 }), (happening, simulated) => {
        const world = breakerWorld(use, simulated);
        check(world, happen(world, happening));
        recover(world);
      }),
      { seed, numRuns: 60 },
    );
  });

  it("opens in an outage, and attempts at most one in each time that it is open", { timeout: 60_000 }, () => {
    const seed = Date.now() % 1_000_000;
    console.log(`circuit breaker in an outage: seed ${seed}`);
    const gaps = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 30, maxLength: 80 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: 20 }), (arrivals, seconds) => {
        const world = breakerWorld();
        world.behave("fails", seconds);
        for (const gap of arrivals) {
          world.start();
          world.world.run(gap);
        }
        world.world.runUntilQuiet();
        const duration = arrivals.reduce((sum, gap) => sum + gap, 0) / 1000 + 30;
        // Those that were under way when it opened, and the probes.
        const opened = world.attempts.filter(({ from }) => from <= firstEnd(world) + 1_000).length;
        expect(world.attempts.length).toBeLessThanOrEqual(opened + Math.ceil(duration / use.openSeconds));
        expect(world.attempts.length).toBeGreaterThanOrEqual(use.failureThreshold);
      }),
      { seed, numRuns: 12 },
    );
  });
});

/** When the failure that opened it came. */
function firstEnd({ attempts }: BreakerWorld): number {
  const ends = attempts.map(({ to = 0 }) => to).sort((a, b) => a - b);
  return ends[use.failureThreshold - 1] ?? 0;
}
