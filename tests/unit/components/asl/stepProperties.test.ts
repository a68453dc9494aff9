// Whatever arrives, fails, is slow, stopped, redriven or held, and whenever: what whole steps promise. A failing run prints its seed and path.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RedriveMode } from "../../../../records/record";
import type { JsonObject } from "../../../../simulator/json";
import { AwsError, type Call } from "../../../../simulator/service";
import type { HistoryEvent } from "../../../../simulator/services/stepFunctions/history";
import { type Attempt, type Mood, numberIn, phaseOf, StepWorld } from "./stepWorld";

const second = 1_000;

type Event =
  | { readonly kind: "arrive"; readonly count: number }
  | { readonly kind: "wait"; readonly seconds: number }
  | { readonly kind: "behave"; readonly mood: Mood; readonly runs: number }
  | { readonly kind: "stop"; readonly which: number }
  | { readonly kind: "reprocess"; readonly count: number }
  | { readonly kind: "redrive" }
  | { readonly kind: "control"; readonly action: string }
  | {
      readonly kind: "fault";
      readonly service: string;
      readonly fault: Fault;
      readonly skip: number;
      readonly times: number;
    };

const faultKinds = ["throttle", "before", "after", "late"] as const;
type Fault = (typeof faultKinds)[number];

const kind = <Name extends string>(name: Name) => fc.constant(name);

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: kind("arrive"), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 6, arbitrary: fc.record({ kind: kind("wait"), seconds: fc.integer({ min: 0, max: 90 }) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: kind("behave"),
      mood: fc.constantFrom<Mood>("works", "works", "fails", "fails", "declines"),
      runs: fc.oneof(fc.integer({ min: 1, max: 3 * second }), fc.integer({ min: 1, max: 35 * second })),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: kind("stop"), which: fc.nat(20) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("reprocess"), count: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: kind("redrive") }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: kind("control"), action: fc.constantFrom("hold", "release", "open", "close") }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: kind("fault"),
      service: fc.constantFrom("dynamodb", "dynamodb", "lambda", "sqs", "events"),
      fault: fc.constantFrom(...faultKinds),
      skip: fc.nat(8),
      times: fc.integer({ min: 1, max: 8 }),
    }),
  },
);

const scenario = fc.record({
  seed: fc.nat(),
  mode: fc.constantFrom<RedriveMode>("restart", "resume", "park"),
  workflow: fc.boolean(),
  limit: fc.integer({ min: 1, max: 3 }),
  /** Shorter than the function may run, or longer. */
  timeoutSeconds: fc.constantFrom(5, 45),
  maximumWaitSeconds: fc.constantFrom(30, 3_600),
  happening: fc.array(event, { minLength: 5, maxLength: 30 }),
});

type Scenario = typeof scenario extends fc.Arbitrary<infer Value> ? Value : never;

/** The breaker's item, from a moment on. */
interface Seen {
  readonly at: number;
  readonly item: JsonObject;
}

class Run {
  readonly world: StepWorld;
  readonly orders: string[] = [];
  readonly seen: Seen[] = [];
  private last = "";
  private readonly faults: (() => void)[] = [];

  constructor(readonly given: Scenario) {
    this.world = new StepWorld({ ...given, breaker: true });
    for (const each of given.happening) {
      this.happens(each);
      this.goOn(30);
    }
  }

  private happens(event: Event): void {
    const { world } = this;
    if (event.kind === "wait") this.goOn(event.seconds * second);
    else if (event.kind === "behave") Object.assign(world, { mood: event.mood, runs: event.runs });
    else if (event.kind === "stop") this.stop(event.which);
    else if (event.kind === "reprocess") world.reprocess(event.count);
    else if (event.kind === "redrive") world.redriveStopped();
    else if (event.kind === "control") world.control(event.action);
    else if (event.kind === "fault") this.faults.push(inject(world, event));
    else for (let one = 0; one < event.count; one++) this.arrive();
  }

  arrive(): void {
    const order = `order-${this.orders.length}`;
    this.orders.push(order);
    this.world.start(order);
  }

  private stop(which: number): void {
    const running = this.world.views().filter(({ status }) => status === "RUNNING");
    const one = running[which % Math.max(running.length, 1)];
    if (one !== undefined) this.world.send("StopExecution", { executionArn: one.arn });
  }

  /** Runs the clock, and looks at the breaker's item at each step. */
  goOn(milliseconds: number): void {
    const { clock } = this.world.sfn.world;
    const end = clock.now + milliseconds;
    do {
      const item = this.world.item("breaker");
      const text = JSON.stringify(item);
      if (text !== this.last) this.seen.push({ at: clock.now, item });
      this.last = text;
    } while (clock.step(end));
    clock.advanceTo(end);
  }

  /** The dependency is back, operators let work through, and redrives go on. */
  recover(): void {
    const { world } = this;
    for (const takeBack of this.faults) takeBack();
    Object.assign(world, { mood: "works", runs: 100 });
    // An operator's last word may have been tried again all the while.
    this.goOn(100 * second);
    world.control("release");
    // What was taken and never given back expires in the meantime.
    this.goOn((world.leaseSeconds + 400) * second);
    for (let round = 0; round < 60 && !this.isDone(); round++) {
      world.redriveStopped();
      world.reprocess();
      // Only work finds out that the dependency is back.
      if (phaseOf(world.item("breaker")) !== "closed") this.arrive();
      this.goOn(65 * second);
    }
  }

  isDone(): boolean {
    const { world } = this;
    const isClosed = phaseOf(world.item("breaker")) === "closed";
    return isClosed && world.spool.length === 0 && world.views().every(({ status }) => status === "SUCCEEDED");
  }
}

const faultOf = {
  throttle: { kind: "errorBefore", error: new AwsError("ThrottlingException", "Rate exceeded", 400) },
  before: { kind: "errorBefore", error: new AwsError("SdkClientException", "connection refused", 500) },
  after: { kind: "errorAfter", error: new AwsError("SdkClientException", "connection reset", 500) },
  late: { kind: "latency", milliseconds: 12 * second },
} as const;

function inject({ sfn }: StepWorld, { service, fault, skip, times }: Extract<Event, { kind: "fault" }>): () => void {
  const when = (call: Call) => call.principal.kind === "role" && call.service === service;
  return sfn.world.faults.intoCalls({ when, fault: faultOf[fault], skip, times });
}

function neverTooMany({ world, given }: Run): void {
  expect(world.mostRunning, "running at once").toBeLessThanOrEqual(given.limit);
}

const passing = ["Breaker", "BreakerProbe", "BreakerPermit"];

/** When an execution's last check before an attempt took effect: within these moments. */
function checkBefore(run: Run, { step, execution, from }: Attempt): { readonly since: number; readonly until: number } {
  const view = run.world.views().find(({ name }) => name === execution);
  if (view === undefined) throw new Error(`no execution ${execution}`);
  const prefix = step === "UncertainTask" ? "" : `${step}: `;
  const before = view.history.filter(({ timestamp }) => timestamp * second <= from);
  const left = before.findLastIndex(({ stateExitedEventDetails }) =>
    passing.some((name) => stateExitedEventDetails?.name === `${prefix}${name}`),
  );
  const until = before[left];
  const since = before.slice(0, left).findLast(({ type }) => type === "TaskScheduled");
  if (until === undefined || since === undefined) throw new Error(`an attempt at ${from} without a check`);
  return { since: millis(since), until: millis(until) };
}

const millis = ({ timestamp }: HistoryEvent) => timestamp * second;

/** What the item was within some moments. */
function itemsWithin({ seen }: Run, since: number, until: number): readonly JsonObject[] {
  const before = seen.findLast(({ at }) => at < since);
  const during = seen.filter(({ at }) => at >= since && at <= until);
  return [before?.item ?? {}, ...during.map(({ item }) => item)];
}

function onlyWhatMayBeAttempted(run: Run): void {
  for (const attempt of run.world.attempts) {
    if (attempt.step === "Reserve") continue;
    const { since, until } = checkBefore(run, attempt);
    const items = itemsWithin(run, since, until);
    const letsThrough = (item: JsonObject) => !("hold" in item) && phaseOf(item) !== "open";
    expect(items.some(letsThrough), `${attempt.order} at ${attempt.from}: the breaker let it through`).toBe(true);
  }
}

/** A time that it is open is over before it is half-open, and half-open it gives out no more permits than it allows. */
function theBreakerHolds({ seen }: Run): void {
  for (const [index, { at, item }] of seen.entries()) {
    const before = seen[index - 1]?.item ?? {};
    expect(numberIn(item, "epoch"), "epochs only grow").toBeGreaterThanOrEqual(numberIn(before, "epoch"));
    if (phaseOf(item) !== "halfOpen") continue;
    if (phaseOf(before) === "open") expect(at, "a probe").toBeGreaterThanOrEqual(numberIn(before, "retryAt") * second);
    const { M: permits = {} } = item.permits as { M?: JsonObject };
    expect(Object.keys(permits).length, "permits").toBeLessThanOrEqual(numberIn(item, "allowed"));
  }
}

/** Each piece of work is done: once, though its effect may have been asked for more often. */
function allIsDone(run: Run): void {
  const { world, orders, given } = run;
  const steps = given.workflow ? ["Reserve", "Charge", "Notify"] : ["UncertainTask"];
  expect(run.isDone(), "nothing is left over").toBe(true);
  for (const order of orders) {
    for (const step of steps) expect(world.effects.has(`${step} ${order}`), `${step} of ${order}`).toBe(true);
    const done = world.views().filter(({ output = "" }) => {
      const { order: of, spooled } = JSON.parse(output);
      return of === order && spooled === undefined;
    });
    expect(done.length, `completions of ${order}`).toBe(1);
  }
}

/** Within an execution, or, where work goes on in it, at all. */
function nothingFinishedRunsAgain({ world, given }: Run): void {
  const steps = ["Reserve", "Charge", "Notify"];
  for (const { history } of world.views()) {
    const entered = history.map(({ stateEnteredEventDetails }) =>
      steps.indexOf(String(stateEnteredEventDetails?.name)),
    );
    const order = entered.filter((index) => index >= 0);
    expect(order, "a workflow's steps").toEqual([...order].sort());
  }
  if (given.mode === "restart" || !given.workflow) return;
  const starts = Map.groupBy(world.attempts, ({ order }) => order);
  for (const [order, attempts] of starts) {
    const begun = attempts.map(({ step }) => steps.indexOf(step));
    expect(begun, `steps of ${order}`).toEqual([...begun].sort());
  }
}

/** As many as there are places get in at once. */
function allPlacesAreFree(run: Run): void {
  const { world, given } = run;
  run.goOn((world.leaseSeconds + 1) * second);
  const before = world.views().length;
  for (let one = 0; one < given.limit; one++) run.arrive();
  run.goOn(20 * second);
  for (const { status, startedAt, stoppedAt = 0 } of world.views().slice(before)) {
    expect(status).toBe("SUCCEEDED");
    expect(stoppedAt - startedAt, "nobody waits").toBeLessThan(3 * second);
  }
  expect([numberIn(world.item("semaphore"), "held"), world.leases()]).toEqual([0, []]);
}

describe("whole steps with a semaphore and a circuit breaker", () => {
  it("keep what they promise whatever happens", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(scenario, (given) => {
        const run = new Run(given);
        run.recover();
        neverTooMany(run);
        onlyWhatMayBeAttempted(run);
        theBreakerHolds(run);
        nothingFinishedRunsAgain(run);
        allIsDone(run);
        allPlacesAreFree(run);
      }),
      {
        numRuns: Number(process.env.RUNS ?? 80),
        ...(process.env.SEED === undefined ? {} : { seed: Number(process.env.SEED) }),
        interruptAfterTimeLimit: 50_000,
      },
    );
  });
});
