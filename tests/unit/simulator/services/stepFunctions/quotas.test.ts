import { describe, expect, it } from "vitest";
import { Clock } from "../../../../../simulator/clock";
import { defaultQuotas, TokenBucket } from "../../../../../simulator/services/stepFunctions/quotas";

describe("the StartExecution quota", () => {
  it("depends on the region", () => {
    expect(defaultQuotas("eu-west-1")).toEqual({ startExecutionBucket: 1300, startExecutionRefill: 300 });
    expect(defaultQuotas("eu-central-1")).toEqual({ startExecutionBucket: 800, startExecutionRefill: 150 });
  });

  it("is a bucket that refills with time and never holds more than its size", () => {
    const clock = new Clock(0);
    const bucket = new TokenBucket(clock, 2, 10);
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
    clock.advanceTo(99);
    expect(bucket.take()).toBe(false);
    clock.advanceTo(100);
    expect([bucket.take(), bucket.take()]).toEqual([true, false]);
    clock.advanceTo(1_000_000);
    expect([bucket.take(), bucket.take(), bucket.take()]).toEqual([true, true, false]);
  });
});
