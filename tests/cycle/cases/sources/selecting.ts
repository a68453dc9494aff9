// What an operator chooses from failures of all sources, and what nobody declared.
import { expect } from "vitest";
import type { Cycle, CycleCase } from "../../cycleCase";
import { adopted, direct, fifo, kinesis, type Origin, parkAt, queue, table } from "./origins";

const program = "sources.ts";
const chosen: readonly Origin[] = [direct, table, kinesis, queue, fifo, adopted];

async function parkOneEach(cycle: Cycle): Promise<readonly string[]> {
  for (const origin of chosen) await parkAt(cycle, origin, [{ order: origin.source }]);
  return chosen.map(({ source }) => source);
}

function respoolOf(attributes: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  return JSON.parse(attributes?.respool ?? "{}") as Readonly<Record<string, string>>;
}

export const selectingCases: readonly CycleCase[] = [
  {
    name: "a dry run lists failures of all sources with their work's id, source and error, and does nothing",
    program,
    needs: "patience",
    async run(cycle) {
      const orders = await parkOneEach(cycle);
      const { planned = [], success } = await cycle.redrive({ dryRun: true });
      expect(success).toBe(chosen.length);
      const listed = planned.map(({ source, error }) => `${source} ${error?.name}`);
      expect(listed.sort()).toEqual(chosen.map(({ source, error }) => `${source} ${error}`).sort());
      for (const { id, work } of planned) {
        expect(id).toMatch(/^[0-9a-f]{32}$/);
        expect(work).toEqual(expect.any(String));
      }
      expect(new Set(planned.map(({ work }) => work)).size).toBe(chosen.length);
      expect(await cycle.launches()).toEqual([]);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: chosen.length, remaining: 0 });
      await cycle.expectChargedOnce(orders, cycle.launcher);
    },
  },
  {
    name: "filters choose by source, by error and by the work's own id",
    program,
    needs: "patience",
    async run(cycle) {
      const orders = await parkOneEach(cycle);
      const charged = async () => (await cycle.provider.charges()).map(({ order }) => order).slice(-1);
      expect(await cycle.redrive({ filter: { source: "queued" } })).toMatchObject({ success: 1, skipped: 5 });
      expect(await charged()).toEqual(["queued"]);
      expect(await cycle.redrive({ filter: { error: "ProviderError" } })).toMatchObject({ success: 1, skipped: 4 });
      expect(await charged()).toEqual(["notify"]);
      const { planned = [] } = await cycle.redrive({ dryRun: true });
      const work = planned.find(({ source }) => source === "changes")?.work;
      expect(work).toMatch(/^arn:aws:dynamodb:.* \d+ \d+$/);
      expect(await cycle.redrive({ filter: { id: work } })).toMatchObject({ success: 1, skipped: 3 });
      expect(await charged()).toEqual(["changes"]);
      const filter = { source: ["ordered", "adopted"] };
      expect(await cycle.redrive({ filter })).toMatchObject({ success: 2, skipped: 1, remaining: 1 });
      expect(await cycle.redrive()).toMatchObject({ success: 1, remaining: 0 });
      await cycle.expectChargedOnce(orders, cycle.launcher);
    },
  },
  {
    name: "a record of a function that nobody declared goes to the poison queue byte for byte",
    program,
    async run(cycle) {
      await parkAt(cycle, direct, [{ order: "o-1" }]);
      const [record] = await cycle.backend.messages(cycle.spool);
      const functionName = cycle.output("notifyFunction");
      const body = record?.body.replaceAll(`function:${functionName}`, "function:somebody-elses") ?? "";
      expect(body).not.toBe(record?.body);
      await cycle.backend.send(cycle.spool, body);
      expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 1, remaining: 0 });
      const [poison] = await cycle.backend.messages(cycle.poison);
      expect(poison?.body).toBe(body);
      expect(respoolOf(poison?.attributes).reason).toContain("function:somebody-elses");
      await cycle.expectChargedOnce(["o-1"], cycle.launcher);
    },
  },
  {
    name: "a dead letter of a queue that nobody declared goes to the poison queue byte for byte, with the name of its queue",
    program,
    needs: "patience",
    async run(cycle) {
      const body = '{"order":"o-1", "amount": 12345678901234567890, "rate":1.0}';
      await cycle.provider.behave(503);
      await cycle.backend.send(cycle.output("strangerUrl"), body, { trace: "kept" });
      await cycle.backend.quiet();
      await cycle.provider.behave(200);
      expect(await cycle.redrive()).toMatchObject({ success: 0, poisoned: 1, remaining: 0 });
      const [poison] = await cycle.backend.messages(cycle.poison);
      expect(poison).toMatchObject({ body, attributes: { trace: "kept" } });
      const { reason, from } = respoolOf(poison?.attributes);
      expect(reason).toContain("stranger");
      expect(from).toMatch(/^arn:aws:sqs:[^:]*:\d+:.*stranger-queue/);
      expect(await cycle.provider.charges()).toEqual([]);
      expect(await cycle.launches()).toEqual([]);
    },
  },
];
