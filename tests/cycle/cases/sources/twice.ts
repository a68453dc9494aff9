// Whatever AWS, a crash or an operator repeats has one effect, without any key at the dependency: the middleware remembers.
import { expect } from "vitest";
import { type Cycle, type CycleCase, hour } from "../../cycleCase";
import { adopted, direct, event, fifo, kinesis, metadata, type Origin, parkAt, queue, table, topic } from "./origins";

const program = "sources.ts";

/** The same as a queue's function, but for the middleware's memory. */
const careless: Origin = {
  ...queue,
  name: "a message of a queue, without idempotency",
  source: "careless",
  functionOutput: "carelessFunction",
  give: (cycle, order) => cycle.backend.send(cycle.output("carelessUrl"), JSON.stringify(order)),
};

async function charged(cycle: Cycle): Promise<readonly string[]> {
  return (await cycle.provider.charges()).map(({ order }) => order);
}

interface Repetition {
  readonly origin: Origin;
  /** The kind of delivery that is repeated. */
  readonly kind: string;
}

const repetitions: readonly Repetition[] = [
  { origin: direct, kind: "lambda.async" },
  { origin: event, kind: "events.target" },
  { origin: event, kind: "lambda.async" },
  { origin: topic, kind: "sns.delivery" },
  { origin: topic, kind: "lambda.async" },
  { origin: queue, kind: "sqs.redelivery" },
];

function deliveredTwice({ origin, kind }: Repetition, late: number, effects: number): CycleCase {
  const when = late === 0 ? "twice at once" : "twice";
  return {
    name: `${origin.name} delivered ${when} (${kind}) has ${effects === 1 ? "one effect" : "two effects"}`,
    needs: "control",
    program,
    async run(cycle) {
      cycle.control.deliver(kind, [0, late]);
      await origin.give(cycle, { order: "o-1" });
      await cycle.backend.quiet();
      await cycle.control.wait(hour);
      expect(cycle.control.invocations(cycle.output(origin.functionOutput))).toBeGreaterThan(1);
      expect(await charged(cycle)).toEqual(Array(effects).fill("o-1"));
      expect(await cycle.redrive()).toMatchObject({ success: 0, remaining: 0 });
    },
  };
}

function replayedTwice(origin: Origin, effects: number): CycleCase {
  return {
    name: `${origin.name} whose replay is repeated has ${effects === 1 ? "one effect" : "two effects"}`,
    needs: "control",
    program,
    async run(cycle) {
      await parkAt(cycle, origin, [{ order: "warm" }]);
      await cycle.redrive();
      const replay = cycle.output("replayFunction");
      const last = cycle.control.lastCalls(replay).length - 1;
      await parkAt(cycle, origin, [{ order: "o-1" }]);
      cycle.control.crash(replay, last, "crashAfter");
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      expect(cycle.control.unusedFaults()).toBe(0);
      await cycle.control.wait(hour);
      expect(await charged(cycle)).toEqual(["warm", ...Array(effects).fill("o-1")]);
    },
  };
}

/** What the middleware guards. */
const remembered: readonly Origin[] = [direct, event, topic, table, kinesis, metadata, queue, fifo];

export const twiceCases: readonly CycleCase[] = [
  ...repetitions.flatMap((repetition) => [deliveredTwice(repetition, 0, 1), deliveredTwice(repetition, 90_000, 1)]),
  deliveredTwice({ origin: careless, kind: "sqs.redelivery" }, 90_000, 2),
  ...remembered.map((origin) => replayedTwice(origin, 1)),
  replayedTwice(careless, 2),
  {
    name: "duplicated records of an asynchronous invocation start one replay",
    program,
    async run(cycle) {
      await parkAt(cycle, direct, [{ order: "o-1" }]);
      const [record] = await cycle.backend.messages(cycle.spool);
      for (let copy = 0; copy < 3; copy += 1) await cycle.backend.send(cycle.spool, record?.body ?? "");
      expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: 3, remaining: 0 });
      await cycle.backend.send(cycle.spool, record?.body ?? "");
      expect(await cycle.redrive()).toMatchObject({ success: 0, alreadyStarted: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"], cycle.launcher);
    },
  },
  {
    name: "duplicated notifications of a stream's failure start one replay",
    program,
    async run(cycle) {
      await parkAt(cycle, kinesis, [{ order: "o-1" }]);
      const [record] = await cycle.backend.messages(cycle.spool);
      await cycle.backend.send(cycle.spool, record?.body ?? "");
      expect(await cycle.redrive()).toMatchObject({ success: 1, alreadyStarted: 1, remaining: 0 });
      await cycle.expectChargedOnce(["o-1"], cycle.launcher);
    },
  },
  {
    name: "two operators at once replay each failure of every source once",
    program,
    async run(cycle) {
      const parked = [...remembered, adopted];
      const orders = parked.flatMap((_, index) => [`o-${index}-1`, `o-${index}-2`]);
      await cycle.provider.behave(503);
      for (const [index, origin] of parked.entries())
        for (const number of [1, 2]) await origin.give(cycle, { order: `o-${index}-${number}` });
      await cycle.backend.quiet();
      await cycle.provider.behave(200);
      const call = { functionName: cycle.reprocessFunction, payload: { max: 100 } };
      await cycle.backend.invokeTogether([call, call]);
      await cycle.backend.quiet();
      expect((await charged(cycle)).toSorted()).toEqual(orders.toSorted());
      await cycle.expectStartedOnce(cycle.launcher);
      await cycle.expectLaunchedOnce();
      expect(await cycle.redrive()).toMatchObject({ success: 0, remaining: 0 });
    },
  },
];
