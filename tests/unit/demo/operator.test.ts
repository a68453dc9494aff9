// What the operator asks of the reprocess function.
import { describe, expect, it } from "vitest";
import { chooseRun } from "../../../demo/operator";
import { play } from "../../../demo/play";
import { SCENARIOS } from "../../../demo/scenario";
import { orders } from "./builders";
import { FakeStage } from "./fakeStage";

describe("chooseRun", () => {
  it.each([
    [1, { max: 20, rate: 1 }],
    [128, { max: 32, rate: 2 }],
    [10_000, { max: 2500, rate: 84 }],
    [1_000_000, { max: 100_000, rate: 1000 }],
  ])("takes a quarter of %i records, in about half a minute, within the function's limits", (depth, request) => {
    expect(chooseRun(depth)).toEqual(request);
  });
});

describe("Operator", () => {
  it("looks first, tries a few, then empties the spool; never while the provider is away", async () => {
    const stage = new FakeStage(3);
    const runs: [at: number, depth: number][] = [];
    const redrive = stage.redrive.bind(stage);
    stage.redrive = (request, done) => {
      runs.push([stage.now(), stage.spoolDepth()]);
      redrive(request, done);
    };

    await play(SCENARIOS.orders, stage, orders(200, 7200), { line: () => undefined, progress: () => undefined });

    expect(stage.requests.slice(0, 2)).toEqual([{ dryRun: true }, {}]);
    expect(stage.requests.slice(2).every(({ max, rate }) => (max ?? 0) >= 20 && (rate ?? 0) > 0)).toBe(true);
    const [, back] = stage.healthChanges.filter(([, health]) => health === "shaky").map(([at]) => at);
    expect(runs.every(([at, depth]) => at > (back as number) && depth > 0)).toBe(true);
    expect(stage.spoolDepth()).toBe(0);
  });
});
