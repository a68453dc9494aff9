// Every order counts once in the progress bar.
import { describe, expect, it } from "vitest";
import { play } from "../../../demo/play";
import { SCENARIOS } from "../../../demo/scenario";
import type { StageEvent } from "../../../demo/stage";
import { Tally } from "../../../demo/tally";
import { orders } from "./builders";
import { FakeStage } from "./fakeStage";

describe("Tally", () => {
  it("counts an order as waiting until it is charged, and never both", () => {
    const stage = new FakeStage();
    let hear: (event: StageEvent) => void = () => undefined;
    stage.onEvent = (listener) => {
      hear = listener;
    };
    const tally = new Tally(stage);
    const counts = (...kinds: ("spooled" | "charged")[]) => {
      for (const kind of kinds) hear({ kind, at: 0, orderId: "order-1" });
      return [tally.charged, tally.waiting];
    };
    expect(counts("spooled", "spooled")).toEqual([0, 1]);
    expect(counts("charged", "charged")).toEqual([1, 0]);
    expect(counts("spooled")).toEqual([1, 0]);
  });

  it("never adds up to more than all orders", async () => {
    const sums: number[] = [];
    const charged: number[] = [];
    const stage = new FakeStage(3);
    await play(SCENARIOS.orders, stage, orders(50, 1), {
      line: () => undefined,
      progress: (progress) => {
        sums.push(progress.charged + progress.waiting);
        charged.push(progress.charged);
      },
    });
    expect(Math.max(...sums)).toBe(50);
    expect(charged.at(-1)).toBe(50);
  });
});
