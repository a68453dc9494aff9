// A crash at any call, of any function that takes part, and any reply that is lost: nothing is lost, nothing started twice, one effect.
import { expect } from "vitest";
import { type Cycle, type CycleCase, hour } from "../../cycleCase";
import { adopted, direct, fifo, kinesis, type Origin, origins, parkAt, waitingAnywhere } from "./origins";

const program = "sources.ts";
const moments = ["crashBefore", "crashAfter"] as const;
const unavailable = { code: "ServiceUnavailable", message: "unavailable", status: 503 };

/** Calls without an effect: whether it crashes before or after them is the same to AWS. */
const reading = ["s3.GetObject", "states.DescribeExecution", "sqs.GetQueueAttributes"];

/** What the reprocess function comes to in ways of its own: by value, by an object, in a group, in a queue beside the spool. */
const kinds: readonly Origin[] = [direct, kinesis, fifo, adopted];

/** Redrives until nothing waits; gives up after a few runs. */
async function drain(cycle: Cycle): Promise<void> {
  await cycle.control.wait(hour);
  for (let run = 0; run < 6 && (await waitingAnywhere(cycle)) > 0; run += 1) {
    await cycle.redrive({ max: 100 });
    await cycle.control.wait(hour);
  }
  expect(await waitingAnywhere(cycle)).toBe(0);
}

/** Parks an order of each kind. The provider is told the work's id: AWS repeats attempts whose end it did not learn of. */
async function parkKinds(cycle: Cycle, name: string): Promise<readonly string[]> {
  const orders = kinds.map(({ source }) => `${source}-${name}`);
  await cycle.provider.behave(503);
  for (const [index, order] of orders.entries()) await kinds[index]?.give(cycle, { order, keyed: true });
  await cycle.backend.quiet();
  await cycle.provider.behave(200);
  return orders;
}

const reprocessCrashes: CycleCase = {
  name: "the reprocess function crashes at every call of a run over sources of every kind",
  needs: "control",
  program,
  async run(cycle) {
    const { control, reprocessFunction } = cycle;
    const orders = [...(await parkKinds(cycle, "warm"))];
    expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: kinds.length, remaining: 0 });
    const calls = control.lastCalls(reprocessFunction);
    expect(new Set(calls.map(({ name }) => name))).toEqual(
      new Set([
        "sqs.ReceiveMessage",
        "s3.GetObject",
        "states.StartExecution",
        "states.DescribeExecution",
        "sqs.DeleteMessageBatch",
        "sqs.GetQueueAttributes",
      ]),
    );
    for (const [call, { name }] of calls.entries()) {
      for (const moment of reading.includes(name) ? moments.slice(0, 1) : moments) {
        orders.push(...(await parkKinds(cycle, `${moment}-${call}`)));
        control.crash(reprocessFunction, call, moment);
        expect(await cycle.backend.invoke(reprocessFunction, { max: 100 })).toMatchObject({
          error: expect.stringContaining("Runtime.ExitError"),
        });
        await cycle.backend.quiet();
        await drain(cycle);
      }
    }
    await cycle.expectChargedOnce(orders, cycle.launcher);
  },
};

const reprocessLosesReplies: CycleCase = {
  name: "every call of the reprocess function loses its reply, with sources of every kind",
  needs: "control",
  program,
  async run(cycle) {
    const orders = [...(await parkKinds(cycle, "warm"))];
    await cycle.redrive({ max: 100 });
    for (const name of new Set(cycle.control.lastCalls(cycle.reprocessFunction).map((call) => call.name))) {
      orders.push(...(await parkKinds(cycle, name)));
      cycle.control.failCalls(name, 1, "after", unavailable);
      await cycle.backend.invoke(cycle.reprocessFunction, { max: 100 });
      await cycle.backend.quiet();
      await drain(cycle);
    }
    await cycle.expectChargedOnce(orders, cycle.launcher);
  },
};

/** What breaks a function at one of its calls. */
type Break = (cycle: Cycle, functionName: string, call: number) => void;

const breaks: Readonly<Record<string, Break>> = {
  "crashes before": ({ control }, functionName, call) => control.crash(functionName, call, "crashBefore"),
  "crashes after": ({ control }, functionName, call) => control.crash(functionName, call, "crashAfter"),
  "loses the reply of": ({ control }, functionName, call) => control.loseReply(functionName, call, unavailable),
};

/** While failures of the origin are replayed, the function breaks at each call that it makes then. */
function brokenReplay(origin: Origin, functionOutput: string, what: string): CycleCase {
  return {
    name: `${origin.name}: ${what} breaks at every call of a replay`,
    needs: "control",
    program,
    async run(cycle) {
      const functionName = cycle.output(functionOutput);
      const orders = ["warm"];
      await parkAt(cycle, origin, [{ order: "warm", keyed: true }]);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      const calls = cycle.control.lastCalls(functionName);
      for (const [name, breakAt] of Object.entries(breaks))
        for (let call = 0; call < calls.length; call += 1) {
          const order = `${name} ${call}`.replaceAll(" ", "-");
          orders.push(order);
          await parkAt(cycle, origin, [{ order, keyed: true }]);
          breakAt(cycle, functionName, call);
          expect(await cycle.redrive()).toMatchObject({ success: 1 });
          expect(cycle.control.unusedFaults()).toBe(0);
          await drain(cycle);
        }
      const charges = await cycle.provider.charges();
      expect(charges.map(({ order }) => order).sort()).toEqual([...orders].sort());
      await cycle.expectLaunchedOnce();
    },
  };
}

/** While work comes in, the function that does it breaks at each of its calls. */
function brokenHandler(origin: Origin): CycleCase {
  return {
    name: `${origin.name}: its function breaks at every call of the first attempt`,
    needs: "control",
    program,
    async run(cycle) {
      const functionName = cycle.output(origin.functionOutput);
      const orders = ["warm"];
      await origin.give(cycle, { order: "warm", keyed: true });
      await cycle.backend.quiet();
      const calls = cycle.control.lastCalls(functionName);
      expect(calls.length).toBeGreaterThan(0);
      for (const [name, breakAt] of Object.entries(breaks))
        for (let call = 0; call < calls.length; call += 1) {
          const order = `${name} ${call}`.replaceAll(" ", "-");
          orders.push(order);
          breakAt(cycle, functionName, call);
          await origin.give(cycle, { order, keyed: true });
          await cycle.backend.quiet();
          expect(cycle.control.unusedFaults()).toBe(0);
          await drain(cycle);
        }
      const charges = await cycle.provider.charges();
      expect(charges.map(({ order }) => order).sort()).toEqual([...orders].sort());
      await cycle.expectLaunchedOnce();
    },
  };
}

export const sourceCrashCases: readonly CycleCase[] = [
  reprocessCrashes,
  reprocessLosesReplies,
  ...origins.map((origin) => brokenReplay(origin, "replayFunction", "the replay function")),
  // The function of an adopted queue makes no calls of AWS, and none of what lies there is a first attempt.
  ...origins
    .filter((origin) => origin !== adopted)
    .map((origin) => brokenReplay(origin, origin.functionOutput, "its function")),
  ...origins.filter((origin) => origin !== adopted).map(brokenHandler),
];
