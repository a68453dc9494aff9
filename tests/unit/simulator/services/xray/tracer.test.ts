import { describe, expect, it } from "vitest";
import type { Iam } from "../../../../../simulator/iam";
import { AwsError } from "../../../../../simulator/service";
import { Tracer } from "../../../../../simulator/services/xray/tracer";
import { testWorld } from "../../../../support/simulatorWorld";

const hour = 3_600_000;

function traced(allowed: readonly string[]) {
  const world = testWorld();
  const iam: Iam = {
    authorize: (_call, { action }) => {
      if (!allowed.includes(action)) throw new AwsError("AccessDenied", action);
    },
  };
  const tracer = new Tracer(world, iam, "arn:aws:iam::123456789012:role/r", { function: "f" }, [
    "GetSamplingRules",
    "PutTelemetryRecords",
  ]);
  const events = () => world.events.all.map(({ kind, detail }) => [kind, detail]);
  return { world, tracer, events };
}

const all = ["xray:PutTraceSegments", "xray:GetSamplingRules", "xray:PutTelemetryRecords"];

describe("a tracer", () => {
  it("sends every segment, about its subject", () => {
    const { tracer, events } = traced(all);
    tracer.segment({ requestId: "1" });
    tracer.segment({ requestId: "2" });
    expect(events()).toEqual([
      ["xray.Segment", { function: "f", requestId: "1" }],
      ["xray.Segment", { function: "f", requestId: "2" }],
    ]);
  });

  it("does its chores once an hour of activity, without a timer", () => {
    const { world, tracer, events } = traced(all);
    expect([tracer.doChores(), tracer.doChores()]).toEqual([true, false]);
    expect(events().map(([kind]) => kind)).toEqual(["xray.SamplingRules", "xray.TelemetryRecords"]);
    expect(world.run(hour)).toBe(0);
    expect([tracer.doChores(), tracer.doChores()]).toEqual([true, false]);
    expect(events()).toHaveLength(4);
  });

  it("leaves out what the role may not do", () => {
    const { tracer, events } = traced(["xray:PutTelemetryRecords"]);
    tracer.segment({});
    expect(tracer.doChores()).toBe(true);
    expect(events()).toEqual([["xray.TelemetryRecords", { function: "f" }]]);
  });
});
