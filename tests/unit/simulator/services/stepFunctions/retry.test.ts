import { describe, expect, it } from "vitest";
import { Random } from "../../../../../simulator/random";
import { covers, RetryCounters, retryDelay } from "../../../../../simulator/services/stepFunctions/retry";

const random = new Random(1);

describe("which errors an entry covers", () => {
  it("matches by name, by States.ALL, and by States.TaskFailed unless it is a timeout", () => {
    expect(covers(["Declined"], { error: "Declined" })).toBe(true);
    expect(covers(["Declined"], { error: "Refused" })).toBe(false);
    expect(covers(["States.ALL"], { error: "States.Timeout" })).toBe(true);
    expect(covers(["States.TaskFailed"], { error: "Declined" })).toBe(true);
    expect(covers(["States.TaskFailed"], { error: "States.Timeout" })).toBe(false);
  });

  it("lets only its own name match a size limit, and nothing a runtime error", () => {
    const limit = { error: "States.DataLimitExceeded", caughtBy: "ownName" } as const;
    expect(covers(["States.ALL"], limit)).toBe(false);
    expect(covers(["States.DataLimitExceeded"], limit)).toBe(true);
    expect(covers(["States.Runtime"], { error: "States.Runtime", caughtBy: "nothing" })).toBe(false);
  });
});

describe("how long a retry waits", () => {
  it("begins at 1 s and doubles by default", () => {
    const retrier = { ErrorEquals: ["States.ALL"] };
    expect([0, 1, 2].map((retry) => retryDelay(retrier, retry, random))).toEqual([1000, 2000, 4000]);
  });

  it("follows IntervalSeconds and BackoffRate up to MaxDelaySeconds", () => {
    const retrier = { ErrorEquals: ["States.ALL"], IntervalSeconds: 3, BackoffRate: 3, MaxDelaySeconds: 20 };
    expect([0, 1, 2, 3].map((retry) => retryDelay(retrier, retry, random))).toEqual([3000, 9000, 20_000, 20_000]);
  });

  it("takes with full jitter any time from 0 to that", () => {
    const retrier = { ErrorEquals: ["States.ALL"], IntervalSeconds: 10, JitterStrategy: "FULL" } as const;
    const delays = Array.from({ length: 200 }, () => retryDelay(retrier, 0, random));
    expect(Math.min(...delays)).toBeLessThan(1000);
    expect(Math.max(...delays)).toBeGreaterThan(9000);
    expect(Math.max(...delays)).toBeLessThan(10_000);
  });
});

describe("the counters of a visit", () => {
  it("count for each retrier by itself", () => {
    const counters = new RetryCounters();
    const retriers = [
      { ErrorEquals: ["A", "B"], IntervalSeconds: 1, MaxAttempts: 2 },
      { ErrorEquals: ["C"], IntervalSeconds: 5 },
    ];
    const delays = ["A", "B", "C", "B"].map((error) => counters.next(retriers, { error }, random));
    expect(delays).toEqual([1000, 2000, 5000, undefined]);
    expect(counters.total).toBe(3);
  });

  it("allow three retries by default, and none for MaxAttempts 0 even when a later retrier would match", () => {
    const all = [{ ErrorEquals: ["States.ALL"] }];
    const counters = new RetryCounters();
    const delays = [1, 2, 3, 4].map(() => counters.next(all, { error: "X" }, random));
    expect(delays).toEqual([1000, 2000, 4000, undefined]);
    const never = [{ ErrorEquals: ["X"], MaxAttempts: 0 }, ...all];
    expect(new RetryCounters().next(never, { error: "X" }, random)).toBeUndefined();
  });
});
