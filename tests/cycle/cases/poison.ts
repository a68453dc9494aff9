// What cannot be redriven goes to the poison queue with a reason, byte for byte; the rest go on.
import { expect } from "vitest";
import type { CycleCase } from "../cycleCase";

function reasonOf(attributes: Readonly<Record<string, string>> | undefined): string {
  return (JSON.parse(attributes?.respool ?? "{}") as { reason?: string }).reason ?? "";
}

export const poisonCases: readonly CycleCase[] = [
  {
    name: "more than maxRedrives goes to the poison queue",
    async run(cycle) {
      await cycle.park(["o-1"]);
      await cycle.provider.behave(503);
      for (let generation = 1; generation <= 3; generation += 1) {
        expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 0 });
      }
      const [record] = await cycle.backend.messages(cycle.spool);
      expect(await cycle.redrive()).toMatchObject({ success: 0, poisoned: 1, remaining: 0 });
      const [poison] = await cycle.backend.messages(cycle.poison);
      expect(poison?.body).toBe(record?.body);
      expect(reasonOf(poison?.attributes)).toContain(
        "failed again after 3 redrives with ProviderError, [maxRedrives] is 3",
      );
    },
  },
  {
    name: "an unreadable message goes to the poison queue byte for byte, and the rest go on",
    async run(cycle) {
      const bodies = ['{"respool":1', "ünïcode \u{1F4A5}\n\ttext ", '{"respool":99}', "[]", "null"];
      for (const body of bodies) await cycle.backend.send(cycle.spool, body, { trace: "kept" });
      await cycle.park(["o-1"]);
      expect(await cycle.redrive({ max: 100 })).toMatchObject({ success: 1, poisoned: bodies.length, remaining: 0 });
      const poison = await cycle.backend.messages(cycle.poison);
      expect(poison.map(({ body }) => body).sort()).toEqual([...bodies].sort());
      for (const message of poison) {
        expect(reasonOf(message.attributes)).not.toBe("");
        expect(message.attributes.trace).toBe("kept");
      }
      await cycle.expectChargedOnce(["o-1"]);
    },
  },
  {
    name: "a source that nobody declared goes to the poison queue, and starts nothing",
    async run(cycle) {
      await cycle.park(["o-1"]);
      const [record] = await cycle.records();
      const stranger = JSON.stringify({ ...record, source: "stranger" });
      await cycle.backend.send(cycle.spool, stranger, { respool: "1" });
      expect(await cycle.redrive()).toMatchObject({ success: 1, poisoned: 1, remaining: 0 });
      const [poison] = await cycle.backend.messages(cycle.poison);
      expect(poison?.body).toBe(stranger);
      expect(reasonOf(poison?.attributes)).toContain("stranger");
      expect(await cycle.generations("o-1")).toHaveLength(2);
    },
  },
];
