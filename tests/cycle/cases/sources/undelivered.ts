// What never reached its function: EventBridge, SNS and Scheduler give it up, and their dead letters are replayed as what they are.
import { expect } from "vitest";
import { type Cycle, type CycleCase, day, hour } from "../../cycleCase";
import { event, topic } from "./origins";

const denied = {
  code: "AccessDeniedException",
  message: "not authorized to perform lambda:InvokeFunction",
  status: 403,
};

interface Undelivered {
  readonly name: string;
  readonly source: string;
  readonly functionOutput: string;
  readonly order: string;
  /** Until shortly before. */
  readonly after?: number;
  give(cycle: Cycle): Promise<void>;
}

const undelivered: readonly Undelivered[] = [
  { ...event, order: "o-1", give: (cycle) => event.give(cycle, { order: "o-1" }) },
  { ...topic, order: "o-1", give: (cycle) => topic.give(cycle, { order: "o-1" }) },
  {
    name: "an event of a schedule",
    source: "yearly",
    functionOutput: "yearlyFunction",
    order: "yearly",
    // From 5 January, 8:00, until 2 March, 5:30.
    after: 56 * day - 2.5 * hour,
    give: (cycle) => cycle.control.wait(hour),
  },
];

function replayed({ name, source, functionOutput, order, after = 0, give }: Undelivered): CycleCase {
  return {
    name: `${name} that its service could not deliver waits as a dead letter, and is replayed once`,
    needs: "control",
    program: "sources.ts",
    async run(cycle) {
      const payloads = cycle.control.payloads(cycle.output(functionOutput));
      await cycle.control.wait(after);
      cycle.control.failCalls("lambda.Invoke", 1, "before", denied);
      await give(cycle);
      await cycle.backend.quiet();
      await cycle.control.wait(hour);
      expect(payloads).toEqual([]);
      const { planned } = await cycle.redrive({ dryRun: true });
      expect(planned).toMatchObject([{ action: "start", source, generation: 0 }]);
      expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 0, remaining: 0 });
      expect(payloads).toHaveLength(1);
      await cycle.expectChargedOnce([order], cycle.launcher);
    },
  };
}

function delivered({ name, functionOutput, order, after = 0, give }: Undelivered): CycleCase {
  return {
    name: `${name} is delivered once`,
    needs: "control",
    program: "sources.ts",
    async run(cycle) {
      const payloads = cycle.control.payloads(cycle.output(functionOutput));
      await cycle.control.wait(after);
      await give(cycle);
      await cycle.backend.quiet();
      await cycle.control.wait(hour);
      expect(payloads).toHaveLength(1);
      await cycle.expectChargedOnce([order], cycle.launcher);
      expect(await cycle.depth()).toBe(0);
    },
  };
}

export const undeliveredCases: readonly CycleCase[] = undelivered.flatMap((each) => [delivered(each), replayed(each)]);
