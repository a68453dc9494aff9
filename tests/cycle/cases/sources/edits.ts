// Failures that the launcher replays, with another payload: the order's id stays, and so does the memory of its handler.
import { expect } from "vitest";
import type { Cycle, CycleCase } from "../../cycleCase";
import { adopted, direct, fifo, kinesis, metadata, type Origin, parkAt, queue, waiting } from "./origins";

const program = "sources.ts";

interface Sample {
  readonly origin: Origin;
  /** What makes the order "o-2" of the payload that its source gives. */
  readonly jsonata: string;
}

const inBody = `$ ~> |Records|{'body': $string($merge([$parse(body), {'order': 'o-2'}]))}|`;

const samples: readonly Sample[] = [
  { origin: direct, jsonata: "$merge([$, {'order': 'o-2'}])" },
  { origin: queue, jsonata: inBody },
  { origin: adopted, jsonata: inBody },
  { origin: fifo, jsonata: "$merge([$, {'order': 'o-2'}])" },
  { origin: kinesis, jsonata: `$ ~> |Records.kinesis|{'data': $base64encode($string({'order': 'o-2'}))}|` },
];

/** The id of the one piece of work that waits. */
async function workThatWaits(cycle: Cycle): Promise<string> {
  const { planned = [] } = await cycle.redrive({ dryRun: true });
  expect(planned).toHaveLength(1);
  return planned[0]?.work ?? "";
}

export const sourceEditCases: readonly CycleCase[] = [
  ...samples.map(
    ({ origin, jsonata }): CycleCase => ({
      name: `${origin.name} is replayed with an edited payload, under its id`,
      program,
      ...(origin === direct || origin === fifo ? {} : { needs: "patience" }),
      async run(cycle) {
        await parkAt(cycle, origin, [{ order: "o-1", keyed: true }]);
        const id = await workThatWaits(cycle);
        expect(await cycle.edit({ id, jsonata, dryRun: true })).toMatchObject({
          outcome: "planned",
          source: origin.source,
        });
        expect(await cycle.edit({ id, jsonata })).toMatchObject({
          outcome: "started",
          source: origin.source,
          generation: 1,
        });
        expect(await waiting(cycle, origin)).toBe(0);
        const [launched] = await cycle.backend.executions(cycle.launcher);
        expect(launched).toMatchObject({ status: "SUCCEEDED", input: { source: origin.source, id } });
        expect(await cycle.edit({ id, jsonata })).toMatchObject({ outcome: "alreadyStarted" });
        await cycle.expectChargedOnce(["o-2"], cycle.launcher);
      },
    }),
  ),
  {
    name: "an edited payload of a queue of 300 KB goes by reference, beside the original's",
    needs: "control",
    program,
    async run(cycle) {
      const order = { order: "o-1", filler: "x".repeat(300_000) };
      await parkAt(cycle, queue, [order]);
      const id = await workThatWaits(cycle);
      // The replay of the original fails, and leaves its payload in the bucket.
      await cycle.provider.behave(503);
      expect(await cycle.redrive()).toMatchObject({ success: 1 });
      await cycle.provider.behave(200);
      expect(await cycle.edit({ id, jsonata: inBody })).toMatchObject({ outcome: "started", generation: 2 });
      const inputs = (await cycle.backend.executions(cycle.launcher)).map(({ input }) => input as LaunchInput);
      const keys = inputs.map(({ replay }) => replay.object?.key ?? "");
      expect(keys[1]).toMatch(new RegExp(`^${keys[0]}-edited-[0-9a-f]{16}$`));
      await cycle.expectChargedOnce(["o-2"], cycle.launcher);
    },
  },
  {
    name: "an edit of a message behind another of its FIFO group is refused; of the first one it is done before the second is redriven",
    program,
    needs: "patience",
    async run(cycle) {
      await cycle.provider.behave(503);
      for (const order of ["o-1", "o-2"])
        await cycle.backend.send(cycle.output("fifoUrl"), JSON.stringify({ order }), {}, "group");
      await cycle.backend.quiet();
      await cycle.provider.behave(200);
      const { planned = [] } = await cycle.redrive({ dryRun: true });
      const [first = "", second = ""] = planned.map(({ work }) => work);
      const jsonata = "$merge([$, {'order': 'edited'}])";
      await expect(cycle.edit({ id: second, jsonata })).rejects.toThrow(
        "[id] must name the first message of its FIFO group",
      );
      expect(await cycle.edit({ id: first, jsonata })).toMatchObject({ outcome: "started" });
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      expect((await cycle.provider.charges()).map(({ order }) => order)).toEqual(["edited", "o-2"]);
    },
  },
  {
    name: "an edit of what only points to records of a stream is refused, with the reason",
    program,
    async run(cycle) {
      await parkAt(cycle, metadata, [{ order: "o-1" }]);
      const id = await workThatWaits(cycle);
      await expect(cycle.edit({ id, jsonata: "{}" })).rejects.toThrow(
        "which only points to records of arn:aws:kinesis:",
      );
      expect(await waiting(cycle, metadata)).toBe(1);
    },
  },
];

interface LaunchInput {
  readonly replay: { readonly object?: { readonly key: string } };
}
