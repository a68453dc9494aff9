// What is recorded of a run, and how it is cut for a chart.
import { describe, expect, it } from "vitest";
import { binTimeline, TimelineRecorder } from "../../../demo/timeline";
import { order, timeline } from "./builders";
import { FakeStage } from "./fakeStage";

describe("binTimeline", () => {
  const samples = [
    { at: 0, spoolDepth: 0, health: "healthy" },
    { at: 10, spoolDepth: 9, health: "maintenance" },
    { at: 19, spoolDepth: 4, health: "shaky" },
    { at: 75, spoolDepth: 1, health: "healthy" },
  ] as const;

  it("shows the deepest and the worst of each part, and holds on to the last where nothing was sampled", () => {
    const bins = binTimeline(timeline(80, samples), 4);
    expect(bins.width).toBe(20);
    expect(bins.depths).toEqual([9, 4, 4, 4]);
    expect(bins.health).toEqual(["maintenance", "shaky", "shaky", "shaky"]);
  });

  it("counts every charge once, the one at the very end too", () => {
    expect(binTimeline(timeline(80, samples, { charges: [0, 1, 20, 80] }), 4).charges).toEqual([2, 1, 0, 1]);
  });

  it("puts marks into their parts", () => {
    const alarm = { kind: "alarm", at: 25 } as const;
    expect(binTimeline(timeline(80, samples, { marks: [alarm] }), 4).marks).toEqual([[], [alarm], [], []]);
  });

  it("copes with a run of no length", () => {
    expect(binTimeline(timeline(0, samples.slice(0, 1)), 3)).toMatchObject({ depths: [0, 0, 0], charges: [0, 0, 0] });
  });
});

describe("TimelineRecorder", () => {
  it("notes depth, health, charges and alarms with the time since the opening", () => {
    const stage = new FakeStage();
    const opensAt = stage.now();
    const recorder = new TimelineRecorder(stage, opensAt);
    recorder.sample();
    stage.provider.setHealth("maintenance");
    recorder.setHealth("maintenance");
    for (let index = 0; index < 5; index += 1) stage.startOrder(order(index, 0));
    stage.runUntil(opensAt + 30_000);
    recorder.sample();
    recorder.mark("redrive");
    const recorded = recorder.finish();

    expect(recorded.duration).toBe(30_000);
    expect(recorded.samples.at(-1)).toEqual({ at: 30_000, spoolDepth: 5, health: "maintenance" });
    expect(recorded.samples[0]).toEqual({ at: 0, spoolDepth: 0, health: "healthy" });
    expect(recorded.marks.map((mark) => mark.kind)).toEqual(["alarm", "redrive"]);
    expect(recorded.marks[0]?.at).toBeLessThan(10_000);
  });
});
