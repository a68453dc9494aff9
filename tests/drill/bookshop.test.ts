// The drill of the bookshop: whatever breaks for a weekend, nothing is lost or doubled, somebody is told, and the guide shows the very table.
import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import type { StoryLine } from "../../demo/story";
import { drillCases } from "../../drill/cases";
import { documentedOutput, documentPath } from "../../drill/documentation";
import { runCase } from "../../drill/runCase";
import { type Drilled, drilled, namesOf } from "./drilled";

let bookshop: Drilled;

beforeAll(async () => {
  bookshop = await drilled("bookshop");
}, 300_000);

function play(name: string, seed: number) {
  const drillCase = drillCases.find((each) => each.name === name);
  if (drillCase === undefined) throw new Error(`there is no case ${name}`);
  const lines: StoryLine[] = [];
  return { result: runCase(bookshop.program, drillCase, { seed, listener: (line) => lines.push(line) }), lines };
}

describe("the drill of the bookshop", () => {
  it("has a row for each failure and each invocation type, twenty at least", () => {
    expect(bookshop.results.map(({ name }) => name)).toEqual(drillCases.map(({ name }) => name));
    expect(bookshop.results.length).toBeGreaterThanOrEqual(20);
  });

  it("loses and doubles nothing", () => {
    expect(namesOf(bookshop.results, ({ lost, duplicated }) => lost > 0 || duplicated > 0)).toEqual([]);
  });

  it("has every piece of work done once the cause is mended, and a client's error never", () => {
    expect(namesOf(bookshop.results, ({ effects, wanted }) => effects !== wanted)).toEqual([]);
    expect(namesOf(bookshop.results, ({ wanted }) => wanted === 0)).toEqual(
      drillCases.filter(({ failure }) => failure === "client").map(({ name }) => name),
    );
  });

  it("raises an alarm in every case, but for a client's error of the API", () => {
    expect(namesOf(bookshop.results, ({ alarms }) => alarms.length === 0)).toEqual(["api-client"]);
  });

  it("keeps all work, or tells the caller", () => {
    const places = new Set(bookshop.results.map(({ ended }) => ended.replace(/ \d+$/, "")));
    expect([...places].sort()).toEqual(["DLQ", "caller knows", "spool"]);
  });

  it("redrives what waited, and nothing of the API", () => {
    expect(namesOf(bookshop.results, ({ redriven }) => redriven === 0)).toEqual(
      drillCases.filter(({ entrance }) => entrance === "api").map(({ name }) => name),
    );
    expect(namesOf(bookshop.results, ({ poisoned }) => poisoned > 0)).toEqual([]);
  });

  it("keeps the order of each group of a FIFO queue", () => {
    for (const { name } of drillCases.filter(({ entrance }) => entrance === "fifo")) {
      const order = play(name, 1).lines.find(({ text }) => text.startsWith("done in this order: "))?.text ?? "";
      const numbers = [...order.matchAll(/order-(\d)/g)].map(([, number]) => Number(number));
      expect([numbers.filter((number) => number < 4), numbers.filter((number) => number > 3)], name).toEqual([
        [1, 2, 3],
        [4, 5],
      ]);
    }
  });

  it("tells a story that repeats exactly for a seed", () => {
    for (const name of ["queue-memory", "stream-poison"]) {
      expect(play(name, 3)).toEqual(play(name, 3));
      expect(play(name, 4).lines).not.toEqual(play(name, 3).lines);
    }
  });

  it("is what the guide shows: `node scripts/run.js tsx drill/documentMain.ts` writes it", () => {
    expect(documentedOutput(readFileSync(documentPath, "utf8"), "bookshop")).toBe(bookshop.printed);
  });
});
